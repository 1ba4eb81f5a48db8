import { ExplainedError } from '../definition/problem';
import type { RecordStore } from './record-store';
import { recordKey, type SealedRecord, sealedRecordSchema } from '../contract/sealed-record';
import { digestOf } from './stack-json';

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
