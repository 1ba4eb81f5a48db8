import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder with the project's cdktf.json: the working directory or the nearest one above it. */
export function projectRoot(from = process.cwd()): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'cdktf.json'))) return folder;
    if (dirname(folder) === folder) throw new Error(`no cdktf.json in ${from} or above it: change into the project's folder first`);
  }
}

export const environmentsFolder = (root = projectRoot()): string => join(root, 'environments');
