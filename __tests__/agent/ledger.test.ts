import { Messages } from '../../contract/messages';
import { Releases } from '../../agent/ledger';
import { type Ledger, ledgerKey, newRevision, readLedger, requestKey, type Revision } from '../../contract/release';
import { ObjectStore } from '../../lib/object-store';
import type { Desired } from '../../contract/desired';
import { desired } from './converging-machine';
import { FakeHost } from './fake-host';
import { Buckets } from './machine';
import { revisionId } from './revision-id';

let buckets: Buckets;
let machine: FakeHost;
let said: string[];
beforeEach(async () => {
  buckets = await new Buckets().start();
  machine = new FakeHost();
  said = [];
});
afterEach(() => buckets.close());

const declared: Desired['services'] = desired().services;

async function releases(services = declared): Promise<Releases> {
  const made = new Releases(
    new Messages(new ObjectStore(buckets.settings), 'exchange'),
    machine,
    '/var/lib/berth',
    (line) => said.push(line),
  );
  await made.open(services);
  return made;
}
const image = (id: string, repository = 'ghcr.io/acme/web'): string =>
  `${repository}@sha256:${id.replace(/\D/g, '').padStart(64, '0')}`;
const wish = (id: number | string, text: string = JSON.stringify({ image: image(revisionId(id)), by: 'ada' })) =>
  buckets.spaces.put('exchange', requestKey('web', revisionId(id)), text);
const revision = (id: number | string, state: Revision['state'], changes: Partial<Revision> = {}): Revision => ({
  id: revisionId(id),
  state,
  service: 'web',
  image: image(revisionId(id)),
  startedAt: '',
  lines: [],
  ...changes,
});
const published = async (): Promise<Ledger> =>
  JSON.parse((await buckets.spaces.get('exchange', ledgerKey))!.bytes.toString()) as Ledger;
const publish = (ledger: unknown) =>
  buckets.spaces.put('exchange', ledgerKey, typeof ledger === 'string' ? ledger : JSON.stringify(ledger));
const short = (id: string): string => String(Number(id.slice(9, 18)));
const pending = async (ledger: Releases): Promise<string[]> => (await ledger.pending()).map(({ id }) => short(id));

test('what was asked for comes in the order of asking, each until it has ended', async () => {
  const ledger = await releases();
  for (const id of [2, 1, 3]) await wish(id);
  expect(await pending(ledger)).toEqual(['1', '2', '3']);
  await ledger.record(revision(1, 'rolling out'));
  // the agent ended in the middle: it is taken up again
  expect(await pending(ledger)).toEqual(['1', '2', '3']);
  await ledger.record(revision(1, 'healthy'));
  await ledger.record(revision(2, 'rolled back'));
  expect(await pending(ledger)).toEqual(['3']);
});

test('a request that was answered is removed: what lies there is still to be done', async () => {
  const ledger = await releases();
  for (const id of [1, 2]) await wish(id);
  await ledger.record(revision(1, 'healthy'));
  await ledger.pending();
  expect(buckets.spaces.keys('exchange').filter((key) => key.startsWith('releases/'))).toEqual([
    requestKey('web', revisionId(2)),
  ]);
});

test('what is no wish is answered all the same, and other objects are passed over', async () => {
  const ledger = await releases();
  await wish(1, 'not JSON');
  await wish(2, '{}');
  await wish(3, 'null');
  for (const key of [
    'releases/README',
    `releases/web/deeper/${revisionId(3)}.json`,
    'releases/web/zzzz.json',
    `releases/__proto__/${revisionId(4)}.json`,
  ])
    await buckets.spaces.put('exchange', key, '{}');
  expect((await ledger.pending()).map((each) => [short(each.id), each.image])).toEqual([
    ['1', 'not JSON'],
    ['2', '{}'],
    ['3', 'null'],
  ]);
});

test('a machine that is new goes on with what the one before it ran', async () => {
  await (await releases()).record(revision(1, 'healthy'));
  machine = new FakeHost();
  expect((await releases()).images()).toEqual({ web: image(revisionId(1)) });
});

test("the machine's own account counts, not what somebody put into the bucket", async () => {
  await (await releases()).record(revision(1, 'healthy'));
  await publish({ version: 1, services: { web: { running: revisionId(9), revisions: [revision(9, 'healthy')] } } });
  expect((await releases()).images()).toEqual({ web: image(revisionId(1)) });
});

test('what runs is the newest healthy one, whatever came after it', async () => {
  const ledger = await releases();
  for (const [id, state] of [
    [1, 'healthy'],
    [2, 'healthy'],
    [3, 'rolled back'],
    [4, 'refused'],
  ] as const)
    await ledger.record(revision(id, state));
  expect([ledger.images(), ledger.running('web')?.id, (await published()).services.web?.running]).toEqual([
    { web: image(revisionId(2)) },
    revisionId(2),
    revisionId(2),
  ]);
});

test('the last fifty are kept and the one that runs; what is older is not rolled out again', async () => {
  const ledger = await releases();
  for (let index = 0; index < 70; index++) await wish(index);
  // one that runs, and a long row of others that failed
  await ledger.record(revision(5, 'healthy'));
  for (let index = 6; index < 66; index++) await ledger.record(revision(index, 'failed'));
  const { revisions } = (await published()).services.web!;
  expect([revisions.length, ...[0, 1, -1].map((index) => short(revisions.at(index)!.id))]).toEqual([
    51,
    '5',
    '16',
    '65',
  ]);
  expect(await pending(ledger)).toEqual(['66', '67', '68', '69']);
});

test('what could not be written while the bucket was away is written later', async () => {
  const ledger = await releases();
  await ledger.record(revision(1, 'healthy'));
  buckets.away = true;
  await ledger.record(revision(2, 'healthy'));
  buckets.away = false;
  expect((await published()).services.web?.running).toBe(revisionId(1));
  await ledger.publish();
  expect((await published()).services.web?.running).toBe(revisionId(2));
});

describe('somebody who may write the exchange bucket, and nothing else', () => {
  test('cannot have a new machine run an image that no declared repository has', async () => {
    await publish({
      version: 1,
      services: {
        web: {
          running: revisionId(1),
          revisions: [revision(1, 'healthy', { image: image('1', 'ghcr.io/mallory/web') })],
        },
        api: {
          running: revisionId(2),
          revisions: [revision(2, 'healthy', { service: 'api', image: 'ghcr.io/acme/api:latest' })],
        },
        jobs: {
          running: revisionId(3),
          revisions: [revision(3, 'healthy', { service: 'jobs', image: image('3', 'ghcr.io/acme/jobs') })],
        },
        strange: {
          running: revisionId(4),
          revisions: [revision(4, 'healthy', { service: 'strange', image: image('4', 'ghcr.io/mallory/strange') })],
        },
      },
    });
    const ledger = await releases();
    expect(ledger.images()).toEqual({ jobs: image('3', 'ghcr.io/acme/jobs') });
    expect(said).toEqual([
      expect.stringMatching(/^web: what ran before is not started: images come from ghcr\.io\/acme\/web only/),
      expect.stringMatching(
        /^api: what ran before is not started: "ghcr\.io\/acme\/api:latest" must be pinned by digest/,
      ),
    ]);
    // and the one that waits for the volume fetches none of them, and says so
    const { images, problems } = await ledger.imagesElsewhere(declared);
    expect([Object.keys(images), problems.length]).toEqual([['jobs'], 2]);
  });

  test.each([
    ['null', 'null'],
    ['a list', '[]'],
    ['no JSON', 'hello'],
    ['another version', '{"version":2,"services":{}}'],
    ['null services', '{"version":1,"services":null}'],
    ['services that are none', '{"version":1,"services":{"web":null}}'],
    [
      'a key of every object',
      '{"version":1,"services":{"__proto__":{"revisions":[{}]},"web":{"revisions":[null,1,{"id":"x"}]}}}',
    ],
  ])('cannot leave a machine with a ledger that is %s: it is replaced', async (_, text) => {
    await publish(text);
    machine.write('/var/lib/berth/releases.json', text);
    const ledger = await releases();
    expect(ledger.images()).toEqual({});
    await ledger.record(revision(1, 'healthy'));
    expect((await published()).services.web?.running).toBe(revisionId(1));
    expect(readLedger(machine.read('/var/lib/berth/releases.json')!)?.services.web?.running).toBe(revisionId(1));
  });

  test('cannot silence a service with refused requests that sort last', async () => {
    const ledger = await releases();
    const late = newRevision(new Date(Date.now() + 600_000), '').slice(0, -1);
    for (let index = 10; index < 70; index++)
      await ledger.record({ ...revision(1, 'refused'), id: `${late}-00${index}` });
    await wish(5);
    expect(await pending(ledger)).toEqual(['5']);
    expect(ledger.revisions('web').length).toBe(20);
  });

  test('cannot silence a service with requests from the future: their time has to come', async () => {
    const ledger = await releases();
    for (let index = 10; index < 70; index++)
      await buckets.spaces.put(
        'exchange',
        requestKey('web', `29991231T235959999Z-00${index}`),
        JSON.stringify({ image: image(String(index)) }),
      );
    await wish(5);
    expect(await pending(ledger)).toEqual(['5']);
  });

  test('cannot fill the ledger with services that do not exist', async () => {
    const ledger = await releases();
    await ledger.record(revision(1, 'healthy'));
    for (let index = 0; index < 60; index++)
      await ledger.record(revision(index + 2, 'refused', { service: `stranger-${index}` }));
    expect(Object.keys((await published()).services)).toHaveLength(21);
    expect(ledger.images()).toEqual({ web: image(revisionId(1)) });
  });

  test('cannot have a request stay for ever that is named as what every object has', async () => {
    const ledger = await releases();
    await buckets.spaces.put('exchange', requestKey('constructor', revisionId(1)), JSON.stringify({ image: 'x' }));
    expect((await ledger.pending()).map(({ service }) => service)).toEqual(['constructor']);
    await ledger.record(revision(1, 'refused', { service: 'constructor', image: 'x' }));
    expect(await ledger.pending()).toEqual([]);
    expect((await published()).services.constructor).toMatchObject({ revisions: [{ state: 'refused' }] });
  });
});
