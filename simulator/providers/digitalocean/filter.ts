import { oneOf } from '../../terraform/check';
import { type Facts } from '../../terraform/facts';
import { type Dynamic, type Values } from '../../terraform/value';

const matchers: Record<string, (wanted: string) => (value: string) => boolean> = {
  exact: (wanted) => (value) => value === wanted,
  substring: (wanted) => (value) => value.includes(wanted),
  re: (wanted) => (value) => new RegExp(wanted).test(value),
};

function accepts(filter: Values, item: Values): boolean {
  const test = (wanted: string) => (matchers[filter.match_by ?? 'exact'] ?? matchers.exact)(wanted);
  const values: string[] = [item[filter.key] ?? []].flat().map(String);
  const one = (wanted: string) => values.some(test(wanted));
  return filter.all ? (filter.values as string[]).every(one) : (filter.values as string[]).some(one);
}

const order = (left: Dynamic, right: Dynamic): number => (left < right ? -1 : left > right ? 1 : 0);

/** The blocks `filter` and `sort` of the data sources that are lists. */
export function filtered(items: Values[], { filter, sort }: Values): Values[] {
  const kept = items.filter((item) => (filter ?? []).every((one: Values) => accepts(one, item)));
  for (const { key, direction } of [...(sort ?? [])].reverse()) {
    kept.sort((left, right) => order(left[key], right[key]) * (direction === 'desc' ? -1 : 1));
  }
  return kept;
}

/** Their rules: what can be sorted by can be filtered by, and lists can only be filtered by. */
export const listFacts = (keys: string[], lists: string[]): Facts => ({
  defaults: { 'filter.all': false, 'filter.match_by': 'exact' },
  check: {
    'filter.key': oneOf(...keys, ...lists),
    'filter.match_by': oneOf('exact', 're', 'substring'),
    'sort.key': oneOf(...keys),
    'sort.direction': oneOf('asc', 'desc'),
  },
});
