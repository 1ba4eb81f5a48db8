import { describeActions } from './action-words';
import { diffLines } from 'diff';
import { shown } from '../definition/shown';
import { keyOf, sameLeaf } from './sealed-change';
import type { Leaf, SealedAttribute, SealedChange } from '../contract/sealed-record';
import { withoutCredentials } from './secret-text';

/** One thing in which a fresh plan is not the reviewed one. No sensitive value is in it. */
export interface Difference {
  readonly address: string;
  /** The attribute's path; absent when it is about the change as a whole. */
  readonly attribute?: string;
  /** What was reviewed, in words or as a value. */
  readonly reviewed: string;
  /** What the fresh plan says. */
  readonly now: string;
}

/**
 * In what a fresh plan differs from the reviewed one; nothing when applying it does exactly what was reviewed. The order of
 * things says nothing, nor does whether a computed attribute is known already; everything else does (docs/seal.md).
 */
export function compareChanges(reviewed: readonly SealedChange[], fresh: readonly SealedChange[]): Difference[] {
  return pairs(reviewed, fresh).flatMap(([before, now]): Difference[] => {
    if (!now) return [{ address: keyOf(before!), reviewed: doing(before!), now: 'nothing to do any more' }];
    if (!before) return [{ address: keyOf(now), reviewed: 'nothing to do', now: doing(now) }, ...attributesOf(now)];
    if (doing(before) !== doing(now))
      return [
        { address: keyOf(now), reviewed: doing(before), now: doing(now) },
        ...attributeDifferences(before, now, sameAttribute),
      ];
    return attributeDifferences(before, now, sameAttribute);
  });
}

/**
 * In what a fresh plan goes beyond the rest of a reviewed one whose apply has failed half-way; nothing when each of its
 * changes was reviewed. What is done needs doing no more; what was unknown may be known by now; of a replacement the
 * second half may be left; what the failed apply made and left tainted may be made again.
 */
export function compareRest(reviewed: readonly SealedChange[], fresh: readonly SealedChange[]): Difference[] {
  const byKey = new Map(reviewed.map((change) => [keyOf(change), change]));
  return fresh.flatMap((now): Difference[] => {
    const before = byKey.get(keyOf(now)) ?? (now.deposed === undefined ? undefined : byKey.get(now.address));
    if (!before) return [{ address: keyOf(now), reviewed: 'nothing to do', now: doing(now) }, ...attributesOf(now)];
    if (!isRest(before, now)) return [{ address: keyOf(now), reviewed: doing(before), now: doing(now) }];
    return attributeDifferences(before, now, remains(before, now));
  });
}

type Sameness = (before: SealedAttribute | undefined, now: SealedAttribute | undefined) => boolean;

const sameAttribute: Sameness = (before, now) => {
  if (sameLeaf(before?.before, now?.before) && sameLeaf(before?.after, now?.after)) return true;
  // the provider will fill it in: whether it is known by now follows from the rest; what it was does not
  const computed = before?.computed ?? now?.computed ?? false;
  const sameObject = before === undefined || now === undefined || sameLeaf(before.before, now.before);
  return computed && sameObject && (isUnknown(before?.after) || isUnknown(now?.after));
};

const isUnknown = (leaf: Leaf | undefined): boolean => leaf !== undefined && 'unknown' in leaf;

function isRest(before: SealedChange, now: SealedChange): boolean {
  const [was, is] = [before.actions.join(), now.actions.join()];
  const replaced = before.actions.length === 2;
  if (now.previousAddress !== undefined && now.previousAddress !== before.previousAddress) return false;
  if (now.importing !== undefined && now.importing !== before.importing) return false;
  // the old one that a replacement has not removed yet
  if (now.deposed !== undefined && before.deposed === undefined) return replaced && is === 'delete';
  return was === is || (replaced && is === 'create') || (before.actions.includes('create') && now.reason === tainted);
}

const tainted = 'replace_because_tainted';

/** What may be left of a change's attributes: they become what was reviewed, or were unknown; and what goes is what was to go. */
function remains(reviewed: SealedChange, fresh: SealedChange): Sameness {
  const ofItsOwn = fresh.reason === tainted || (reviewed.actions.length === 2 && fresh.actions.join() === 'create');
  const deposed = fresh.deposed !== undefined;
  return (before, now) => {
    // an attribute that needs no change any more
    if (now === undefined || sameAttribute(before, now)) return true;
    const goes = ofItsOwn || sameLeaf(before?.before, now.before);
    const becomes =
      deposed ||
      sameLeaf(before?.after, now.after) ||
      isUnknown(before?.after) ||
      (now.computed ?? false) ||
      (ofItsOwn && now.after === undefined);
    return goes && becomes;
  };
}

function pairs(
  reviewed: readonly SealedChange[],
  fresh: readonly SealedChange[],
): [SealedChange | undefined, SealedChange | undefined][] {
  const [a, b] = [reviewed, fresh].map((changes) => new Map(changes.map((change) => [keyOf(change), change])));
  return [...new Set([...a!.keys(), ...b!.keys()])].sort().map((key) => [a!.get(key), b!.get(key)]);
}

function attributeDifferences(before: SealedChange, now: SealedChange, same: Sameness): Difference[] {
  const paths = [...new Set([...Object.keys(before.attributes), ...Object.keys(now.attributes)])].sort();
  return paths
    .filter((path) => !same(before.attributes[path], now.attributes[path]))
    .map((path) => ({ address: keyOf(now), attribute: path, ...told(before.attributes[path], now.attributes[path]) }));
}

/** Of a change that nobody has reviewed: what it would change. */
const attributesOf = (now: SealedChange): Difference[] =>
  Object.entries(now.attributes)
    .filter(
      ([, { before, after, computed }]) => now.actions.join() === 'update' && !computed && !sameLeaf(before, after),
    )
    .map(([attribute, value]) => ({ address: keyOf(now), attribute, reviewed: 'no change', now: transition(value) }));

/** What a change does, with all that counts beside its attributes. */
function doing({ actions, previousAddress, importing, reason, replacePaths }: SealedChange): string {
  return [
    describeActions(actions),
    ...(previousAddress === undefined ? [] : [`moved from ${previousAddress}`]),
    ...(importing === undefined ? [] : [`taken over from ${importing}`]),
    ...(reason === undefined ? [] : [`(${reason}${replacePaths ? `: ${replacePaths.join(', ')}` : ''})`]),
  ].join(' ');
}

/** Both values in words; what is sensitive is said to be, and that it is another. */
function told(
  before: SealedAttribute | undefined,
  now: SealedAttribute | undefined,
): Pick<Difference, 'reviewed' | 'now'> {
  const lines = changedLines(before?.after, now?.after) ?? changedLines(before?.before, now?.before);
  if (lines) return lines;
  const [reviewed, fresh] = [transition(before), transition(now)];
  return { reviewed, now: reviewed === fresh ? `${fresh}, but another value` : fresh };
}

/** Two values of a stack's JSON in words. */
export const inWords = (reviewed: unknown, now: unknown): Pick<Difference, 'reviewed' | 'now'> => {
  const leaf = (value: unknown): SealedAttribute | undefined =>
    value === undefined ? undefined : { after: { value } };
  const words = told(leaf(reviewed), leaf(now));
  return {
    reviewed: reviewed === undefined ? 'nothing' : words.reviewed,
    now: now === undefined ? 'nothing' : words.now,
  };
};

/** Of two long texts, the lines that only one of them has. */
function changedLines(
  reviewed: Leaf | undefined,
  now: Leaf | undefined,
): Pick<Difference, 'reviewed' | 'now'> | undefined {
  const [a, b] = [reviewed, now].map((leaf) =>
    leaf && 'value' in leaf && typeof leaf.value === 'string' && leaf.value.includes('\n') ? leaf.value : undefined,
  );
  if (a === undefined || b === undefined || a === b) return undefined;
  const parts = diffLines(a, b);
  const only = (side: 'added' | 'removed'): string => {
    const lines = parts
      .filter((part) => part[side])
      .flatMap(({ value }) => value.split('\n'))
      .map((line) => line.trim())
      .filter((line) => line !== '');
    return lines.length === 0
      ? 'without these lines'
      : [...lines.slice(0, 5).map(legible), ...(lines.length > 5 ? [`… ${lines.length - 5} more lines`] : [])].join(
          ', ',
        );
  };
  return { reviewed: only('removed'), now: only('added') };
}

function transition(attribute: SealedAttribute | undefined): string {
  if (!attribute) return 'no change';
  const { before, after } = attribute;
  if (before === undefined) return leafText(after);
  return sameLeaf(before, after) ? `stays ${leafText(after)}` : `${leafText(before)} → ${leafText(after)}`;
}

function leafText(leaf: Leaf | undefined): string {
  if (leaf === undefined) return 'nothing';
  if ('unknown' in leaf) return '(known after apply)';
  return 'sensitive' in leaf ? '(sensitive)' : legible(leaf.value);
}

/** Short, and without a credential that nobody has marked as sensitive. */
const legible = (value: unknown): string => shown(typeof value === 'string' ? withoutCredentials(value) : value);
