import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withoutCredentials } from '../simulator/credentials';
import { measure, type Measured, type Runs, type Variant } from './measure';
import { environmentNames, ownProject } from './own-project';
import { mustBeSame, readStacks, resourceCount } from './stack-json';
import { stockProject } from './stock-project';

export interface SynthRow {
  readonly environments: number;
  readonly resources: number;
  readonly ours: Measured;
  readonly stock: Measured;
}

/** What the CLI runs for a project, as it runs it. */
export function appOf(project: string, env: NodeJS.ProcessEnv): Variant {
  const { app } = JSON.parse(readFileSync(join(project, 'cdktf.json'), 'utf8')) as { app: string };
  return { command: app, cwd: project, env: { ...env, CDKTF_OUTDIR: 'cdktf.out' } };
}

/** Both programs, for each of these numbers of environments, after both were seen to say the same. */
export async function measureSynth(
  root: string,
  stockInstall: string,
  counts: readonly number[],
  runs: Runs,
): Promise<SynthRow[]> {
  const env = withoutCredentials(process.env);
  const projects: Twins[] = [];
  try {
    for (const count of counts) projects.push(await twins(root, stockInstall, count, env));
    const variants = Object.fromEntries(
      projects.flatMap(({ count, own, stock }) => [
        [`ours, ${count}`, appOf(own, env)],
        [`stock, ${count}`, appOf(stock, env)],
      ]),
    );
    const measured = await measure(variants, runs);
    return projects.map(({ count, resources }) => ({
      environments: count,
      resources,
      ours: measured[`ours, ${count}`]!,
      stock: measured[`stock, ${count}`]!,
    }));
  } finally {
    projects.forEach(({ remove }) => remove());
  }
}

export interface Twins {
  readonly count: number;
  readonly own: string;
  readonly stock: string;
  readonly resources: number;
  remove(): void;
}

/** This project and the stock one for the same environments; throws unless they synthesize the same resources. */
export async function twins(root: string, stockInstall: string, count: number, env: NodeJS.ProcessEnv): Promise<Twins> {
  const names = environmentNames(count);
  const own = ownProject(root, names);
  let stock: string | undefined;
  const remove = (): void => {
    own.remove();
    if (stock) rmSync(stock, { recursive: true, force: true });
  };
  try {
    await synthesize('ours', own.folder, env);
    const stacks = readStacks(own.folder);
    const sample = (name: string) => ({ name, json: stacks.get(name)! });
    stock = stockProject(stockInstall, own.folder, sample('state'), sample(names[0]!), names);
    await synthesize('stock', stock, env);
    mustBeSame(stacks, readStacks(stock));
    return { count, own: own.folder, stock, resources: resourceCount(stacks.values()), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

const synthesize = (name: string, folder: string, env: NodeJS.ProcessEnv): Promise<unknown> =>
  measure({ [name]: appOf(folder, env) }, { warmUp: 0, runs: 1 });
