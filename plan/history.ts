import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { ExplainedError } from '../definition/problem';
import type { RecordStore } from './record-store';
import type { Use } from './seal';
import { asJson } from './sealed-record';
import type { SealedRecord } from '../contract/sealed-record';

const outcomes = ['begun', 'applied', 'failed', 'refused'] as const;

const entrySchema = z.strictObject({
  version: z.literal(1),
  environment: z.string(),
  at: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
  /** `begun` where a deploy was killed before it could say more; `refused` where nothing was applied. */
  outcome: z.enum(outcomes),
  /** The commit that was deployed. */
  commit: z.string(),
  /** The commit whose review was found, and when its plan was sealed. */
  review: z.strictObject({ commit: z.string(), sealedAt: z.string(), by: z.string().optional() }).optional(),
  by: z.string(),
  /** Why it was deployed without a review. */
  reason: z.string().optional(),
  /** The workflow run, a URL. */
  run: z.string().optional(),
  /** What was to be done, by address. */
  changes: z.array(z.strictObject({ address: z.string(), actions: z.array(z.string()) })),
  /** Why it was refused, or how it failed. No sensitive value is in it. */
  why: z.array(z.string()).optional(),
  /** The state before; its version is what to go back to in the bucket. */
  state: z.strictObject({ lineage: z.string(), serial: z.int(), version: z.string().optional() }),
});

/** One deploy, or one that was refused. */
export type HistoryEntry = z.infer<typeof entrySchema>;

const folder = (environment: string): string => `history/${environment}/`;

/** A key for something that happens now; keys sort by time. */
export const historyKey = (environment: string, at: Date): string =>
  `${historyFrom(environment, at)}-${randomBytes(2).toString('hex')}.json`;

const historyFrom = (environment: string, at: Date): string => `${folder(environment)}${at.toISOString()}`;

export const writeEntry = (store: RecordStore, key: string, entry: HistoryEntry): Promise<void> =>
  store.put(key, `${JSON.stringify(entry)}\n`);

/** The newest entries of an environment, the newest first. What cannot be read is told by its key. */
export async function readHistory(
  store: RecordStore,
  environment: string,
  limit: number,
): Promise<(HistoryEntry | { readonly unreadable: string })[]> {
  const keys = (await store.list(folder(environment))).sort().reverse().slice(0, limit);
  return Promise.all(keys.map((key) => readEntry(store, key)));
}

/** The newest deploy that has done something to an environment, whatever became of it. */
export async function lastDeploy(store: RecordStore, environment: string): Promise<HistoryEntry | undefined> {
  for (const key of (await store.list(folder(environment))).sort().reverse()) {
    const entry = await readEntry(store, key);
    if ('unreadable' in entry)
      throw new ExplainedError(
        `${entry.unreadable} in the state bucket cannot be read, so it cannot be told what was deployed last: take that object away if it is damaged, or use the version of this program that wrote it`,
      );
    if (entry.outcome !== 'refused') return entry;
  }
  return undefined;
}

/** An hour: the clocks of two machines may differ. */
const skew = 3_600_000;

/** What was done with a review. Throws when it cannot be told: a review holds for one deploy. */
export async function usesOf(store: RecordStore, { environment, commit, sealedAt }: SealedRecord): Promise<Use[]> {
  const since = historyFrom(environment, new Date(Date.parse(sealedAt) - skew));
  const keys = (await store.list(folder(environment))).filter((key) => key >= since);
  const entries = await Promise.all(keys.map((key) => readEntry(store, key)));
  return entries.flatMap((entry): Use[] => {
    if ('unreadable' in entry)
      throw new ExplainedError(
        `${entry.unreadable} in the state bucket cannot be read, so it cannot be told whether the review of ${commit.slice(0, 12)} was used already: take that object away if it is damaged, or use the version of this program that wrote it`,
      );
    const { outcome, review, at } = entry;
    return outcome !== 'refused' && review?.commit === commit && review.sealedAt === sealedAt ? [{ at, outcome }] : [];
  });
}

async function readEntry(store: RecordStore, key: string): Promise<HistoryEntry | { readonly unreadable: string }> {
  const parsed = entrySchema.safeParse(asJson((await store.get(key)) ?? ''));
  return parsed.success ? parsed.data : { unreadable: key };
}
