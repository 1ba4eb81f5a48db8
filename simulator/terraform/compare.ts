import { type Block } from './schema';
import { isUnknown, type Dynamic, type Type } from './value';

/** Terraform's older provider kit cannot tell an unset value from a zero one; neither can what follows. */
export const isZero = (value: Dynamic): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  value === 0 ||
  value === false ||
  (typeof value === 'object' &&
    !isUnknown(value) &&
    Object.values(value).every((inner) => (Array.isArray(value) ? false : isZero(inner))));

function typeText(type: Type, value: Dynamic): string {
  if (isUnknown(value)) return '?';
  if (value === null || value === undefined) return 'null';
  if (typeof type === 'string' || typeof value !== 'object') return JSON.stringify(value);
  if (type[0] === 'object') {
    const fields = Object.entries(type[1]).filter(([name]) => !isZero(value[name]));
    return `{${fields.map(([name, inner]) => `${name}:${typeText(inner, value[name])}`).join()}}`;
  }
  if (type[0] === 'map') {
    return `{${Object.keys(value)
      .sort()
      .map((name) => `${name}:${typeText(type[1], value[name])}`)
      .join()}}`;
  }
  const items = (value as Dynamic[]).map((item) => typeText(type[1], item));
  return `[${(type[0] === 'set' ? items.sort() : items).join()}]`;
}

/** The object as text, such that two are the same to the vendor when their texts are. What only the vendor sets is left out. */
export function blockText(block: Block, value: Dynamic): string {
  if (isUnknown(value)) return '?';
  if (value === null || value === undefined) return 'null';
  const attributes = Object.entries(block.attributes)
    .filter(([name, a]) => (a.optional || a.required) && !isZero(value[name]))
    .map(([name, a]) => `${name}:${typeText(a.type, value[name])}`);
  const blocks = Object.entries(block.blocks)
    .filter(([name]) => !isZero(value[name]))
    .map(([name, n]) => `${name}:${nestedText(n.block, n.nesting, value[name])}`);
  return `{${[...attributes, ...blocks].join()}}`;
}

export function nestedText(block: Block, nesting: 'single' | 'list' | 'set', value: Dynamic): string {
  if (!Array.isArray(value)) return blockText(block, value);
  const items = value.map((item) => blockText(block, item));
  return `[${(nesting === 'set' ? items.sort() : items).join()}]`;
}

/**
 * Whether the planned value changes nothing. A value that goes from unset to an explicit `false` or `0` is a change, and one
 * that goes the other way is not: so the older provider kit decides.
 */
export function same(type: Type, prior: Dynamic, next: Dynamic): boolean {
  if (isUnknown(next)) return false;
  if (next === null) return isZero(prior) || isEmpty(prior);
  if (prior === null) return next === '' || isEmpty(next);
  return typeText(type, prior) === typeText(type, next);
}

export const isEmpty = (value: Dynamic): boolean =>
  value !== null && typeof value === 'object' && !isUnknown(value) && Object.keys(value).length === 0;

/** Equal to the last bit, order in sets aside. */
export const identical = (type: Type, left: Dynamic, right: Dynamic): boolean =>
  typeText(type, left) === typeText(type, right);
