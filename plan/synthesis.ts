import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fingerprints } from './affected';
import { readFingerprints } from './fingerprints';

/** A synth that did not come to its end; what it said is the message. */
export class SynthesisError extends Error {}

/** The variable by which `main.ts` is told that the stacks of these files of `environments/` will do. */
export const onlyFiles = 'BERTH_ENVIRONMENT_FILES';

export interface SynthesisOptions {
  readonly signal?: AbortSignal;
  /** Files of `environments/` whose stacks are wanted; all when absent. */
  readonly files?: readonly string[];
}

/**
 * Synthesizes a project as the CLI does, by the `app` of its cdktf.json, into a folder of one's own: the project's
 * cdktf.out stays as it is. Throws a SynthesisError that tells what the program said.
 */
export async function synthesize(
  project: string,
  outdir: string,
  { signal, files }: SynthesisOptions = {},
): Promise<Fingerprints> {
  const { app } = JSON.parse(readFileSync(join(project, 'cdktf.json'), 'utf8')) as { app: string };
  const { [onlyFiles]: _, ...env } = process.env;
  const said = await runApp(
    app,
    project,
    { ...env, CDKTF_OUTDIR: outdir, ...(files && { [onlyFiles]: files.join(',') }) },
    signal,
  );
  try {
    // none of the files may be there on this side
    if (files && !existsSync(join(outdir, 'stacks'))) return new Map();
    return readFingerprints(outdir);
  } catch (error) {
    throw new SynthesisError(`\`${app}\` left no stacks (${(error as Error).message})\n${said}`.trim());
  }
}

function runApp(app: string, cwd: string, env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    // a group of its own, so that all of it can be ended
    const child = spawn(app, { cwd, env, shell: true, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const end = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      } catch {
        // it has ended by itself
      }
    };
    if (signal?.aborted) end();
    signal?.addEventListener('abort', end, { once: true });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk;
      });
    child.on('error', reject);
    child.on('close', (code) => {
      signal?.removeEventListener('abort', end);
      if (code === 0) resolve(said.trim());
      else reject(new SynthesisError(said.trim() || `\`${app}\` ended with ${code}`));
    });
  });
}
