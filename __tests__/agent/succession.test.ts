import { handedOverKey, handoverKey } from '../../agent/handover';
import { Spaces } from '../../agent/spaces';
import { succeed } from '../../agent/succession';
import { Buckets } from './machine';

let buckets: Buckets;
let said: string[];
beforeEach(async () => {
  buckets = await new Buckets().start();
  said = [];
});
afterEach(() => buckets.close());

const put = (key: string, value: object) => buckets.spaces.put('exchange', key, JSON.stringify(value));
const report = (secondsAgo: number) => put('machine/report.json', { at: new Date(Date.now() - secondsAgo * 1000).toISOString(), machine: { id: 'old' } });
const run = (successor: boolean, patience = 60_000) => succeed({ spaces: new Spaces(buckets.settings), bucket: 'exchange', successor, patience, poll: 5, say: (line) => said.push(line) });
const asked = async () => JSON.parse((await buckets.spaces.get('exchange', handoverKey))!.bytes.toString()) as { id: string; machine: string };

test('the machine that speaks is asked by its own id, and waited for until it has answered', async () => {
  await report(10);
  await put(handedOverKey, { id: 'an earlier one' });
  const running = run(true);
  while (!(await buckets.spaces.get('exchange', handoverKey))) await new Promise((resolve) => setTimeout(resolve, 5));
  const { id, machine } = await asked();
  expect(machine).toBe('old');
  await put(handedOverKey, { id, machine });
  await running;
  expect(said).toEqual(['the machine stops its services, and then lets go of the volume', 'the volume is free after 0 s']);
});

test.each([
  ['that never reported', () => Promise.resolve(), 'no machine has reported yet: nothing to hand over'],
  ['that is silent', () => report(600), /^the machine is silent since \S+: going on without it$/],
])('a machine %s is not waited for', async (_, before, line) => {
  await before();
  await run(true);
  expect(said).toEqual([typeof line === 'string' ? line : expect.stringMatching(line)]);
  expect(await buckets.spaces.get('exchange', handoverKey)).toBeUndefined();
});

test('one that does not let go ends the apply before anything is detached, if its data goes on; one that just goes does not', async () => {
  await report(10);
  await expect(run(true, 20)).rejects.toThrow('the machine has not let go of the volume within 0 s: nothing was detached. `npx berth logs` tells more; apply again to try again.');
  await run(false, 20);
  expect(said.at(-1)).toBe('the machine has not let go of the volume within 0 s: going on without it');
});
