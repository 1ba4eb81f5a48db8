import { kindOf, type ResourceChange } from './plan';
import { looksSecret, withoutCredentials } from './secret-text';

/** One attribute that a plan changes, as it may be shown to anybody. */
export interface AttributeChange {
  /** `size`, `grant[0].bucket`. */
  readonly path: string;
  /** JSON, or a mark in parentheses where the value is hidden or not known yet; nothing when there was or will be no value. */
  readonly before?: string;
  readonly after?: string;
  readonly forcesReplacement: boolean;
}

export const hidden = '(sensitive value)';
export const unknown = '(known after apply)';

/** What no output may show, whatever a provider says: they hold the machine's keys. */
const alwaysHidden: ReadonlySet<string> = new Set([
  'user_data',
  'password',
  'private_key',
  'secret_key',
  'plaintext_value',
  'encrypted_value',
  'uri',
  'private_uri',
]);

const mustHide = (name: string, value: unknown): boolean =>
  !isNothing(value) &&
  (alwaysHidden.has(name) || (typeof value === 'string' && looksSecret(name, value) !== undefined));

/** A mark instead of a value: never equal to a text that happens to read the same. */
class Mark {
  constructor(readonly text: string) {}
}
const secret = new Mark(hidden);
const later = new Mark(unknown);

type Tree = Readonly<Record<string, unknown>>;
const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Mark);

const compared = new WeakMap<ResourceChange, readonly AttributeChange[]>();

/** The attributes that differ, with everything hidden that Terraform hides. Attributes that nobody knows yet are named as such. */
export function attributeChanges(change: ResourceChange): readonly AttributeChange[] {
  const known = compared.get(change);
  if (known) return known;
  const changes = compareSides(change);
  compared.set(change, changes);
  return changes;
}

function compareSides(change: ResourceChange): AttributeChange[] {
  const forcing = change.replacePaths.map(pathText);
  const changes: AttributeChange[] = [];
  const note = (path: string, before: unknown, after: unknown): void => {
    changes.push({
      path,
      ...(isNothing(before) ? {} : { before: textOf(before) }),
      ...(isNothing(after) ? {} : { after: textOf(after) }),
      forcesReplacement: forcing.some(
        (forced) => forced === path || path.startsWith(`${forced}.`) || path.startsWith(`${forced}[`),
      ),
    });
  };
  const before: Side = { value: change.before, sensitive: change.beforeSensitive };
  const after: Side = { value: change.after, sensitive: change.afterSensitive, unknown: change.afterUnknown };
  compare('', before, after, note);
  return changes;
}

/** One side of a comparison, with the marks that belong to it. */
interface Side {
  readonly value: unknown;
  readonly sensitive: unknown;
  readonly unknown?: unknown;
}

function compare(
  path: string,
  before: Side,
  after: Side,
  note: (path: string, before: unknown, after: unknown) => void,
): void {
  const unknowing = holdsTrue(after.unknown);
  if (!unknowing && path !== '' && same(before.value, after.value)) return;
  const name = path.replace(/^.*\./, '');
  const hide =
    before.sensitive === true ||
    after.sensitive === true ||
    mustHide(name, before.value) ||
    mustHide(name, after.value);
  const [was, will] = [isTree(before.value), isTree(after.value)];
  if (path === '' || (was && will && !hide && after.unknown !== true)) {
    const keys = new Set([...keysOf(before.value), ...keysOf(after.value), ...keysOf(after.unknown)]);
    for (const key of keys) compare(path === '' ? key : `${path}.${key}`, inner(before, key), inner(after, key), note);
    return;
  }
  if (!unknowing && same(said(before.value), said(after.value))) return;
  if (Array.isArray(before.value) && Array.isArray(after.value) && !hide && after.unknown !== true)
    return compareLists(path, before, after, note);
  const mark = (value: unknown): unknown => (isNothing(value) ? value : secret);
  note(
    path,
    hide ? mark(before.value) : shownValue(before),
    hide ? mark(after.value ?? (after.unknown === true || null)) : shownValue(after),
  );
}

/** Two values of JSON. Node's own comparison looks at everything that a value could be besides, and takes three times as long. */
function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one))
    return (
      Array.isArray(other) && one.length === other.length && one.every((value, index) => same(value, other[index]))
    );
  if (!isTree(one) || !isTree(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => key in other && same(one[key], other[key]));
}

/** Lists of providers are mostly sets: what is in both is no change, wherever it stands. */
function compareLists(
  path: string,
  before: Side,
  after: Side,
  note: (path: string, before: unknown, after: unknown) => void,
): void {
  const [left, right] = [elements(before), elements(after)];
  const unmatched = new Map<string, Side[]>();
  for (const side of right) {
    const key = identity(side);
    const same = unmatched.get(key);
    if (same) same.push(side);
    else unmatched.set(key, [side]);
  }
  const gone = left.filter((side) => unmatched.get(identity(side))?.pop() === undefined);
  const rest = new Set([...unmatched.values()].flat());
  const come = right.filter((side) => rest.has(side));
  if (gone.length === 1 && come.length === 1 && isTree(gone[0]!.value))
    return compare(`${path}[${left.indexOf(gone[0]!)}]`, gone[0]!, come[0]!, note);
  for (const side of gone) note(path, shownValue(side), undefined);
  for (const side of come) note(path, undefined, shownValue(side));
  // blocks are sets, and their order is the provider's
  if (gone.length + come.length === 0 && !left.some(({ value }) => isTree(value)))
    note(path, shownValue(before), shownValue(after));
}

// an element that is not known yet is equal to none
const identity = (side: Side): string => JSON.stringify([said(side.value), holdsTrue(side.unknown) ? 1 : 0]);

/** Providers write nothing as null, "", [] or not at all, and each in its own place: no change for anybody. */
function said(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? null : value.map(said);
  if (value === undefined || value === '') return null;
  if (!isTree(value)) return value;
  const entries = Object.entries(value)
    .map(([key, inside]): [string, unknown] => [key, said(inside)])
    .filter(([, inside]) => inside !== null);
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

function elements({ value, sensitive, unknown: unknownMarks }: Side): Side[] {
  const length = Math.max(
    Array.isArray(value) ? value.length : 0,
    Array.isArray(unknownMarks) ? unknownMarks.length : 0,
  );
  return Array.from({ length }, (_, index) => inner({ value, sensitive, unknown: unknownMarks }, index));
}

function inner({ value, sensitive, unknown: unknownMarks }: Side, key: string | number): Side {
  const at = (tree: unknown): unknown =>
    typeof tree === 'object' && tree !== null
      ? Object.hasOwn(tree, key)
        ? (tree as Record<string | number, unknown>)[key]
        : undefined
      : tree === true
        ? true
        : undefined;
  return { value: at(value), sensitive: at(sensitive), unknown: at(unknownMarks) };
}

/** A value with marks in the places that may not be seen, or cannot be known. */
export function shownValue({ value, sensitive, unknown: unknownMarks }: Side): unknown {
  if (sensitive === true && !isNothing(value)) return secret;
  if (unknownMarks === true) return later;
  if (Array.isArray(value) || Array.isArray(unknownMarks))
    return elements({ value, sensitive, unknown: unknownMarks }).map(shownValue);
  if (!isTree(value) && !isTree(unknownMarks)) return value;
  const keys = new Set([...keysOf(value), ...keysOf(unknownMarks)]);
  return Object.fromEntries(
    [...keys].map((key) => [
      key,
      mustHide(key, (value as Tree | undefined)?.[key])
        ? secret
        : shownValue(inner({ value, sensitive, unknown: unknownMarks }, key)),
    ]),
  );
}

const textOf = (value: unknown): string => {
  if (value instanceof Mark) return value.text;
  return withoutCredentials(
    JSON.stringify(isTree(value) || Array.isArray(value) ? (said(value) ?? value) : value, (_, inside: unknown) =>
      inside instanceof Mark ? inside.text : inside,
    ) ?? 'null',
  );
};

const isNothing = (value: unknown): boolean => value === null || value === undefined;
const keysOf = (value: unknown): string[] => (isTree(value) ? Object.keys(value) : []);
const holdsTrue = (marks: unknown): boolean =>
  marks === true || (typeof marks === 'object' && marks !== null && Object.values(marks).some(holdsTrue));
const pathText = (path: readonly (string | number)[]): string =>
  path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');

/** The attribute that a path begins with: `grant` of `grant[0].bucket`. */
export const rootOf = (path: string): string => /^.[^.[]*/s.exec(path)?.[0] ?? path;

/** An attribute of one side, and nothing when it is hidden, unknown or not there. For sentences, which show it. */
export function visible(
  change: ResourceChange,
  side: 'before' | 'after',
  ...path: readonly (string | number)[]
): unknown {
  const start: Side =
    side === 'before'
      ? { value: change.before, sensitive: change.beforeSensitive }
      : { value: change.after, sensitive: change.afterSensitive, unknown: change.afterUnknown };
  const end = path.reduce<Side>(
    (at, key) =>
      at.sensitive === true || at.unknown === true ? { value: undefined, sensitive: undefined } : inner(at, key),
    start,
  );
  if (end.sensitive === true || end.unknown === true || alwaysHidden.has(String(path.at(-1)))) return undefined;
  return end.value ?? undefined;
}

/** Whether anything happens to it. */
export const isChange = (change: ResourceChange): boolean =>
  !['no-op', 'read'].includes(kindOf(change)) || change.previousAddress !== undefined || change.importing !== undefined;
