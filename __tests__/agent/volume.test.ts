import { claimVolume, isMounted } from '../../agent/steps/volume';
import { FakeHost } from './fake-host';

const places = { volume: '/mnt/data', mounts: '/proc/self/mounts' };
const mine = { product: 'shop', environment: 'test' };
const owner = '/mnt/data/berth/owner.json';

let machine: FakeHost;
beforeEach(() => {
  machine = new FakeHost();
  machine.write(places.mounts, '/dev/vda1 / ext4 rw 0 0\n/dev/sda /mnt/data ext4 rw 0 0\n');
});

test('a new volume is claimed, and known again', () => {
  machine.write('/mnt/data/lost+found/x', '');
  claimVolume(machine, places, mine);
  expect(JSON.parse(machine.read(owner)!)).toEqual(mine);
  expect(() => claimVolume(machine, places, mine)).not.toThrow();
});

describe("what is not this environment's is left exactly as it is", () => {
  test.each<[string, () => void, string]>([
    [
      'no volume',
      () => machine.write(places.mounts, '/dev/vda1 / ext4 rw 0 0\n/dev/sdb /mnt/data2 ext4 rw 0 0\n'),
      'the data volume is not mounted at /mnt/data: nothing that writes data is started',
    ],
    [
      'a volume with data and without a name',
      () => ['b', 'c', 'a', 'd'].forEach((name) => machine.write(`/mnt/data/${name}/file`, 'precious')),
      'the data volume holds data of unknown origin (a, b, c): it is left untouched. If it belongs to test, say so in /mnt/data/berth/owner.json: {"product":"shop","environment":"test"}',
    ],
    [
      'one of another environment',
      () => machine.write(owner, '{"product":"shop","environment":"production"}'),
      'the data volume belongs to shop, production: it is left untouched. Attach the volume of shop, test, or correct /mnt/data/berth/owner.json',
    ],
    [
      'one of another product',
      () => machine.write(owner, '{"product":"blog","environment":"test"}'),
      'the data volume belongs to blog, test: it is left untouched. Attach the volume of shop, test, or correct /mnt/data/berth/owner.json',
    ],
  ])('%s', (_, arrange, message) => {
    arrange();
    const before = new Map(machine.files);
    expect(() => claimVolume(machine, places, mine)).toThrow(new Error(message));
    expect(machine.files).toEqual(before);
  });
});

test('what somebody calls by the message is taken up', () => {
  machine.write('/mnt/data/postgres/17/PG_VERSION', '17');
  machine.write(owner, JSON.stringify(mine));
  expect(() => claimVolume(machine, places, mine)).not.toThrow();
});

test.each([
  ['/dev/sda /mnt/data ext4 rw 0 0', true],
  ['/dev/sda /mnt/database ext4 rw 0 0', false],
  ['/mnt/data /elsewhere none bind 0 0', false],
  ['', false],
])('%j: is a volume mounted? %s', (mounts, expected) => {
  machine.write(places.mounts, mounts);
  expect(isMounted(places, machine)).toBe(expected);
});
