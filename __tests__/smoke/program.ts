import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Finished, run } from '../../simulator/process';

export const root = join(__dirname, '..', '..');

/** Runs the app of a project's cdktf.json as the CLI would, and reads every stack's JSON, by name. */
export async function synth(folder: string, env: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  const { app } = JSON.parse(readFileSync(join(folder, 'cdktf.json'), 'utf8')) as { app: string };
  succeeded(await run('sh', ['-c', app], { cwd: folder, env }));
  const stacks = join(folder, 'cdktf.out', 'stacks');
  return Object.fromEntries(
    readdirSync(stacks)
      .sort()
      .map((stack) => [stack, readFileSync(join(stacks, stack, 'cdk.tf.json'), 'utf8')]),
  );
}

/** Fails the test, with all that was said, unless it ended with 0. */
export function succeeded(finished: Finished): Finished {
  if (finished.code !== 0) throw new Error(`it ended with ${finished.code}:\n${finished.output}`);
  return finished;
}
