import type { Entry } from './journal';
import { isoTime } from './log-line';

/** Beneath it the exchange bucket holds the logs; its objects expire (constructs/environment-buckets.ts). */
export const logFolder = 'logs/';

/** Where the lines of one hour lie: `logs/2026-11-21/12/`. Takes a time in UTC, ISO 8601. */
export const hourFolder = (time: string): string => `${logFolder}${time.slice(0, 10)}/${time.slice(11, 13)}/`;

/** Where in the order of keys a time is: what begins at it or later does not sort before it. */
export const keyAt = (time: string): string => `${hourFolder(time)}${time.slice(14, 16)}${time.slice(17, 26)}`;

/**
 * The object that begins with this entry, `logs/2026-11-21/12/0503.000123-5f0c1a2b-4711.jsonl.gz`: minute and second, which
 * journal, and its number there. The keys of an hour sort by time, and no two batches share one.
 */
export const logKey = ({ at, journal, seq }: Pick<Entry, 'at' | 'journal' | 'seq'>): string =>
  `${keyAt(isoTime(at))}-${journal.slice(0, 8)}-${seq}.jsonl.gz`;

/** Of which journal an object's lines are. A journal's batches follow each other: each ends before the next one begins. */
export const journalOf = (key: string): string => key.split('/').at(-1)!.split('-')[1] ?? '';
