import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { didYouMean, ExplainedError } from '../definition/problem';
import {
  type Affected,
  compareSides,
  type Fingerprints,
  type MatrixEntry,
  matrixOf,
  type Waves,
  wavesOf,
  withoutBase,
} from './affected';
import { withWorktree } from './base-worktree';
import { Git } from './git';
import { changedPackages } from './package-lock';
import { SideCache } from './side-cache';
import { narrow } from './narrowing';
import { synthesize, SynthesisError } from './synthesis';
import { fingerprintsOf, type Synthesis } from './synthesis-file';

export interface Comparison extends Affected {
  /** The commit that was compared with: its code destroys what is removed. */
  readonly base: string;
  /** A job for each, and in which order they deploy. */
  readonly matrix: readonly MatrixEntry[];
  readonly waves: Waves;
  /** Why everything counts as changed; absent when each stack was compared. */
  readonly problem?: string;
}

/**
 * Compares the stacks of the working tree in `root` with those of the commit where this branch left `ref`. Both sides
 * are synthesized at the same time; nothing is installed, and nothing is left behind. Throws when the working tree does
 * not synthesize, and when `ref` says nothing.
 */
export async function compareWithBase(root: string, ref: string, signal?: AbortSignal): Promise<Comparison> {
  const git = new Git(root);
  if (noCommit.test(ref)) return firstPush(root, signal);
  const base = await git.base(ref);
  const outdir = mkdtempSync(join(tmpdir(), 'berth-head-'));
  const either = new AbortController();
  const stop = (): void => either.abort();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const files = await narrow(git, root, base);
    const ofBase = baseSide(git, root, base, files, either.signal);
    const [head, side] = await Promise.all([synthesize(root, outdir, { signal: either.signal, files }), ofBase]).catch(
      async (error: unknown) => {
        // without a head there is nothing to compare; the base's worktree must be gone before this ends
        stop();
        await ofBase.catch(() => undefined);
        throw error;
      },
    );
    const show = (file: string) => git.try('show', `${base}:./${file}`);
    if (side instanceof SynthesisError) {
      const before = (await git.run('ls-tree', '--name-only', `${base}:./environments`))
        .split('\n')
        .filter(isDefinition);
      const now = readdirSync(join(root, 'environments')).filter(isDefinition);
      return {
        ...whole(base, withoutBase(before, head, now), new Map(), head),
        problem: `the base ${base.slice(0, 12)} does not synthesize, so every environment counts as changed:\n${side.message}`,
      };
    }
    const packages = changedPackages(await show('package-lock.json'), readIfThere(join(root, 'package-lock.json')));
    return {
      ...whole(base, compareSides(side, head, packages.length > 0), side, head),
      ...(packages.length > 0 && {
        problem: `package-lock.json differs from the base's (${few(packages)}). Both sides were synthesized with the packages installed here, so what that changes does not show: every environment counts as changed`,
      }),
    };
  } finally {
    signal?.removeEventListener('abort', stop);
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** There is nothing before the first push of a branch: everything is new. */
async function firstPush(root: string, signal?: AbortSignal): Promise<Comparison> {
  const outdir = mkdtempSync(join(tmpdir(), 'berth-head-'));
  try {
    const head = await synthesize(root, outdir, { signal });
    return whole('0'.repeat(40), compareSides(new Map(), head), new Map(), head);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function whole(base: string, affected: Affected, ofBase: Fingerprints, head: Fingerprints): Comparison {
  const matrix = matrixOf(affected);
  return { base, ...affected, matrix, waves: wavesOf(matrix, ofBase, head) };
}

/** What Git calls the commit before the first push of a branch. */
const noCommit = /^0{40}$/;

/**
 * Compares stacks that were synthesized elsewhere, from code that nobody has read yet, with those of the commit where its branch left
 * this one: that commit is named by the synthesis, and has to be one of this checkout's own. Only the base's code runs.
 */
export async function compareSynthesis(
  root: string,
  synthesis: Synthesis,
  signal: AbortSignal = new AbortController().signal,
): Promise<Comparison> {
  const git = new Git(root);
  const { base } = synthesis;
  if (base === undefined)
    throw new ExplainedError('the synthesis names no base: `npx berth synth --base REF --out FILE` records it');
  if ((await git.try('merge-base', '--is-ancestor', base, 'HEAD')) === undefined)
    throw new ExplainedError(
      `the synthesis names ${base.slice(0, 12)} as its base, which is no commit of this branch: its branch has to leave from it (in a workflow, actions/checkout with \`fetch-depth: 0\`)`,
    );
  const head = fingerprintsOf(synthesis);
  const side = await baseSide(git, root, base, undefined, signal);
  if (side instanceof SynthesisError) {
    const before = (await git.run('ls-tree', '--name-only', `${base}:./environments`)).split('\n').filter(isDefinition);
    const affected = await withoutBygone(
      git,
      root,
      withoutBase(
        before,
        head,
        before.filter((file) => head.has(file.replace(/\.ts$/, ''))),
      ),
      signal,
    );
    return {
      ...whole(base, affected, new Map(), head),
      problem: `the base ${base.slice(0, 12)} does not synthesize, so every environment counts as changed:\n${side.message}`,
    };
  }
  const packages = changedPackages(
    await git.try('show', `${base}:./package-lock.json`),
    readIfThere(join(root, 'package-lock.json')),
  );
  const affected = await withoutBygone(git, root, compareSides(side, head, packages.length > 0), signal);
  return {
    ...whole(base, affected, side, head),
    ...(packages.length > 0 && {
      problem: `package-lock.json of the base ${base.slice(0, 12)} differs from the one here (${few(packages)}), with whose packages it was synthesized: every environment counts as changed. Bring the branch up to date, and they are compared`,
    }),
  };
}

/** What this checkout does not have any more, somebody else has removed already: a pull request that left before that does not remove it. */
async function withoutBygone(git: Git, root: string, affected: Affected, signal: AbortSignal): Promise<Affected> {
  if (affected.removed.length === 0) return affected;
  const here = await baseSide(git, root, await git.run('rev-parse', 'HEAD'), undefined, signal);
  if (here instanceof SynthesisError) return affected;
  const stillThere = (name: string): boolean => !affected.removed.includes(name) || here.has(name);
  return { ...affected, removed: affected.removed.filter(stillThere), affected: affected.affected.filter(stillThere) };
}

/** One stack of the working tree alone, as if it had changed: for a deploy that somebody starts by hand. */
export async function onlyOne(root: string, name: string, signal?: AbortSignal): Promise<Omit<Comparison, 'base'>> {
  const outdir = mkdtempSync(join(tmpdir(), 'berth-head-'));
  try {
    const head = await synthesize(root, outdir, { signal });
    if (!head.has(name))
      throw new ExplainedError(
        `there is no stack "${name}"; there are: ${[...head.keys()].join(', ')}${didYouMean(name, [...head.keys()])}`,
      );
    const matrix: MatrixEntry[] = [{ environment: name, change: 'changed' }];
    return {
      changed: [name],
      added: [],
      removed: [],
      affected: [name],
      matrix,
      waves: wavesOf(matrix, new Map(), head),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

const few = (packages: readonly string[]): string =>
  packages.slice(0, 5).join(', ') + (packages.length > 5 ? ` and ${packages.length - 5} more` : '');

const isDefinition = (name: string): boolean =>
  name.endsWith('.ts') && !name.endsWith('.d.ts') && !['product.ts', 'state.ts'].includes(name);

async function baseSide(
  git: Git,
  root: string,
  commit: string,
  files: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<Fingerprints | SynthesisError> {
  const within = await git.run('rev-parse', '--show-prefix');
  const packages = nearestPackages(root);
  const installed =
    readIfThere(join(packages, '.package-lock.json')) ?? readIfThere(join(root, 'package-lock.json')) ?? '';
  const key = SideCache.key(
    (await git.try('rev-parse', `${commit}:${within}`)) ?? commit,
    createHash('sha256').update(installed).digest('hex'),
  );
  const cache = new SideCache(join(root, '.berth', 'affected'));
  const known = cache.get(key);
  if (known && files === undefined) return known;
  try {
    const side = await withWorktree(git, commit, within, packages, (project) =>
      synthesize(project, join(project, 'cdktf.out'), { signal, files }),
    );
    if (files === undefined) cache.put(key, side);
    return side;
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof SynthesisError) return error;
    // a base from before there was a project synthesizes as little as one that is broken
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new SynthesisError(`there is no cdktf.json in it`);
    throw error;
  }
}

/** The folder in which Node finds a project's packages: its own, or one above it. */
function nearestPackages(root: string): string {
  for (let folder = root; ; folder = dirname(folder)) {
    const packages = join(folder, 'node_modules');
    if (existsSync(packages)) return packages;
    if (dirname(folder) === folder) throw new Error(`no packages are installed for ${root}: run \`npm ci\` first`);
  }
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
