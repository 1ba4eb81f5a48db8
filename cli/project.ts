import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadEnvironments } from '../definition/load';
import { didYouMean } from '../definition/problem';
import type { Environment } from '../definition/resolve';

/** The folder with the project's cdktf.json: the working directory or the nearest one above it. */
export function projectRoot(from = process.cwd()): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'cdktf.json'))) return folder;
    if (dirname(folder) === folder)
      throw new Error(`no cdktf.json in ${from} or above it: change into the project's folder first`);
  }
}

export const environmentsFolder = (root = projectRoot()): string => join(root, 'environments');

/** The project's environment of this name, checked with all the others. */
export function findEnvironment(name: string, root = projectRoot()): Environment {
  const environments = loadEnvironments(environmentsFolder(root), root);
  return (
    environments.find((environment) => environment.name === name) ??
    noEnvironment(
      name,
      environments.map((environment) => environment.name),
    )
  );
}

export function noEnvironment(name: string, names: readonly string[]): never {
  throw new Error(`there is no environment "${name}"; there are: ${names.join(', ')}${didYouMean(name, names)}`);
}
