import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Entry } from '../../agent/logs/journal';
import { Batch, type Limits, usualLimits } from '../../agent/logs/batch';
import { LogShipper } from '../../agent/logs/shipper';
import { learnSecret } from '../../lib/redact';
import { container, FakeBucket, FakeJournal, type Fate, stateFolder, unpack } from './fake-journal';

let journal: FakeJournal;
let bucket: FakeBucket;
beforeEach(() => {
  journal = new FakeJournal();
  bucket = new FakeBucket();
});
afterEach(() => journal.remove());

/** As it is after a start: it knows what lies in its folder. */
const shipper = (limits: Partial<Limits> = {}, call = 60_000): LogShipper =>
  new LogShipper({
    bucket,
    folder: stateFolder(journal),
    journal: journal.journal,
    limits: { ...usualLimits, ...limits },
    intervals: { pause: 1, longestPause: 1, call },
  });

/** Ships until nothing is waiting. Each failure is the end of a process, and another one starts. */
async function shipAll(limits: Partial<Limits> = {}, call?: number): Promise<string[]> {
  const failures: string[] = [];
  for (let more = true; more;) {
    try {
      more = await shipper(limits, call).ship();
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  return failures;
}

const messages = (): string[] => bucket.lines().map(({ message }) => message);
const numbered = (count: number, from = 0): string[] => Array.from({ length: count }, (_, n) => `line ${from + n}`);

test('what is printed is kept, by hour, as JSON lines', async () => {
  journal.print('api', 'one', 'two');
  await shipAll();
  const [[key, body]] = [...bucket.objects] as [[string, Buffer]];
  expect(key).toBe('logs/2026-11-21/11/5500.001000-aaaaaaaa-1.jsonl.gz');
  expect(unpack(body)).toEqual([
    {
      time: '2026-11-21T11:55:00.001000Z',
      service: 'api',
      container: 'c0ffee000001',
      task: 'task1',
      priority: 6,
      message: 'one',
      seq: 1,
    },
    {
      time: '2026-11-21T11:55:00.002000Z',
      service: 'api',
      container: 'c0ffee000001',
      task: 'task1',
      priority: 6,
      message: 'two',
      seq: 2,
    },
  ]);
  expect(shipper().shippedTo).toBe('2026-11-21T11:55:00.002000Z');
});

test('while nothing is printed, nothing is sent', async () => {
  await shipAll();
  journal.print('api', 'one');
  await shipAll();
  await shipAll();
  expect(bucket.calls).toHaveLength(1);
});

test('a batch is of one hour, and of no more lines and characters than fit', async () => {
  journal.print('api', ...numbered(7), 'x'.repeat(100), 'y'.repeat(100), 'z');
  journal.now += 10 * 60_000_000;
  journal.print('api', 'next hour');
  await shipAll({ entries: 3, characters: 100 });
  expect(
    [...bucket.objects].map(([key, body]) => [
      key.slice(16, 18),
      unpack(body).map(({ message }) => message.slice(0, 9)),
    ]),
  ).toEqual([
    ['11', ['line 0', 'line 1', 'line 2']],
    ['11', ['line 3', 'line 4', 'line 5']],
    ['11', ['line 6', 'xxxxxxxxx']],
    ['11', ['yyyyyyyyy']],
    ['11', ['z']],
    ['12', ['next hour']],
  ]);
});

const fates: Fate[] = ['done', 'refused', 'unheard', 'hangs', 'hangs, though it is done'];

test('whatever becomes of a call, and whenever the agent ends: of 12,000 lines none is missing and none is there twice', async () => {
  const printed = numbered(12_000);
  journal.print('api', ...printed.slice(0, 8_000));
  // every pair of fates comes, and more than once
  bucket.fates = Array.from({ length: 100 }, (_, n) => fates[(n * n + (n >> 3)) % fates.length]!);
  let grown = false;
  bucket.meanwhile = () => {
    // the journal grows while a batch is on its way, and before it is sent again
    if (bucket.objects.size < 5 || grown) return;
    grown = true;
    journal.print('api', ...printed.slice(8_000));
  };
  const failures = await shipAll({ entries: 331 }, 2);
  expect(messages()).toEqual(printed);
  expect([...new Set(failures)].sort()).toEqual([
    '503 SlowDown',
    'the bucket did not answer within 0.002 s',
    'the connection was cut',
  ]);
  expect(failures.length).toBeGreaterThan(40);
  expect(bucket.fates).toEqual([]);
}, 120_000);

test('one process that goes on after failures does as well as many', async () => {
  journal.print('api', ...numbered(2_000));
  bucket.fates = fates.flatMap((fate) => [fate, 'done', fate, fate]);
  const said: string[] = [];
  const stop = new AbortController();
  bucket.meanwhile = () => {
    if (bucket.lines().length === 2_000) stop.abort();
  };
  await shipper({ entries: 100 }, 2).run(stop.signal, (line) => said.push(line));
  expect(messages()).toEqual(numbered(2_000));
  expect(said[0]).toBe('logs are not shipped: 503 SlowDown');
  expect(said).toContain('logs are shipped again');
});

test('while the bucket is away, the journal is not even read: one question an attempt', async () => {
  journal.print('api', 'one');
  bucket.fates = Array<Fate>(5).fill('refused');
  const failing = shipper();
  for (let n = 0; n < 5; n++) await expect(failing.ship()).rejects.toThrow('503');
  expect(bucket.calls.map((call) => call.split(' ')[0])).toEqual(['put', 'has', 'has', 'has', 'has']);
  await shipAll();
  expect(messages()).toEqual(['one']);
});

test('a batch of which it is unknown whether it arrived is sent again as it was, though more has been printed', async () => {
  journal.print('api', 'one', 'two');
  bucket.fates = ['hangs'];
  await expect(shipper({}, 1).ship()).rejects.toThrow('did not answer');
  journal.print('api', 'three');
  await shipAll();
  // should the first call arrive after all, it changes nothing
  expect([...bucket.objects.values()].map((body) => unpack(body).map(({ message }) => message))).toEqual([
    ['one', 'two'],
    ['three'],
  ]);
});

describe('what the journal drops before it is shipped is said, in its place', () => {
  const said = (count: string) => `${count} missing here: the journal dropped what had not been shipped yet`;

  test('between two batches', async () => {
    journal.print('api', 'one', 'two');
    await shipAll();
    journal.print('api', ...numbered(1_500), 'last');
    journal.vacuum(1_502);
    await shipAll();
    expect(messages()).toEqual(['one', 'two', said('1,500 lines are'), 'last']);
    expect(bucket.lines()[2]).toEqual({
      time: bucket.lines()[3]!.time,
      service: 'berth-agent',
      priority: 4,
      message: said('1,500 lines are'),
      lost: 1_500,
    });
  });

  test('and when the batch had arrived, and only that was not heard: nothing is missing then', async () => {
    journal.print('api', 'zero');
    await shipAll();
    journal.print('api', 'one', 'two');
    bucket.fates = ['unheard'];
    await expect(shipper().ship()).rejects.toThrow('cut');
    journal.print('api', 'three');
    journal.vacuum(3);
    await shipAll();
    expect(messages()).toEqual(['zero', 'one', 'two', 'three']);
  });

  test.each([
    ['a part', 2, ['1 line is', 'two']],
    ['all', 3, ['2 lines are']],
  ])('and when %s of a batch that had not arrived is gone', async (_, upTo, expected) => {
    journal.print('api', 'zero');
    await shipAll();
    journal.print('api', 'one', 'two');
    bucket.fates = ['refused'];
    await expect(shipper().ship()).rejects.toThrow('503');
    journal.print('api', 'three');
    journal.vacuum(upTo);
    await shipAll();
    expect(messages()).toEqual(['zero', ...expected.map((text) => (text.includes(' ') ? said(text) : text)), 'three']);
  });

  test('and what is left of a batch goes where the batch would have gone: should that arrive late, nothing is there twice', async () => {
    journal.print('api', 'one', 'two');
    bucket.fates = ['hangs'];
    await expect(shipper({}, 1).ship()).rejects.toThrow('did not answer');
    journal.vacuum(1);
    await shipAll();
    const keys = bucket.calls.flatMap((call) => (call.startsWith('put') ? [call] : []));
    expect([keys.length, new Set(keys).size, messages()]).toEqual([2, 1, ['two']]);
  });

  test('but a journal that was begun anew counts anew', async () => {
    journal.print('api', ...numbered(5));
    await shipAll();
    const entry = (id: string, seq: number): Entry => ({
      cursor: `${id}${seq}`,
      journal: id,
      seq,
      at: journal.now,
      fields: {},
    });
    const batch = new Batch({ cursor: 'x', journal: 'old', seq: 5, at: 0, open: {} });
    batch.take(entry('new', 100));
    batch.take(entry('new', 101));
    batch.take(entry('new', 103));
    expect(batch.lines.map(({ lost }) => lost)).toEqual([undefined, undefined, 1, undefined]);
  });
});

describe('a long line that Docker has split is one line', () => {
  const size = 16 * 1024;
  const part = (id: string, message: string | number[], last = false, service = 'api') => ({
    MESSAGE: message,
    ...container(service),
    CONTAINER_PARTIAL_ID: id,
    CONTAINER_PARTIAL_LAST: String(last),
    ...(!last && { CONTAINER_PARTIAL_MESSAGE: 'true' }),
  });
  /** A part as Docker cuts it. */
  const full = (letter: string): string => letter.repeat(size);
  const short = (message: string): string =>
    message.replace(/(.)\1{99,}/g, (run, letter: string) => `${run.length}${letter}`);

  test.each([1, 2, 3, 100])('among others, and across batches of %d entries', async (entries) => {
    journal.write(part('p1', full('A')), part('p2', full('x'), false, 'web'));
    journal.print('api', 'between');
    journal.write(part('p1', full('B')), part('p2', 'y', true, 'web'), part('p1', '', true));
    await shipAll({ entries });
    expect(bucket.lines().map(({ service, message }) => `${service} ${short(message)}`)).toEqual([
      'api between',
      'web 16384xy',
      'api 16384A16384B',
    ]);
  });

  test('though the agent ends between its parts, after each call', async () => {
    journal.write(
      ...Array.from({ length: 90 }, (_, n) =>
        part(`p${Math.floor(n / 3)}`, n % 3 === 2 ? 'end' : full(String(n % 3)), n % 3 === 2),
      ),
    );
    bucket.fates = Array.from({ length: 30 }, (_, n) => fates[n % fates.length]!);
    await shipAll({ entries: 7 }, 2);
    expect(messages().map(short)).toEqual(Array<string>(30).fill('163840163841end'));
  });

  test('letter by letter, though a part may end in the middle of one', async () => {
    const text = `${'x'.repeat(size - 1)}ß${'ü'.repeat(size / 2 - 1)}€ and more`;
    const bytes = [...Buffer.from(text)];
    journal.write(
      part('p1', bytes.slice(0, size)),
      part('p1', bytes.slice(size, 2 * size)),
      part('p1', bytes.slice(2 * size), true),
    );
    await shipAll({ entries: 1 });
    expect(messages()).toEqual([text]);
  });

  test('of which no more is held than fits', async () => {
    journal.write(...Array.from({ length: 10 }, (_, n) => part('p1', full('x'), n === 9)));
    await shipAll({ line: 4 * size });
    expect(messages().map((message) => message.length / size)).toEqual([4, 4, 2]);
  });

  test('and the last words of a container that ended without a newline are kept at once', async () => {
    journal.write(part('p1', full('A')), part('p1', 'last words'), part('p2', 'of another'));
    await shipAll();
    expect(messages().map(short)).toEqual(['16384Alast words', 'of another']);
  });

  test('and one whose rest never comes is kept as far as it came', async () => {
    journal.write(part('p1', full('A')));
    await shipAll();
    expect(messages()).toEqual([]);
    journal.now += 61_000_000;
    journal.print('web', 'somebody else');
    await shipAll();
    expect(messages().map(short)).toEqual(['16384A', 'somebody else']);
  });
});

test('a state that was being written when the power went is not taken', async () => {
  journal.print('api', 'one');
  await shipAll();
  const file = join(stateFolder(journal), 'logs.json');
  writeFileSync(`${file}.next`, readFileSync(file, 'utf8').slice(0, 20));
  journal.print('api', 'two');
  await shipAll();
  expect(messages()).toEqual(['one', 'two']);
});

test('what could be read before the journal fails is kept; a batch that is sent again is not shortened', async () => {
  const script = join(journal.folder, 'journalctl');
  const sound = readFileSync(script, 'utf8');
  const broken = sound.replace('exec awk', 'awk').replace('"$file"', '"$file" | head -n 2; exit 1');
  journal.print('api', ...numbered(4));
  bucket.fates = ['refused'];
  await expect(shipper({ entries: 3 }).ship()).rejects.toThrow('503');
  writeFileSync(script, broken);
  await expect(shipper({ entries: 3 }).ship()).rejects.toThrow('sh ended with 1');
  writeFileSync(script, sound);
  await shipAll({ entries: 3 });
  journal.print('api', ...numbered(4, 4));
  writeFileSync(script, broken);
  while (messages().length < 8) await shipper().ship();
  expect(messages()).toEqual(numbered(8));
});

test("no secret of a service is in what is kept, whoever printed it: Docker's daemon quotes whole environments", async () => {
  learnSecret('smtp://user:canary-4711@mail.acme.example');
  journal.print(
    'docker',
    'level=error msg="expanding env failed: SMTP_URL=smtp://user:canary-4711@mail.acme.example"',
    'password canary-4711',
  );
  await shipAll();
  expect(messages()).toEqual(['level=error msg="expanding env failed: SMTP_URL=***"', 'password ***']);
});
