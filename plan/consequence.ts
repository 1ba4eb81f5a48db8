import { truncate } from '../lib/truncate';
import type { Category, Effect } from '../contract/review';
import type { Kind, Plan, ResourceChange } from './plan';
import { kindOf } from './plan';
import { type AttributeChange, attributeChanges, rootOf, unknown, visible } from './change';
import { withoutCredentials } from './secret-text';

/** What a plan does to one thing that people have a name for, though it be several resources. */
export interface Consequence {
  readonly effect: Effect;
  readonly category: Category;
  /** `machine`, `api`, `backups bucket`; the address for a type that nobody here knows. */
  readonly subject: string;
  /** The facts that change: `generation 3 → 4`. */
  readonly what?: string;
  /** What follows from it, in a sentence without an end. */
  readonly says: string;
  /** How long it does not serve: `about a minute`. */
  readonly interruption?: string;
  readonly data?: 'lost' | 'kept';
  readonly address?: 'lost' | 'kept';
  readonly secrets?: 're-created';
  /** How the same is reached without this consequence. */
  readonly alternative?: string;
  /** Terraform's addresses of all that it is about. */
  readonly resources: readonly string[];
  /** Where a definition says it, most telling first: `platform.generation`. */
  readonly paths: readonly string[];
}

/** The changes that belong to one thing. */
export interface Group {
  readonly subject: string;
  readonly category: Category;
  readonly changes: readonly ResourceChange[];
}

/** What a teller may ask about the rest of the plan. */
export interface Whole {
  readonly plan: Plan;
  /** What happens to the first resource of a type; nothing when the plan has none. */
  fate(type: string): Kind | undefined;
}

export function whole(plan: Plan): Whole {
  const fates = new Map<string, Kind>();
  for (const change of plan.changes)
    if (
      change.mode === 'managed' &&
      change.deposed === undefined &&
      (!fates.has(change.type) || fates.get(change.type) === 'no-op')
    )
      fates.set(change.type, kindOf(change));
  return { plan, fate: (type) => fates.get(type) };
}

export type Teller = (group: Group, whole: Whole) => readonly Consequence[];

/** What every consequence of a group has. */
export const about = ({
  subject,
  category,
  changes,
}: Group): Pick<Consequence, 'subject' | 'category' | 'resources' | 'paths'> => ({
  subject,
  category,
  resources: changes.map(({ address }) => address),
  paths: [],
});

export const effectOf = (kind: Kind): Effect =>
  (
    ({
      create: 'created',
      update: 'changed',
      replace: 'replaced',
      delete: 'destroyed',
      forget: 'forgotten',
      read: 'changed',
      'no-op': 'changed',
    }) as const
  )[kind];

/** `64 → 128`; values that are hidden or unknown are named so. */
export function arrow(change: ResourceChange, name: string, ...path: readonly (string | number)[]): string {
  const [before, after] = (['before', 'after'] as const).map((side) => visible(change, side, ...path));
  return `${name} ${say(before)} → ${say(after)}`;
}

/** The arrows of attributes that differ and whose new value is known. */
export const facts = (change: ResourceChange, ...names: readonly string[]): string[] =>
  names
    .filter((name) => differs(change, name) && visible(change, 'after', name) !== undefined)
    .map((name) => arrow(change, name, name));

/**
 * Every attribute that differs, but for those that are told already, in Terraform's own words: what forces a replacement first,
 * what only an apply will know last.
 */
export function otherFacts(change: ResourceChange, ...told: readonly string[]): string[] {
  if (change.before === null || change.after === null) return [];
  const weight = ({ forcesReplacement, after }: AttributeChange): number =>
    forcesReplacement ? 0 : after === unknown ? 2 : 1;
  return attributeChanges(change)
    .filter(({ path }) => !told.includes(rootOf(path)))
    .sort((a, b) => weight(a) - weight(b))
    .map(
      ({ path, before = 'none', after = 'none', forcesReplacement }) =>
        `${path} ${cut(before)} → ${cut(after)}${forcesReplacement ? ' (forces the replacement)' : ''}`,
    );
}

const cut = (text: string): string => truncate(text, 60, 57);

/** Facts as one text; nothing when there are none, and the number of those that are too many. */
export const few = (told: readonly string[]): string | undefined =>
  told.length === 0
    ? undefined
    : told.length > 4
      ? `${told.slice(0, 4).join(', ')} and ${told.length - 4} more`
      : told.join(', ');

/** A value within a sentence. */
export const say = (value: unknown): string =>
  value === undefined || value === null
    ? 'none'
    : withoutCredentials(typeof value === 'string' ? value : JSON.stringify(value));

export const differs = (change: ResourceChange, ...path: readonly (string | number)[]): boolean =>
  JSON.stringify(visible(change, 'before', ...path)) !== JSON.stringify(visible(change, 'after', ...path));
