import { existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Git } from './git';

/**
 * Does something with a commit's files in a folder of their own, with this project's packages, and takes the folder away,
 * however it ends. `within` is the project's folder inside the repository.
 */
export async function withWorktree<T>(
  git: Git,
  commit: string,
  within: string,
  packages: string,
  work: (project: string) => Promise<T>,
): Promise<T> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'berth-base-')));
  const tree = join(folder, 'tree');
  try {
    await git.run('worktree', 'add', '--detach', '--quiet', tree, commit);
    const project = join(tree, within);
    if (existsSync(project) && !existsSync(join(project, 'node_modules')))
      symlinkSync(packages, join(project, 'node_modules'), 'dir');
    return await work(project);
  } finally {
    // a locked or half-made worktree goes too: its folder first, then what Git remembers of it
    rmSync(folder, { recursive: true, force: true });
    await git.try('worktree', 'prune');
  }
}
