import Table from 'cli-table3';
import { plainTable } from '../cli/table';

/** What is promised, and what was measured. */
export interface Claim {
  readonly what: string;
  readonly wanted: string;
  readonly got: string;
  readonly kept: boolean;
}

export const atMost = (what: string, most: number, got: number, unit = ''): Claim => ({
  what,
  wanted: `≤ ${most}${unit}`,
  got: `${got}${unit}`,
  kept: got <= most,
});
export const below = (what: string, limit: number, got: number, unit = ''): Claim => ({
  what,
  wanted: `< ${limit}${unit}`,
  got: `${got}${unit}`,
  kept: got < limit,
});
export const atLeast = (what: string, least: number, got: number, unit = ''): Claim => ({
  what,
  wanted: `≥ ${least}${unit}`,
  got: `${got}${unit}`,
  kept: got >= least,
});

/** As it is printed, so that nobody wonders why 2.00 is more than 2. */
export const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals));

export const renderClaims = (claims: readonly Claim[]): string =>
  columns(
    ['promise', 'wanted', 'got', ''],
    claims.map(({ what, wanted, got, kept }) => [what, wanted, got, kept ? 'kept' : 'BROKEN']),
  );

/** Columns of text; all but the first and those without a title stand to the right. */
export function columns(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const drawn = new Table({
    ...plainTable,
    head: [...head],
    colAligns: head.map((title, index) => (index === 0 || title === '' ? 'left' : 'right')),
  });
  drawn.push(...rows.map((row) => [...row]));
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
