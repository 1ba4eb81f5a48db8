import { Releases } from '../../agent/ledger';
import { type Ledger, ledgerKey, requestKey, type Revision } from '../../agent/release';
import { Spaces } from '../../agent/spaces';
import { FakeHost } from './fake-host';
import { Buckets } from './machine';

let buckets: Buckets;
let machine: FakeHost;
beforeEach(async () => {
  buckets = await new Buckets().start();
  machine = new FakeHost();
});
afterEach(() => buckets.close());

async function releases(): Promise<Releases> {
  const made = new Releases(new Spaces(buckets.settings), 'exchange', machine, '/var/lib/berth');
  await made.open();
  return made;
}
const wish = (id: string, text: string = JSON.stringify({ image: `image ${id}`, by: 'ada' })) => buckets.spaces.put('exchange', requestKey('web', id), text);
const revision = (id: string, state: Revision['state']): Revision => ({ id, state, service: 'web', image: `image ${id}`, startedAt: '', lines: [] });
const published = async (): Promise<Ledger> => JSON.parse((await buckets.spaces.get('exchange', ledgerKey))!.bytes.toString()) as Ledger;
const number = (index: number): string => String(index).padStart(3, '0');

test('what was asked for comes in the order of asking, each until it has ended', async () => {
  const ledger = await releases();
  for (const id of ['2', '1', '3']) await wish(id);
  const ids = async (): Promise<string[]> => (await ledger.pending()).map(({ id }) => id);
  expect(await ids()).toEqual(['1', '2', '3']);
  await ledger.record(revision('1', 'rolling out'));
  // the agent ended in the middle: it is taken up again
  expect(await ids()).toEqual(['1', '2', '3']);
  await ledger.record(revision('1', 'healthy'));
  await ledger.record(revision('2', 'rolled back'));
  expect(await ids()).toEqual(['3']);
});

test('what is no wish is answered all the same, and other objects are passed over', async () => {
  const ledger = await releases();
  await wish('1', 'not JSON');
  await wish('2', '{}');
  await buckets.spaces.put('exchange', 'releases/README', 'hello');
  await buckets.spaces.put('exchange', 'releases/web/deeper/3.json', '{}');
  expect((await ledger.pending()).map(({ id, image }) => [id, image])).toEqual([['1', 'not JSON'], ['2', 'undefined']]);
});

test('a machine that is new goes on with what the one before it ran', async () => {
  await (await releases()).record(revision('1', 'healthy'));
  machine = new FakeHost();
  expect((await releases()).images()).toEqual({ web: 'image 1' });
});

test('the machine\'s own account counts, not what somebody put into the bucket', async () => {
  await (await releases()).record(revision('1', 'healthy'));
  await buckets.spaces.put('exchange', ledgerKey, JSON.stringify({ version: 1, services: { web: { running: '9', revisions: [revision('9', 'healthy')] } } }));
  expect((await releases()).images()).toEqual({ web: 'image 1' });
});

test('what runs is the newest healthy one, whatever came after it', async () => {
  const ledger = await releases();
  for (const [id, state] of [['1', 'healthy'], ['2', 'healthy'], ['3', 'rolled back'], ['4', 'refused']] as const) await ledger.record(revision(id, state));
  expect([ledger.images(), ledger.running('web')?.id, (await published()).services.web?.running]).toEqual([{ web: 'image 2' }, '2', '2']);
});

test('the last fifty are kept and the one that runs; what is older is not rolled out again', async () => {
  const ledger = await releases();
  for (let index = 0; index < 70; index++) await wish(number(index));
  // one that runs, and a long row of others that failed
  await ledger.record(revision('005', 'healthy'));
  for (let index = 6; index < 66; index++) await ledger.record(revision(number(index), 'failed'));
  const { revisions } = (await published()).services.web!;
  expect([revisions.length, revisions[0]!.id, revisions[1]!.id, revisions.at(-1)!.id]).toEqual([51, '005', '016', '065']);
  expect((await ledger.pending()).map(({ id }) => id)).toEqual(['066', '067', '068', '069']);
});

test('what could not be written while the bucket was away is written later', async () => {
  const ledger = await releases();
  await ledger.record(revision('1', 'healthy'));
  buckets.away = true;
  await ledger.record(revision('2', 'healthy'));
  buckets.away = false;
  expect((await published()).services.web?.running).toBe('1');
  await ledger.publish();
  expect((await published()).services.web?.running).toBe('2');
});
