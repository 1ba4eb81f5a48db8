import { type Effect, effects } from '../contract/review';

/** A part of an environment's architecture, as people draw it on a whiteboard. */
export interface Part {
  readonly form: 'people' | 'name' | 'program' | 'store';
  readonly title: string;
  /** How large it is, or how many there are. */
  readonly detail?: string;
  /** It runs on the machine, and stops with it. */
  readonly onMachine?: boolean;
  /** Of a route: the key of the host name that its visitors come by. */
  readonly host?: string;
  /** Nothing when it stays as it is. */
  readonly effect?: Effect;
  /** For about how long it does not serve. */
  readonly interruption?: string;
  /** What of it changes, without values of variables. */
  readonly facts: readonly string[];
}

/** Parts by key: `machine`, `service api`, `datastore postgres`. */
export type Parts = Map<string, Part>;

/** The part with one more thing that happens to it; what weighs most is what it is drawn as. */
export const withEffect = (
  part: Part,
  effect: Effect | undefined,
  { interruption = part.interruption, facts = [] }: Partial<Pick<Part, 'interruption' | 'facts'>> = {},
): Part => ({
  ...part,
  effect: worse(part.effect, effect),
  interruption,
  facts: [...new Set([...part.facts, ...facts])],
});

const worse = (one: Effect | undefined, other: Effect | undefined): Effect | undefined =>
  effects.find((effect) => effect === one || effect === other);

/** `a → b`, or the one that is there. */
export const fromTo = (before: string | undefined, after: string | undefined): string | undefined =>
  before === undefined || after === undefined || before === after ? (after ?? before) : `${before} → ${after}`;

const stores: ReadonlyMap<string, string> = new Map([
  ['postgres', 'Postgres'],
  ['redis', 'Redis'],
]);
export const titleOfStore = (name: string, version: string | undefined): string =>
  [stores.get(name) ?? name, version].filter((text) => text !== undefined).join(' ');
