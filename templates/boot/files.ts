import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface BootFile {
  /** Where it lies on the machine. */
  readonly path: string;
  readonly content: string;
  readonly permissions: '0644' | '0755' | '0600';
}

const root = join(__dirname, 'root');

let files: readonly BootFile[] | undefined;

/** The files of `root/`, which lie there as they will lie on the machine: lintable, and with nothing filled in. */
export function bootFiles(): readonly BootFile[] {
  return (files ??= readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => join(root, name))
    .filter((file) => statSync(file).isFile())
    .sort()
    .map((file) => {
      const content = readFileSync(file, 'utf8');
      return { path: `/${relative(root, file)}`, content, permissions: content.startsWith('#!') ? '0755' : '0644' };
    }));
}
