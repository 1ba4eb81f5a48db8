import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadEnvironments, readEnvironments } from '../definition/load';
import type { Environment } from '../definition/resolve';
import { resolveLayers } from '../definition/resolve';
import type { DefinitionClaim } from '../plan/synthesis-file';
import { environmentsFolder } from './project';

/** What each environment's files say, by name, as far as a review points to it. */
export function definitionClaims(root: string): ReadonlyMap<string, DefinitionClaim> {
  const folder = environmentsFolder(root);
  const inputs = new Map(readEnvironments(folder, root).map((one) => [one.input.name, one]));
  const product = join('environments', 'product.ts');
  const text = (file: string) => ({ file, text: readFileSync(join(root, file), 'utf8') });
  return new Map(
    loadEnvironments(folder, root).map(({ name, names, acknowledge }: Environment) => {
      const { file, input } = inputs.get(name)!;
      return [
        name,
        {
          tag: names.tag,
          acknowledge: acknowledge.map(({ policy, reason, until }) => ({ policy, reason, until })),
          environment: text(file),
          ...(existsSync(join(root, product)) ? { product: text(product) } : {}),
          sources: Object.fromEntries(resolveLayers(input).sources),
        },
      ];
    }),
  );
}
