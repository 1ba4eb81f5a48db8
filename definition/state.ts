import * as z from 'zod';
import { check } from './check';
import { nameLimits } from './names';
import { plain } from './plain';
import { shown } from './shown';
import { DefinitionError, ExplainedError } from './problem';
import { spacesRegions } from './regions';

export const stateSchema = z.strictObject({
  /** Holds the state of every environment; its name is shared by all customers of Spaces. Never rename it: the state stays in the old one. */
  bucket: z.string().regex(nameLimits.configBucket.pattern, nameLimits.configBucket.says),
  region: z.enum(spacesRegions),
});

/** Where Terraform keeps what it knows: one bucket, one key per environment. */
export type State = Readonly<z.infer<typeof stateSchema>>;

const states = new WeakSet<object>();

export function defineState(state: z.input<typeof stateSchema>): State {
  if (typeof state !== 'object' || state === null)
    throw new ExplainedError(`defineState: got ${shown(state)}; an object { bucket, region } is needed`);
  states.add(state);
  return state;
}

export function stateOf(exported: unknown): State {
  const state = Object.values(exported as Record<string, unknown>).find(
    (value): value is State => typeof value === 'object' && value !== null && states.has(value),
  );
  if (state === undefined)
    throw new DefinitionError([
      {
        where: 'environments/state.ts',
        problems: [{ path: '', message: 'it must export `defineState({ bucket, region })`' }],
      },
    ]);
  const { value, problems: unreadable } = plain(state);
  const problems = [...unreadable, ...check(stateSchema, value)];
  if (problems.length > 0) throw new DefinitionError([{ where: 'environments/state.ts', problems }]);
  return value as State;
}
