import { attemptKey } from '../../contract/attempt';
import { handedOverKey, handoverKey, waitsForVolume } from '../../contract/handover';
import { waitingKey } from '../../contract/report';
import { ObjectStore } from '../../lib/object-store';
import { handOverBeforeDetach, waitUntilReplaced } from '../../provisioners/replacement';
import { Buckets } from '../agent/machine';

let buckets: Buckets;
let said: string[];
let made: boolean | undefined;
beforeEach(async () => {
  buckets = await new Buckets().start();
  said = [];
  made = true;
});
afterEach(() => buckets.close());

const replacement = { generation: 2, digest: 'wanted' };
/** What is asked lies where only Terraform's side writes, and what is answered where the machine does. */
const bucketOf = (key: string): string => ([attemptKey, handoverKey].includes(key) ? 'config' : 'exchange');
const put = (key: string, value: object) => buckets.spaces.put(bucketOf(key), key, JSON.stringify(value));
const get = async <T>(key: string): Promise<T | undefined> => {
  const object = await buckets.spaces.get(bucketOf(key), key);
  return object && (JSON.parse(object.bytes.toString()) as T);
};
/** Waits until there is another object than the one that was there. */
async function news<T extends { id: string }>(key: string, than?: string): Promise<T> {
  for (;;) {
    const found = await get<T>(key);
    if (found && found.id !== than) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
const options = (patience: number, follows: boolean) => ({
  spaces: new ObjectStore(buckets.owner),
  bucket: 'exchange',
  config: 'config',
  replacement: follows ? replacement : undefined,
  interval: 5,
  exists: () => Promise.resolve(made),
  timeouts: { create: 0, boot: patience, handover: patience, serve: patience },
  say: (line: string) => void said.push(line),
});
const old = (secondsAgo: number) =>
  put('machine/report.json', {
    at: new Date(Date.now() - secondsAgo * 1000).toISOString(),
    machine: { id: 'old', generation: 1 },
  });
const waits = (converge: object, generation = 2) =>
  put(waitingKey, {
    machine: { id: 'new', generation },
    converge: { digest: 'wanted', state: 'failed', problems: [waitsForVolume], ...converge },
  });

describe('before the volume leaves', () => {
  const run = (follows: boolean, patience = 60_000) => handOverBeforeDetach(options(patience, follows));

  test('the next machine is waited for while the old one serves; only then is the old one asked to let go, by its own id', async () => {
    await old(10);
    await put(handedOverKey, { id: 'an earlier one' });
    // what an earlier machine left says nothing about this one
    await waits({ attempt: 'an earlier one' });
    const running = run(true);
    const { id: attempt } = await news<{ id: string }>(attemptKey);
    await waits({ attempt }, 3);
    await waits({ attempt, state: 'converging' });
    await waits({ attempt, digest: 'an earlier one' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await get(handoverKey)).toBeUndefined();
    await waits({ attempt });
    const { id, machine } = await news<{ id: string; machine: string }>(handoverKey);
    expect(machine).toBe('old');
    await put(handedOverKey, { id, machine });
    await running;
    expect(said).toEqual([
      'the machine of generation 2 boots; the one before it serves meanwhile',
      'it is ready after 0 s: booted, and with every image that it will run',
      'the machine stops its services, and then lets go of the volume',
      'the volume is free after 0 s',
    ]);
  });

  test('a next machine that cannot get ready leaves the old one as it is, and says why', async () => {
    await old(10);
    const running = run(true);
    const { id: attempt } = await news<{ id: string }>(attemptKey);
    await waits({ attempt, problems: [waitsForVolume, 'ghcr.io has no such image: ghcr.io/acme/web'] });
    await expect(running).rejects.toThrow(
      'the machine of generation 2 could not get ready:\n  ghcr.io has no such image: ghcr.io/acme/web\nNothing was touched: the machine before it goes on as it was. Apply again to try again.',
    );
    expect(await get(handoverKey)).toBeUndefined();
  });

  test('one that never comes is given up, and nothing is asked of the old one', async () => {
    await old(10);
    await expect(run(true, 20)).rejects.toThrow(
      'the machine of generation 2 was not ready within 0 s. Nothing was touched',
    );
    expect(await get(handoverKey)).toBeUndefined();
  });

  test('where Terraform cannot make the next one meanwhile, nobody is waited for; where that cannot be told, it may come', async () => {
    await old(10);
    made = undefined;
    const running = run(true);
    await news(attemptKey);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await get(handoverKey)).toBeUndefined();
    made = false;
    const { id, machine } = await news<{ id: string; machine: string }>(handoverKey);
    await put(handedOverKey, { id, machine });
    await running;
    expect(said[1]).toBe(
      'Terraform cannot create the new droplet until the old one has stopped (docs/machine.md, "Another machine"): it boots afterwards',
    );
  });

  test.each([
    ['that never reported', () => Promise.resolve(), 'no machine has reported yet: nothing to hand over'],
    ['that is silent', () => old(600), /^the machine has not reported since \S+: continuing without it$/],
  ])('a machine %s is not waited for', async (_, before, line) => {
    await before();
    await run(true);
    expect(said).toEqual([typeof line === 'string' ? line : expect.stringMatching(line)]);
    expect(await get(handoverKey)).toBeUndefined();
  });

  test('one that does not let go ends the apply before anything is detached, if its data goes on; one that just goes does not', async () => {
    await old(10);
    const running = run(true, 200);
    const { id: attempt } = await news<{ id: string }>(attemptKey);
    await waits({ attempt });
    await expect(running).rejects.toThrow(
      /^the machine has not let go of the volume within \d+ s: nothing was detached/,
    );
    said = [];
    await run(false, 20);
    expect(said).toEqual([
      'the machine stops its services, and then lets go of the volume',
      'the machine has not let go of the volume within 0 s: going on without it',
    ]);
  });
});

describe('before the old machine is destroyed', () => {
  const run = (follows: boolean, patience = 60_000) => waitUntilReplaced(options(patience, follows));
  const serves = (converge: object, generation = 2) =>
    put('machine/report.json', {
      machine: { id: 'new', generation },
      converge: { digest: 'wanted', state: 'converged', problems: [], ...converge },
    });

  test('the next one has to serve what is wanted', async () => {
    await serves({}, 1);
    let ended = false;
    const running = run(true).then(() => {
      ended = true;
    });
    for (const not of [{ state: 'converging' }, { digest: 'an earlier one' }]) {
      await serves(not);
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(ended).toBe(false);
    }
    await serves({});
    await running;
    expect(said).toEqual(['the machine of generation 2 serves: the one before it can go']);
  });

  test("when the apply's own attempt has failed, it is kept; attempts before that one do not count", async () => {
    await put(attemptKey, { id: 'before' });
    await serves({ state: 'failed', attempt: 'before' });
    const running = run(true);
    const verdict = expect(running).rejects.toThrow(
      'the machine of generation 2 does not serve: the one before it is kept, without volume and address. Apply again when it does.',
    );
    await new Promise((resolve) => setTimeout(resolve, 30));
    await serves({ state: 'failed', attempt: "the apply's" });
    await verdict;
  });

  test('where none follows, or it cannot be made before, there is nothing to wait for', async () => {
    await run(false);
    made = false;
    await run(true);
    expect(said).toEqual([]);
  });
});
