import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import * as z from 'zod';
import { check } from './check';
import { environmentsOf } from './exported';
import type { EnvironmentInput } from './environment';
import { evaluate } from './evaluate';
import { fleetRules } from './fleet-rules';
import { plain } from './plain';
import { DefinitionError, ExplainedError, type Problem } from './problem';
import { type ProductInput, productSchema } from './product';
import { type FileProblem, mustReadModule, readModule } from './read-module';
import { type Environment, resolveProduct, type SealedSecret } from './resolve';
import { type State, stateOf } from './state';

/** A file of `environments/` that declares an environment, before it is checked. */
export interface EnvironmentFile {
  /** Path from the project's root, as messages name it. */
  readonly file: string;
  /** As plain data. */
  readonly input: EnvironmentInput;
  /** As the file gave it. */
  readonly given: unknown;
  readonly sealed: Readonly<Record<string, SealedSecret>>;
}

const sealedSchema = z.record(
  z.string(),
  z.strictObject({
    github: z.strictObject({ keyId: z.string().regex(/^[\w-]{1,64}$/, "a key's id"), sealed: z.base64() }).optional(),
    machine: z
      .strictObject({
        recipient: z.string().startsWith('age1'),
        sealed: z.string().startsWith('-----BEGIN AGE ENCRYPTED FILE-----'),
      })
      .optional(),
  }),
);

/** The file that holds an environment's ciphertexts, beside its definition. */
export const sealedFile = (folder: string, environment: string): string => join(folder, `${environment}.secrets.json`);

interface Folder {
  readonly files: readonly EnvironmentFile[];
  readonly failed: readonly FileProblem[];
}

/** Files beside environments that declare none: tests, and types alone. */
const isEnvironmentFile = (name: string): boolean => name.endsWith('.ts') && !/\.(d|test|spec)\.ts$/.test(name);

function readFolder(folder: string, root: string): Folder {
  const files: EnvironmentFile[] = [];
  const failed: FileProblem[] = [];
  const known = new Set<unknown>();
  for (const name of (existsSync(folder) ? readdirSync(folder) : []).filter(isEnvironmentFile).sort()) {
    const path = join(folder, name);
    const read = readModule(path, root);
    if (read.failed) {
      failed.push(read.failed);
      continue;
    }
    const { environments, problem } = environmentsOf(read.exported, path);
    if (problem !== undefined) failed.push({ where: relative(root, path), problem: { path: '', message: problem } });
    // one that another file exports, too, is still one
    for (const given of environments.filter((one) => !known.has(one))) {
      known.add(given);
      const input = plain(given).value as EnvironmentInput;
      files.push({
        file: relative(root, path),
        input,
        given,
        sealed:
          typeof input.name === 'string' && /^[\w-]+$/.test(input.name) ? readSealed(folder, input.name, root) : {},
      });
    }
  }
  return { files, failed };
}

/** Reads every environment of a folder: each file that exports one adds it, nothing else has to be edited. */
export function readEnvironments(folder: string, root = process.cwd()): readonly EnvironmentFile[] {
  const { files, failed } = readFolder(folder, root);
  if (failed.length > 0) throw new DefinitionError(byFile(failed));
  return files;
}

/** Each file once, with what is wrong in it; what two files stumble over is told once. */
function byFile(problems: readonly FileProblem[]): { where: string; problems: Problem[] }[] {
  const files = new Map<string, Problem[]>();
  for (const { where, problem } of problems) {
    const told = files.get(where) ?? [];
    files.set(where, told);
    if (!told.some(({ path, message }) => path === problem.path && message === problem.message)) told.push(problem);
  }
  return [...files].map(([where, told]) => ({ where, problems: told }));
}

export function readSealed(folder: string, environment: string, root = process.cwd()): Record<string, SealedSecret> {
  const file = sealedFile(folder, environment);
  if (!existsSync(file)) return {};
  const parsed = sealedSchema.safeParse(readJson(file));
  if (parsed.success) return parsed.data;
  throw new ExplainedError(
    `${relative(root, file)} is damaged (${parsed.error.issues[0]?.message}): restore it from the repository's history, or set its secrets again with \`npx berth secret set\``,
  );
}

/** What a file holds; nothing when it is no JSON. */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

interface Project {
  readonly environments: readonly Environment[];
  readonly state: State;
}

/** The whole project: every environment, or those of some of its files, and the state bucket. All is checked, and an error lists what is wrong in every file. */
export function loadProject(folder: string, root = process.cwd(), only?: readonly string[]): Project {
  const problems: FileProblem[] = [];
  let state: State | undefined;
  try {
    state = loadState(folder, root);
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    problems.push(...error.problems);
  }
  const environments = checkAll(folder, root, problems, state, only);
  return { environments, state: state! };
}

/** The project's environments, or those of some of its files; all are checked, and an error lists what is wrong in every file. */
export const loadEnvironments = (folder: string, root = process.cwd(), only?: readonly string[]): Environment[] =>
  checkAll(folder, root, [], undefined, only);

function checkAll(
  folder: string,
  root: string,
  known: readonly FileProblem[],
  state: State | undefined,
  only?: readonly string[],
): Environment[] {
  const { files, failed } = readFolder(folder, root);
  const evaluated = files.map((entry) => ({ file: entry.file, ...evaluate(entry.given, entry.sealed) }));
  const sound = evaluated.flatMap(({ file, environment }) => (environment ? [{ file, environment }] : []));
  const between = fleetRules(
    sound.map(({ environment }) => environment),
    state,
  );
  const problems = [
    ...known,
    ...failed,
    ...evaluated.flatMap(({ file, problems: own }) => own.map((problem): FileProblem => ({ where: file, problem }))),
    ...sound.flatMap(({ file }, index) => between[index]!.map((problem): FileProblem => ({ where: file, problem }))),
  ];
  if (problems.length > 0) throw new DefinitionError(byFile(problems));
  if (files.length === 0)
    throw new ExplainedError(
      `${relative(root, folder)} declares no environment: \`npx berth env new NAME\` makes the first`,
    );
  return sound.filter(({ file }) => only?.includes(basename(file)) ?? true).map(({ environment }) => environment);
}

/** The project's state bucket, from `environments/state.ts`. */
export const loadState = (folder: string, root = join(folder, '..')): State =>
  stateOf(mustReadModule(join(folder, 'state.ts'), root, '`export const state = defineState({ bucket, region })`'));

/** The product alone, with its defaults: what a laptop runs. Checked as an environment's product is. */
export function loadProduct(
  folder: string,
  root = join(folder, '..'),
): Pick<Environment, 'product' | 'services' | 'datastores'> {
  const exported = mustReadModule(
    join(folder, 'product.ts'),
    root,
    '`export const product = defineProduct({ … })`',
  ) as { product?: unknown };
  const { value, problems: unreadable } = plain(exported.product);
  const problems = [...unreadable, ...check(productSchema, value)];
  if (problems.length > 0) throw new DefinitionError([{ where: 'environments/product.ts', problems }]);
  return resolveProduct(value as ProductInput);
}
