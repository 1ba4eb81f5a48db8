import { defineEnvironment, type EnvironmentInput } from './environment';
import { ExplainedError } from './problem';

/** What pull requests get an environment of their own from, in `environments/previews.ts`. */
export interface Previews {
  /** How long one lives after its last deploy; 1 to 720. */
  readonly hours: number;
  /** The environment of a name (`pr-12`). It is never protected: it has to be destroyed by itself. */
  environment(name: string): EnvironmentInput;
}

const previews = new WeakSet<object>();

/** Declares previews. Their environments are checked like every other, when one is made. */
export function definePreviews({ hours, environment }: Previews): Previews {
  if (!Number.isInteger(hours) || hours < 1 || hours > 720)
    throw new ExplainedError(`previews.hours: got ${hours}; a whole number of hours, 1 to 720`);
  const made: Previews = {
    hours,
    environment: (name) => defineEnvironment({ ...environment(name), name, protected: false }),
  };
  previews.add(made);
  return made;
}

/** The name of a pull request's environment. */
export const previewName = (pull: number): string => `pr-${pull}`;

/** The pull request of a preview's name; nothing when it is another environment's. */
export const pullOf = (name: string): number | undefined => {
  const [, number] = /^pr-(\d+)$/.exec(name) ?? [];
  return number === undefined ? undefined : Number(number);
};

/** The one that a module of `environments/` exports. */
export function previewsOf(exported: Record<string, unknown>): Previews {
  const found = Object.values(exported).find(
    (value): value is Previews => typeof value === 'object' && value !== null && previews.has(value),
  );
  if (!found)
    throw new ExplainedError(
      'environments/previews.ts exports no previews: export const previews = definePreviews({ hours: 72, environment: (name) => ({ … }) })',
    );
  return found;
}
