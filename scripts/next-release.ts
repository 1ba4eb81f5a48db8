import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { ExplainedError } from '../definition/problem';
import { Git } from '../plan/git';

const root = join(__dirname, '..');
const version = /^v\d+\.\d+\.\d+$/;

export interface NextRelease {
  /** `v0.2.0` */
  readonly tag: string;
  /** The commit that it is a release of. */
  readonly commit: string;
  /** Markdown, without the version. */
  readonly notes: string;
  /** The version before; nothing for the first. */
  readonly previous?: string;
}

/**
 * What a release of the folder's commit would be, by the conventional commits since the last version, or why there is none.
 * A commit that has its tag already is that release: it may have been cut off before it was published.
 */
export async function nextRelease(folder: string): Promise<NextRelease | { readonly nothing: string }> {
  const git = new Git(folder);
  if ((await git.run('rev-parse', '--is-shallow-repository')) === 'true') {
    throw new ExplainedError(
      'this clone is shallow, and commits since the last version cannot be counted: ' +
        '`git fetch --unshallow --tags` (in a workflow, actions/checkout with `fetch-depth: 0`)',
    );
  }
  const commit = await git.run('rev-parse', 'HEAD');
  const versions = async (...which: readonly string[]): Promise<string[]> =>
    (await git.run('tag', '--list', 'v*', '--sort=version:refname', ...which))
      .split('\n')
      .filter((tag) => version.test(tag));

  const here = (await versions('--points-at', commit)).at(-1);
  const [later] = await versions('--contains', commit);
  const before = await versions('--merged', commit);
  const previous = before.filter((tag) => tag !== here).at(-1);
  if (here !== undefined) return { tag: here, commit, notes: await notes(folder, '--current'), previous };
  if (later !== undefined) return { nothing: `${commit.slice(0, 7)} is in ${later} already` };

  const tag = await cliff(folder, '--bumped-version');
  if (before.includes(tag))
    return { nothing: `nothing to release since ${tag}: no commit but chores, style and merges` };
  if ((await versions()).includes(tag))
    throw new ExplainedError(
      `${tag} would be next, but is the tag of a commit that this branch does not have: merge it, or delete the tag if nobody uses it`,
    );
  return { tag, commit, notes: await notes(folder, '--unreleased', '--tag', tag), previous };
}

/** The version is a release's title already. */
const notes = async (folder: string, ...which: readonly string[]): Promise<string> =>
  (await cliff(folder, '--strip', 'all', ...which)).replace(/^## .*\n*/, '');

/** Asks git-cliff, which is given no token and no network: what it says is in the commits. */
function cliff(folder: string, ...args: readonly string[]): Promise<string> {
  const { PATH, HOME } = process.env;
  return new Promise((resolve, reject) => {
    const options = { cwd: folder, env: { PATH, HOME }, maxBuffer: 64 * 1024 * 1024 };
    execFile(
      join(root, 'node_modules/.bin/git-cliff'),
      ['--offline', '--config', join(root, 'cliff.toml'), ...args],
      options,
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout.trim());
        const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
        return reject(
          new Error(
            missing
              ? 'git-cliff is not installed: npm ci'
              : `git-cliff: ${/^Error: (.*)$/m.exec(stderr)?.[1] ?? (stderr.trim() || error.message)}`,
          ),
        );
      },
    );
  });
}
