import { describe as described } from '../../cli/history';
import { type HistoryEntry, historyKey, readHistory, usesOf, writeEntry } from '../../plan/history';
import type { RecordStore } from '../../plan/record-store';
import { readRecord } from '../../plan/sealed-record';
import { recordKey, type SealedRecord } from '../../contract/sealed-record';

const entry = (changes: Partial<HistoryEntry> = {}): HistoryEntry => ({
  version: 1,
  environment: 'staging',
  at: '2026-11-21T12:00:00.000Z',
  endedAt: '2026-11-21T12:01:00.000Z',
  outcome: 'applied',
  commit: 'a'.repeat(40),
  by: 'ada',
  changes: [
    { address: 'x.y', actions: ['update'] },
    { address: 'x.z', actions: ['delete', 'create'] },
    { address: 'x.a', actions: ['update'] },
  ],
  state: { lineage: 'one', serial: 4 },
  ...changes,
});

function memory(): RecordStore & { readonly texts: Map<string, string> } {
  const texts = new Map<string, string>();
  return {
    texts,
    get: (key) => Promise.resolve(texts.get(key)),
    put: (key, text) => Promise.resolve(void texts.set(key, text)),
    list: (prefix) => Promise.resolve([...texts.keys()].filter((key) => key.startsWith(prefix)).sort()),
  };
}

test('the newest come first, as many as are wanted, of this environment alone; what cannot be read does not hide the rest', async () => {
  const store = memory();
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 21, 12, minute));
  for (const minute of [5, 1, 3])
    await writeEntry(store, historyKey('staging', at(minute)), entry({ at: at(minute).toISOString() }));
  await writeEntry(store, historyKey('staging-2', at(9)), entry({ environment: 'staging-2' }));
  const broken = historyKey('staging', at(4));
  store.texts.set(broken, '{"version":1');
  const read = await readHistory(store, 'staging', 3);
  expect(read.map((each) => ('unreadable' in each ? each.unreadable : each.at))).toEqual([
    at(5).toISOString(),
    broken,
    at(3).toISOString(),
  ]);
});

test('people read when, what became of it, on whose review, and why not', () => {
  const text = described('staging', [
    entry({
      outcome: 'refused',
      why: ['the fresh plan is not the reviewed one', 'x.y', '  size: reviewed was 1; now it would be 2'],
      review: { commit: 'b'.repeat(40), sealedAt: '', by: 'grace' },
    }),
    entry({
      outcome: 'begun',
      endedAt: undefined,
      at: '2026-11-21T11:00:00.000Z',
      reason: 'the disk is full',
      changes: [],
    }),
    { unreadable: 'history/staging/x.json' },
  ]);
  expect(text.replace(/ +$/gm, ''))
    .toBe(`when                    outcome     commit        by   changes                         review
2026-11-21 12:00:00     refused     aaaaaaaaaaaa  ada  2 updated in place, 1 replaced  bbbbbbbbbbbb by grace
  the fresh plan is not the reviewed one
  x.y
    size: reviewed was 1; now it would be 2
2026-11-21 11:00:00     not ended   aaaaaaaaaaaa  ada  none                            none; reason: the disk is full
history/staging/x.json  unreadable
`);
  const attack = '\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007 \u001b[2J\u202ekcab\r✓ applied';
  expect(described('staging', [entry({ outcome: 'failed', why: [`api: log: ${attack}`] })])).toContain(
    '  api: log: click \\u202ekcab\\n✓ applied',
  );
  expect(described('staging', [])).toBe('staging has no history yet: `npx berth deploy staging` writes it\n');
});

test('a review that cannot be read is refused with what to do, and not taken for none', async () => {
  const store = memory();
  expect(await readRecord(store, 'staging', 'c')).toBeUndefined();
  for (const text of ['', '{"version":2}', '{"version":1,"environment":"staging"}']) {
    store.texts.set(recordKey('staging', 'c'), text);
    await expect(readRecord(store, 'staging', 'c')).rejects.toThrow(
      /^reviews\/staging\/c\.json in the state bucket is no review that this version reads \(.+: .+\): seal this commit's plan again \(docs\/seal\.md\)$/,
    );
  }
});

test('what was done with a review is told: by deploys of this very review, and not by those that were refused', async () => {
  const store = memory();
  const sealedAt = '2026-11-21T12:00:00.000Z';
  const write = (minute: number, changes: Partial<HistoryEntry>) => {
    const at = new Date(Date.UTC(2026, 10, 21, 12, minute));
    return writeEntry(
      store,
      historyKey('staging', at),
      entry({ at: at.toISOString(), review: { commit: 'c', sealedAt }, ...changes }),
    );
  };
  await write(1, { outcome: 'failed' });
  await write(2, { outcome: 'refused' });
  await write(3, { review: { commit: 'd', sealedAt } });
  await write(4, { review: { commit: 'c', sealedAt: '2026-11-21T12:03:00.000Z' } });
  await write(5, { review: undefined });
  await write(6, { outcome: 'applied' });
  const review = { environment: 'staging', commit: 'c', sealedAt } as SealedRecord;
  expect(await usesOf(store, review)).toEqual([
    { at: '2026-11-21T12:01:00.000Z', outcome: 'failed' },
    { at: '2026-11-21T12:06:00.000Z', outcome: 'applied' },
  ]);
  // what cannot be read could be the deploy that used it up; what is older cannot
  store.texts.set(historyKey('staging', new Date('2026-11-21T10:00:00Z')), 'old');
  expect(await usesOf(store, review)).toHaveLength(2);
  store.texts.set(historyKey('staging', new Date('2026-11-21T12:07:00Z')), 'broken');
  await expect(usesOf(store, review)).rejects.toThrow('cannot be told whether the review of c was used already');
});
