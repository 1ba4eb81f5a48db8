import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

export type Body = Record<string, unknown>;

/** What Terraform reads of one stack; `//` is cdktf's own commentary, which Terraform skips. */
export interface StackJson {
  readonly terraform: { readonly backend: { readonly s3: Body }; readonly required_providers: Record<string, Body> };
  readonly provider: Record<string, Body[]>;
  readonly resource: Record<string, Record<string, Body>>;
  readonly import?: Body[];
}

/** Every stack that a synth has left in a project's cdktf.out, by name. */
export function readStacks(project: string): Map<string, StackJson> {
  const folder = join(project, 'cdktf.out', 'stacks');
  return new Map(
    readdirSync(folder)
      .sort()
      .map((name) => {
        const text = readFileSync(join(folder, name, 'cdk.tf.json'), 'utf8');
        return [name, JSON.parse(text, (key, value: unknown) => (key === '//' ? undefined : value)) as StackJson];
      }),
  );
}

export const resourceCount = (stacks: Iterable<StackJson>): number =>
  [...stacks]
    .flatMap(({ resource }) => Object.values(resource))
    .reduce((sum, named) => sum + Object.keys(named).length, 0);

/** Throws unless both hold the same stacks with the same addresses and the same attributes: otherwise there is nothing to compare. */
export function mustBeSame(ours: ReadonlyMap<string, StackJson>, theirs: ReadonlyMap<string, StackJson>): void {
  if (!isDeepStrictEqual([...ours.keys()], [...theirs.keys()])) {
    throw new Error(
      `the comparison is void: stacks ${[...ours.keys()].join(', ')} here, ${[...theirs.keys()].join(', ')} in the stock program`,
    );
  }
  for (const [name, stack] of ours) {
    const different = differences(stack, theirs.get(name), name);
    if (different.length > 0)
      throw new Error(`the comparison is void: the stock program differs at ${different.slice(0, 5).join(', ')}`);
  }
}

function differences(ours: unknown, theirs: unknown, path: string): string[] {
  if (isDeepStrictEqual(ours, theirs)) return [];
  if (!isObject(ours) || !isObject(theirs)) return [`${path} (${shown(ours)} here, ${shown(theirs)} there)`];
  const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  return [...keys].flatMap((key) => differences(ours[key], theirs[key], `${path}.${key}`));
}

const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 60);
