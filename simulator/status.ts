import type { Cloud } from './cloud';

/** What a simulated cloud holds, by noun, for a person to look at. */
export interface CloudStatus {
  readonly service: string;
  readonly noun: string;
  readonly count: number;
  readonly names: readonly string[];
}

/** Tables that hold no things of their own. */
const bookkeeping = new Set(['actions', 'assignments', 'counters']);

type Row = Record<string, unknown>;

const nameOf = (row: unknown, key: string): string => {
  const { name, ip, title, slug } = (typeof row === 'object' && row !== null ? row : {}) as Row;
  return String(name ?? ip ?? title ?? slug ?? key);
};

/** Every table that is not empty. */
export function cloudStatus({
  digitalocean,
  spaces,
  github,
}: Pick<Cloud, 'digitalocean' | 'spaces' | 'github'>): CloudStatus[] {
  const tables = (service: string, state: object): CloudStatus[] =>
    Object.entries(state).flatMap(([noun, table]) => {
      if (typeof table !== 'object' || table === null || Array.isArray(table) || bookkeeping.has(noun)) return [];
      const names = Object.entries(table as Row).map(([key, row]) => nameOf(row, key));
      return names.length === 0 ? [] : [{ service, noun: noun.replaceAll('_', ' '), count: names.length, names }];
    });
  const buckets = spaces.buckets().map(({ name, objects }) => `${name} (${objects} objects)`);
  return [
    ...tables('digitalocean', digitalocean.state),
    ...(buckets.length > 0 ? [{ service: 'spaces', noun: 'buckets', count: buckets.length, names: buckets }] : []),
    ...tables('github', github.state),
  ];
}
