import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Workspace } from '../scenario/workspace';

/** A copy of this project with environments that differ from staging only by their names and domains. */
export function ownProject(
  root: string,
  names: readonly string[],
  cloudEnv: () => Record<string, string> = () => ({}),
): Workspace {
  const workspace = new Workspace(root, cloudEnv);
  const folder = join(workspace.folder, 'environments');
  const staging = readFileSync(join(folder, 'staging.ts'), 'utf8');
  for (const file of readdirSync(folder)) {
    if (!['product.ts', 'state.ts'].includes(file)) rmSync(join(folder, file), { recursive: true });
  }
  for (const name of names) writeFileSync(join(folder, `${name}.ts`), staging.replaceAll('staging', name));
  return workspace;
}

/** `bench1`, `bench2` …: they are identifiers, too, and nothing else in an environment's JSON looks like them. */
export const environmentNames = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `bench${index + 1}`);
