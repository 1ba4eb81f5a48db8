import { setTimeout as sleep } from 'node:timers/promises';
import { runAgent } from '../../agent/agent';
import { attemptKey } from '../../contract/attempt';
import { handedOverKey, handoverKey } from '../../contract/handover';
import { renderDesired } from '../../templates/desired';
import { resolved } from '../definition/an-environment';
import { type Ledger, ledgerKey, requestKey } from '../../contract/release';
import { Buckets } from './machine';
import { revisionId } from './revision-id';
import { WillingMachine } from './willing-machine';

test('whoever may write the exchange bucket alone asks for nothing: neither for the volume, nor for another attempt', async () => {
  const buckets = await new Buckets().start();
  const stop = new AbortController();
  const machine = new WillingMachine();
  await buckets.spaces.put('config', 'desired.yaml', renderDesired(resolved()));
  for (const [key, order] of [
    [handoverKey, { id: 'forged', machine: 'one' }],
    [attemptKey, { id: 'forged' }],
  ] as const)
    await buckets.spaces.put('exchange', key, JSON.stringify(order));
  const running = runAgent(
    {
      settings: buckets.settings,
      digest: 'agent',
      desiredKey: 'desired.yaml',
      converger: machine,
      intervals: { pull: 5, report: 60_000, converge: 60_000, retry: 60_000 },
      places: buckets.places(),
    },
    stop.signal,
  );
  const looks = (): number =>
    buckets.requests.filter((request) => request.startsWith(`GET /config/${attemptKey}`)).length;
  while (looks() < 10) await sleep(5);
  expect(machine.asked).toEqual([expect.stringMatching(/^converge /)]);
  expect(await buckets.spaces.get('exchange', handedOverKey)).toBeUndefined();
  // nor may the machine's own key write where its orders come from
  expect(buckets.requests.filter((request) => /^(PUT|DELETE) \/config\//.test(request))).toEqual([]);
  stop.abort();
  await running;
  await buckets.close();
});

test('a flood of requests that are refused holds up no release that came after them', async () => {
  const buckets = await new Buckets().start();
  const stop = new AbortController();
  const machine = new WillingMachine();
  await buckets.spaces.put('config', 'desired.yaml', renderDesired(resolved()));
  const image = (repository: string): string =>
    JSON.stringify({ image: `ghcr.io/${repository}/web@sha256:${'a'.repeat(64)}` });
  for (let index = 0; index < 120; index++)
    await buckets.spaces.put(
      'exchange',
      requestKey(index % 2 ? 'web' : 'stranger', revisionId(index)),
      image('mallory'),
    );
  await buckets.spaces.put('exchange', requestKey('web', revisionId(500)), image('acme'));
  const lists = (): number =>
    buckets.requests.filter((request) => request.startsWith('GET /exchange?') && request.includes('releases')).length;
  const running = runAgent(
    {
      settings: buckets.settings,
      digest: 'agent',
      desiredKey: 'desired.yaml',
      converger: machine,
      intervals: { pull: 5, report: 60_000, converge: 60_000, retry: 60_000 },
      places: buckets.places(),
    },
    stop.signal,
  );
  const found = async (): Promise<Ledger | undefined> => {
    const object = await buckets.spaces.get('exchange', ledgerKey);
    return object && (JSON.parse(object.bytes.toString()) as Ledger);
  };
  while ((await found())?.services.web?.running !== revisionId(500)) await sleep(5);
  // fifty are taken up at a time, whatever they ask for
  expect(lists()).toBeLessThanOrEqual(5);
  expect((await found())!.services.web!.revisions.length).toBeLessThanOrEqual(21);
  stop.abort();
  await running;
  await buckets.close();
});
