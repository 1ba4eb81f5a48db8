import { LogShipper } from '../../agent/logs/shipper';
import { ObjectStore } from '../../lib/object-store';
import { FakeJournal, stateFolder, unpack } from './fake-journal';
import { Buckets } from './machine';

let buckets: Buckets;
let journal: FakeJournal;
beforeEach(async () => {
  buckets = await new Buckets().start();
  journal = new FakeJournal();
});
afterEach(async () => {
  journal.remove();
  await buckets.close();
});

test("the machine's own key is enough, and a bucket that was away for a while gets all that was printed meanwhile", async () => {
  const spaces = new ObjectStore(buckets.settings);
  const shipper = new LogShipper({
    folder: stateFolder(journal),
    journal: journal.journal,
    bucket: {
      has: (key) => spaces.has('exchange', key),
      put: (key, body, contentType) => spaces.put('exchange', key, body, contentType),
    },
  });
  journal.print('api', 'one');
  await shipper.ship();
  buckets.away = true;
  journal.print('api', 'zwei ß');
  await expect(shipper.ship()).rejects.toThrow(/^PUT exchange\/logs\//);
  await expect(shipper.ship()).rejects.toThrow(/^HEAD exchange\/logs\//);
  buckets.away = false;
  journal.print('api', 'three');
  while (await shipper.ship());
  const kept = await Promise.all(
    buckets.spaces.keys('exchange').map(async (key) => unpack((await buckets.spaces.get('exchange', key))!.bytes)),
  );
  expect(kept.map((lines) => lines.map(({ message }) => message))).toEqual([['one'], ['zwei ß'], ['three']]);
});
