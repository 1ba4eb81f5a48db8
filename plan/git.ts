import { execFile } from 'node:child_process';
import { ExplainedError } from '../definition/problem';

/** Git in a folder; nobody's hooks run. */
export class Git {
  constructor(private readonly folder: string) {}

  /** Standard output, without the newline at its end. Throws what Git said. */
  run(...args: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      execFile(
        'git',
        ['-c', 'core.hooksPath=/dev/null', ...args],
        { cwd: this.folder, maxBuffer: 256 * 1024 * 1024 },
        (error, stdout, stderr) => {
          if (!error) return resolve(stdout.trimEnd());
          const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
          return reject(new Error(missing ? 'git was not found on PATH' : stderr.trim() || error.message));
        },
      );
    });
  }

  /** As `run`; nothing when Git refuses. */
  async try(...args: readonly string[]): Promise<string | undefined> {
    return this.run(...args).catch(() => undefined);
  }

  /**
   * The commit that a branch left `ref` at: what was added there since is not this branch's doing, and must not look as if
   * it had been removed. Throws with what to do when it cannot be told.
   */
  async base(ref: string): Promise<string> {
    if ((await this.try('rev-parse', '--git-dir')) === undefined)
      throw new ExplainedError(`${this.folder} is not in a Git repository: there is no base to compare with`);
    const commit = ref.startsWith('-')
      ? undefined
      : await this.try('rev-parse', '--verify', '--quiet', `${ref}^{commit}`);
    const shallow = (await this.try('rev-parse', '--is-shallow-repository')) === 'true';
    const fetched = shallow
      ? 'this clone is shallow: fetch all of it (`git fetch --unshallow`; in a workflow, actions/checkout with `fetch-depth: 0`)'
      : undefined;
    if (commit === undefined)
      throw new ExplainedError(
        `--base ${ref}: no such commit here; ${fetched ?? `fetch it first (\`git fetch origin ${ref.replace(/^origin\//, '')}\`), or name another: a branch, a tag or a commit`}`,
      );
    const base = await this.try('merge-base', commit, 'HEAD');
    if (base === undefined)
      throw new ExplainedError(
        `--base ${ref}: where this branch left it cannot be told; ${fetched ?? 'the two have no commit in common'}`,
      );
    return base;
  }

  /**
   * How a commit stands to another one: `behind` when it is one of its ancestors. `unknown` when only one of them is here; nothing
   * is said when neither is, since then this is not their repository.
   */
  async order(commit: string, other: string): Promise<'same' | 'behind' | 'other' | 'unknown' | undefined> {
    if (commit === other) return 'same';
    const [here, otherHere] = await Promise.all(
      [commit, other].map(
        async (each) => (await this.try('rev-parse', '--verify', '--quiet', `${each}^{commit}`)) !== undefined,
      ),
    );
    if (!here || !otherHere) return here === otherHere ? undefined : 'unknown';
    return (await this.try('merge-base', '--is-ancestor', commit, other)) === undefined ? 'other' : 'behind';
  }
}
