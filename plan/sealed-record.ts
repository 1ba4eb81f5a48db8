import { z } from 'zod';
import { ExplainedError } from '../definition/problem';
import type { RecordStore } from './record-store';
import { sealedChangeSchema } from './sealed-change';
import { digestOf } from './stack-json';

export const sealedRecordSchema = z.strictObject({
  version: z.literal(2),
  environment: z.string(),
  /** The commit that the review is for. */
  commit: z.string(),
  sealedAt: z.iso.datetime(),
  /** Who had it planned, as GitHub names them. */
  by: z.string().optional(),
  terraform: z.string(),
  /** The stack's JSON as it was planned, and the SHA-256 of it: at the merge it is synthesized again. */
  stack: z.record(z.string(), z.unknown()),
  digest: z.string(),
  /** SHA-256 of each file beside it, by path. */
  assets: z.record(z.string(), z.string()),
  providerLock: z.strictObject({ digest: z.string(), providers: z.record(z.string(), z.string()) }),
  /** The state that was planned upon; an empty lineage where there was none. */
  state: z.strictObject({ lineage: z.string(), serial: z.int() }),
  /** Keys the digests of sensitive values; chosen anew for each record. */
  salt: z.string(),
  changes: z.array(sealedChangeSchema),
});

/** A reviewed plan as it is kept: all that is needed to tell whether a later plan is the same, and no sensitive value. It is never changed. */
export type SealedRecord = z.infer<typeof sealedRecordSchema>;

export const recordKey = (environment: string, commit: string): string => `reviews/${environment}/${commit}.json`;

export const writeRecord = (store: RecordStore, record: SealedRecord): Promise<void> =>
  store.put(recordKey(record.environment, record.commit), `${JSON.stringify(record)}\n`);

/** The review of a commit; nothing when there is none. */
export async function readRecord(
  store: RecordStore,
  environment: string,
  commit: string,
): Promise<SealedRecord | undefined> {
  const key = recordKey(environment, commit);
  const text = await store.get(key);
  if (text === undefined) return undefined;
  const parsed = sealedRecordSchema.safeParse(asJson(text));
  if (parsed.success && digestOf(parsed.data.stack) === parsed.data.digest) return parsed.data;
  if (parsed.success)
    throw new ExplainedError(
      `${key} in the state bucket is damaged: the stack in it has another digest than it says. Seal this commit's plan again (docs/seal.md)`,
    );
  const { path, message } = parsed.error.issues[0]!;
  throw new ExplainedError(
    `${key} in the state bucket is no review that this version reads (${path.join('.') || 'the whole'}: ${message}): seal this commit's plan again (docs/seal.md)`,
  );
}

export function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
