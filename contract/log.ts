import * as z from 'zod';

/** One line of the logs, as it is kept in the exchange bucket. */
export const logLineSchema = z.object({
  /** UTC, ISO 8601 with microseconds. */
  time: z.string(),
  /** A service of the product, or what else speaks on a machine: `docker`, `redis-server`, `kernel`. */
  service: z.string(),
  container: z.string().optional(),
  /** The swarm's task. */
  task: z.string().optional(),
  /** What systemd calls it, unless it is a container. */
  unit: z.string().optional(),
  /** As syslog counts: 0 is the worst, 3 an error, 7 the least. What a container writes to standard error has 3. */
  priority: z.number(),
  message: z.string(),
  /** The journal's own number of it. */
  seq: z.number().optional(),
  /** How many lines are missing before this one, when the line says just that. */
  lost: z.number().optional(),
});
export type LogLine = Readonly<z.infer<typeof logLineSchema>>;

/** Where the first line of a batch comes from. */
export interface LogOrigin {
  /** Microseconds since 1970. */
  readonly at: number;
  readonly journal: string;
  readonly seq: number;
}

/** Microseconds since 1970, in words that sort as they count. */
export const isoTime = (at: number): string =>
  `${new Date(Math.floor(at / 1000)).toISOString().slice(0, -1)}${String(at % 1000).padStart(3, '0')}Z`;

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
export const logKey = ({ at, journal, seq }: LogOrigin): string =>
  `${keyAt(isoTime(at))}-${journal.slice(0, 8)}-${seq}.jsonl.gz`;

/** Of which journal an object's lines are. A journal's batches follow each other: each ends before the next one begins. */
export const journalOf = (key: string): string => key.split('/').at(-1)!.split('-')[1] ?? '';
