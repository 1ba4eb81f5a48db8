import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AgentOptions, runAgent } from '../../agent/agent';
import { attemptKey } from '../../contract/attempt';
import { type Ledger, ledgerKey, requestKey, type Revision } from '../../contract/release';
import { renderDesired } from '../../templates/desired';
import type { Desired } from '../../contract/desired';
import { resolved } from '../definition/an-environment';
import { Buckets } from './machine';
import { revisionId } from './revision-id';

// What an agent finds that was killed in the middle: its folder as that one left it, and the bucket.
let buckets: Buckets;
let stop: AbortController;
let running: Promise<void>;
let asked: string[];
/** What shall run of a service when its turn in a converge comes. */
let imageNow: string | undefined;
beforeEach(async () => {
  buckets = await new Buckets().start();
  await buckets.spaces.put('config', 'desired.yaml', renderDesired(resolved()));
  stop = new AbortController();
  asked = [];
});
afterEach(async () => {
  stop.abort();
  await running;
  await buckets.close();
});

function start(): void {
  let ready: Desired | undefined;
  const converger: AgentOptions['converger'] = {
    get ready() {
      return ready;
    },
    converge: (desired, inputs) => {
      ready = desired;
      imageNow = inputs.imageNow?.('web');
      return Promise.resolve({ problems: [], verdicts: {} });
    },
    deploy: (service) => {
      asked.push(`deploy ${service}`);
      return Promise.resolve({ outcome: 'healthy', lines: [], seconds: 1 });
    },
    clearFailures: (service) => void asked.push(`clear failures of ${service ?? 'all'}`),
    fetch: () => Promise.resolve([]),
    releaseVolume: () => Promise.resolve(),
    services: () => Promise.resolve({}),
    recipient: () => Promise.resolve(undefined),
  };
  running = runAgent(
    {
      settings: buckets.settings,
      digest: 'agent-digest',
      desiredKey: 'desired.yaml',
      converger,
      intervals: { pull: 5, report: 60_000, converge: 60_000, retry: 60_000 },
      places: buckets.places(),
    },
    stop.signal,
  );
}

const image = (digit: string): string => `ghcr.io/acme/web@sha256:${digit.repeat(64)}`;
const revision = (id: string, state: Revision['state']): Revision => ({
  service: 'web',
  id: revisionId(id),
  image: image(id),
  state,
  startedAt: '2026-11-21T12:00:00.000Z',
  lines: [],
});
const ledger = (...revisions: Revision[]): Ledger => ({
  version: 1,
  services: { web: { running: revisionId(1), revisions } },
});

function leave(name: string, content: string): void {
  mkdirSync(buckets.settings.folder, { recursive: true });
  writeFileSync(join(buckets.settings.folder, name), content);
}

async function published(state: (ledger: Ledger) => boolean): Promise<Ledger> {
  for (;;) {
    const object = await buckets.spaces.get('exchange', ledgerKey);
    const found = object && (JSON.parse(object.bytes.toString()) as Ledger);
    if (found && state(found)) return found;
    await sleep(5);
  }
}

test('a verdict that was written down and never reached the bucket reaches it', async () => {
  leave('releases.json', JSON.stringify(ledger(revision('1', 'healthy'), revision('2', 'rolled back'))));
  await buckets.spaces.put(
    'exchange',
    ledgerKey,
    JSON.stringify(ledger(revision('1', 'healthy'), revision('2', 'rolling out'))),
  );
  start();
  await published(({ services }) => services.web!.revisions[1]!.state === 'rolled back');
  expect(asked).toEqual([]);
});

test('a release that was under way is gone on with: what it came to meanwhile counts, and no converge goes back before it', async () => {
  leave('releases.json', JSON.stringify(ledger(revision('1', 'healthy'), revision('2', 'rolling out'))));
  await buckets.spaces.put('exchange', requestKey('web', revisionId(2)), JSON.stringify({ image: image('2') }));
  start();
  const { services } = await published((found) => found.services.web!.revisions[1]!.state === 'healthy');
  expect(services.web).toMatchObject({
    running: revisionId(2),
    revisions: [{}, { startedAt: '2026-11-21T12:00:00.000Z' }],
  });
  // to clear failures would be to try once more what may have failed
  expect(asked).toEqual(['deploy web']);
  expect(imageNow).toBeUndefined();
});

test('a deploy that was answered before is not asked again by a restart; another one is', async () => {
  await buckets.spaces.put('config', attemptKey, JSON.stringify({ id: 'deploy-1' }));
  leave('attempt', 'deploy-1');
  start();
  while (buckets.requests.filter((request) => request.includes(attemptKey)).length < 3) await sleep(5);
  expect(asked).toEqual([]);
  await buckets.spaces.put('config', attemptKey, JSON.stringify({ id: 'deploy-2' }));
  while (asked.length === 0) await sleep(5);
  expect(asked).toEqual(['clear failures of all']);
});
