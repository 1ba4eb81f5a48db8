import { createHmac } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Leaf, SealedAttribute, SealedChange } from '../contract/sealed-record';
import { kindOf, type Plan, type ResourceChange } from './plan';
import { canonical } from './stack-json';

/**
 * The changes of a plan that an apply would make, in the order of their addresses. Sensitive values become digests keyed
 * with `salt`. Left out is what says nothing about what will happen: reads of data sources, and hashes and times that
 * the provider computes.
 */
export function sealChanges(plan: Plan, salt: string): SealedChange[] {
  const outputs = Object.entries(plan.outputs)
    .filter(([, { actions }]) => actions.join() !== 'no-op')
    .map(([name, output]) =>
      sealChange(
        { address: `output.${name}`, mode: 'managed', type: 'output', name, replacePaths: [], ...output },
        nothingComputed,
        salt,
      ),
    );
  const resources = plan.changes.filter(isPending).map((change) => sealChange(change, computedOf(change, plan), salt));
  return [...resources, ...outputs].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** Tells changes of one plan apart: an unfinished replacement leaves a second object at the same address. */
export const keyOf = ({ address, deposed }: Pick<SealedChange, 'address' | 'deposed'>): string =>
  `${address}${deposed === undefined ? '' : ` (deposed ${deposed})`}`;

/** Whether an apply would do anything about it: to move or take over what stays as it is, changes the state. */
export const isPending = (change: ResourceChange): boolean =>
  change.mode === 'managed' &&
  (kindOf(change) !== 'no-op' || change.previousAddress !== undefined || change.importing !== undefined);

function sealChange(change: ResourceChange, isComputed: (path: string) => boolean, salt: string): SealedChange {
  const { address, deposed, previousAddress, importing, actions, reason, replacePaths } = change;
  const before = leaves(change.before, false, change.beforeSensitive, salt);
  const after = leaves(change.after, change.afterUnknown, change.afterSensitive, salt);
  const onlyChanges = ['update', 'no-op'].includes(kindOf(change));
  const attributes = [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .flatMap((path): [string, SealedAttribute][] => {
      const [was, becomes] = [before.get(path), after.get(path)];
      if (onlyChanges && path !== 'id' && sameLeaf(was, becomes)) return [];
      const computed = isComputed(path);
      if ((computed || kindOf(change) === 'delete') && tellsNothing.test(topOf(path))) return [];
      return [
        [
          path,
          {
            ...(was && { before: was }),
            ...(becomes && { after: becomes }),
            ...(computed && { computed: true as const }),
          },
        ],
      ];
    });
  return {
    address,
    ...(deposed !== undefined && { deposed }),
    ...(previousAddress !== undefined && { previousAddress }),
    ...(importing !== undefined && { importing }),
    actions: [...actions],
    ...(reason !== undefined && { reason }),
    ...(replacePaths.length > 0 && { replacePaths: replacePaths.map((path) => path.join('.')).sort() }),
    attributes: Object.fromEntries(attributes),
  };
}

const nothingComputed = (): boolean => false;

/** Which attributes the provider fills in: those that the stack does not set. */
function computedOf({ address }: ResourceChange, { configured }: Plan): (path: string) => boolean {
  const set = configured.get(address.replace(/\[.*\]$/, ''));
  // destroyed because it is in the stack no more, or part of a module, of which the plan tells less
  return set === undefined ? nothingComputed : (path) => !set.has(topOf(path));
}

/** Hashes and times that a provider computes: they follow from what else changes, or from when somebody looked. */
const tellsNothing =
  /(^|_)(etag|md5|sha1|sha256|sha512|hash|checksum|version_id|(updated|modified|refreshed)_at|last_modified)$/;

const topOf = (path: string): string => /^[^.[]+/.exec(path)?.[0] ?? path;

export const sameLeaf = (a: Leaf | undefined, b: Leaf | undefined): boolean => isDeepStrictEqual(a, b);

/** A value's parts by their paths, `rule[0].port`; what is null is as if it were not there. */
function leaves(value: unknown, unknown: unknown, sensitive: unknown, salt: string): Map<string, Leaf> {
  const found = new Map<string, Leaf>();
  const walk = (path: string, part: unknown, isUnknown: unknown, isSensitive: unknown): void => {
    if (isUnknown === true) return void found.set(path, { unknown: true });
    if (isSensitive === true)
      return void (part !== null && part !== undefined && found.set(path, { sensitive: keyed(part, salt) }));
    // a list of plain values is read as one
    if ((!hasParts(part) && !hasParts(isUnknown)) || (isPlainList(part) && !says(isUnknown) && !says(isSensitive)))
      return void (part !== null && part !== undefined && found.set(path, { value: part }));
    for (const key of partsOf(part, isUnknown)) {
      const step = (container: unknown): unknown => (container as Record<string, unknown> | undefined | null)?.[key];
      const name = Array.isArray(part ?? isUnknown)
        ? `${path}[${key}]`
        : path === ''
          ? quoted(key)
          : `${path}.${quoted(key)}`;
      walk(name, step(part), step(isUnknown), typeof isSensitive === 'object' ? step(isSensitive) : isSensitive);
    }
  };
  // an output may be no more than one value
  walk(hasParts(value) || hasParts(unknown) ? '' : 'value', value, unknown, sensitive);
  return found;
}

const isPlainList = (value: unknown): boolean =>
  Array.isArray(value) && value.every((part) => typeof part !== 'object');

/** Whether a mask has `true` anywhere. */
const says = (mask: unknown): boolean => mask === true || (hasParts(mask) && Object.values(mask).some(says));

const hasParts = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0;

const partsOf = (...containers: readonly unknown[]): string[] => [
  ...new Set(containers.flatMap((container) => (hasParts(container) ? Object.keys(container) : []))),
];

const quoted = (key: string): string => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key));

const keyed = (value: unknown, salt: string): string =>
  createHmac('sha256', salt).update(canonical(value)).digest('hex');
