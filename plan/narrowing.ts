import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Git } from './git';
import { onlyFiles } from './synthesis';

/** What is no part of any stack, whatever is in it. */
const aside = /^(docs|__tests__|\.github)\/|\.md$/;
const definition = /^environments\/([^/]+?)(\.secrets\.json|\.ts)$/;
/** Everybody's. */
const shared = ['product', 'state'];

/**
 * The files of `environments/` whose stacks can differ from the base's: those that changed, when nothing else did. Nothing when
 * any stack may differ, since what changed is shared, is read by other environments, or is of a kind that is not known here.
 */
export async function narrow(git: Git, root: string, base: string): Promise<readonly string[] | undefined> {
  const changed = await changedFiles(git, base);
  // a base from before there was a way to ask for some stacks gives all of them
  if (changed === undefined || !(await git.try('show', `${base}:./main.ts`))?.includes(onlyFiles)) return undefined;
  const names = new Set<string>();
  for (const file of changed.filter((each) => !aside.test(each))) {
    const [, name] = definition.exec(file) ?? [];
    if (name === undefined || shared.includes(name)) return undefined;
    names.add(name);
  }
  const folder = join(root, 'environments');
  const others = readdirSync(folder).filter((file) => file.endsWith('.ts') && !names.has(file.slice(0, -3)));
  const read = others.map((file) => readFileSync(join(folder, file), 'utf8'));
  // one that was made from another's differs with it
  if ([...names].some((name) => read.some((text) => new RegExp(`['"\`]\\./${name}(\\.ts)?['"\`]`).test(text))))
    return undefined;
  return [...names].map((name) => `${name}.ts`).sort();
}

/** Below the project, as paths from it; nothing when something above it changed too. */
async function changedFiles(git: Git, base: string): Promise<readonly string[] | undefined> {
  const lines = (text: string): string[] => text.split('\0').filter((name) => name !== '');
  const within = await git.run('rev-parse', '--show-prefix');
  const all = lines(await git.run('diff', '--name-only', '--no-renames', '-z', base));
  if (all.some((name) => !name.startsWith(within))) return undefined;
  const added = lines(await git.run('ls-files', '--others', '--exclude-standard', '-z'));
  return [...all.map((name) => name.slice(within.length)), ...added];
}
