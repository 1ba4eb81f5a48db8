import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { z } from 'zod';
import { check } from './check';
import { type EnvironmentInput, isEnvironment } from './environment';
import { evaluate } from './evaluate';
import { fleetRules } from './fleet-rules';
import { DefinitionError, ExplainedError, type Problem } from './problem';
import { type ProductInput, productSchema } from './product';
import { type Environment, resolveProduct, type SealedSecret } from './resolve';
import { type State, stateOf } from './state';

/** A file of `environments/` that declares an environment, before it is checked. */
export interface EnvironmentFile {
  /** Path from the project's root, as messages name it. */
  readonly file: string;
  readonly input: EnvironmentInput;
  readonly sealed: Readonly<Record<string, SealedSecret>>;
}

const sealedSchema = z.record(z.string(), z.strictObject({
  github: z.strictObject({ keyId: z.string(), sealed: z.base64() }).optional(),
  machine: z.strictObject({ recipient: z.string().startsWith('age1'), sealed: z.string().startsWith('-----BEGIN AGE ENCRYPTED FILE-----') }).optional(),
}));

/** The file that holds an environment's ciphertexts, beside its definition. */
export const sealedFile = (folder: string, environment: string): string => join(folder, `${environment}.secrets.json`);

/** Reads every environment of a folder: each file that exports one adds it, nothing else has to be edited. */
export function readEnvironments(folder: string, root = process.cwd()): EnvironmentFile[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts')).sort();
  return files.flatMap((name) => {
    const path = join(folder, name);
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- which files there are is known only now
    const exported = Object.values(require(path) as Record<string, unknown>);
    return exported.filter(isEnvironment).map((input) => ({ file: relative(root, path), input, sealed: readSealed(folder, input.name, root) }));
  });
}

export function readSealed(folder: string, environment: string, root = process.cwd()): Record<string, SealedSecret> {
  const file = sealedFile(folder, environment);
  if (!existsSync(file)) return {};
  const parsed = sealedSchema.safeParse(readJson(file));
  if (parsed.success) return parsed.data;
  throw new ExplainedError(`${relative(root, file)} is damaged (${parsed.error.issues[0]?.message}): restore it from the repository's history, or set its secrets again with \`npx berth secret set\``);
}

/** What a file holds; nothing when it is no JSON. */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The project's environments, or those of some of its files; all are checked, and an error lists what is wrong in every file. */
export function loadEnvironments(folder: string, root = process.cwd(), only?: readonly string[]): Environment[] {
  const files = readEnvironments(folder, root);
  if (files.length === 0) throw new ExplainedError(`${relative(root, folder)} declares no environment: \`npx berth env new NAME\` makes the first`);
  const evaluated = files.map((entry) => ({ file: entry.file, ...evaluate(entry.input, entry.sealed) }));
  const between = fleetRules(evaluated.flatMap(({ environment }) => environment ?? []));
  const faulty = evaluated
    .map(({ file, environment, problems }): { where: string; problems: readonly Problem[] } => ({ where: file, problems: [...problems, ...(environment ? between.get(environment.name) ?? [] : [])] }))
    .filter(({ problems }) => problems.length > 0);
  if (faulty.length > 0) throw new DefinitionError(faulty);
  return evaluated.filter(({ file }) => only?.includes(basename(file)) ?? true).map(({ environment }) => environment!);
}

/** The project's state bucket, from `environments/state.ts`. */
export function loadState(folder: string): State {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the folder is known only now
  return stateOf(require(join(folder, 'state')) as Record<string, unknown>);
}

/** The product alone, with its defaults: what a laptop runs. Checked as an environment's product is. */
export function loadProduct(folder: string): Pick<Environment, 'product' | 'services' | 'datastores'> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the folder is known only now
  const { product } = require(join(folder, 'product')) as { product?: unknown };
  const problems = check(productSchema, product);
  if (problems.length > 0) throw new DefinitionError([{ where: 'environments/product.ts', problems }]);
  return resolveProduct(product as ProductInput);
}
