import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { runAgent } from '../../agent/agent';
import { digestOf } from '../../agent/pull';
import type { Report } from '../../agent/report';
import { renderDesired } from '../../templates/converge/desired';
import { resolved } from '../definition/an-environment';
import { Buckets } from './machine';

let buckets: Buckets;
let stop: AbortController;
let running: Promise<void>;
let said: string[];
beforeEach(async () => {
  buckets = await new Buckets().start();
  stop = new AbortController();
  said = [];
});
afterEach(async () => {
  stop.abort();
  await running;
  await buckets.close();
});

const text = renderDesired(resolved());

function start(rhythm = { pull: 5, report: 60_000 }, places = buckets.places()): void {
  running = runAgent({ settings: buckets.settings, digest: 'agent-digest', desiredKey: 'desired.yaml', rhythm, places, log: (line) => said.push(line) }, stop.signal);
}

async function report(until: (report: Report) => boolean): Promise<Report> {
  for (;;) {
    const object = await buckets.spaces.get('exchange', 'machine/report.json');
    if (object) {
      const found = JSON.parse(object.bytes.toString()) as Report;
      if (until(found)) return found;
    }
    await sleep(5);
  }
}

const pulls = () => buckets.requests.filter((request) => request.startsWith('GET /config')).length;
const reports = () => buckets.requests.filter((request) => request.startsWith('PUT /exchange')).length;

async function pullsMore(count: number): Promise<void> {
  for (const before = pulls(); pulls() < before + count;) await sleep(5);
}

test('it reports what it pulled and what the machine is', async () => {
  await buckets.spaces.put('config', 'desired.yaml', text);
  start();
  const { at, agent, desired, machine } = await report(({ desired: { digest } }) => digest !== undefined);
  expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(60_000);
  expect(agent.digest).toBe('agent-digest');
  expect(desired).toEqual({ digest: digestOf(text) });
  expect(machine).toMatchObject({ memory: { total: 3932, available: 1200 }, docker: '26.1.5', swarm: 'active', rebootPending: false });
  expect(machine.volume!.total).toBeGreaterThan(0);
});

test('while nothing changes it looks often and reports seldom; a change is reported at once', async () => {
  await buckets.spaces.put('config', 'desired.yaml', text);
  start();
  await pullsMore(20);
  expect(reports()).toBe(1);
  const next = `${text}# more\n`;
  await buckets.spaces.put('config', 'desired.yaml', next);
  await report(({ desired: { digest } }) => digest === digestOf(next));
  await pullsMore(20);
  expect(reports()).toBe(2);
  expect(said).toEqual([`desired state ${digestOf(text).slice(0, 12)} pulled`, `desired state ${digestOf(next).slice(0, 12)} pulled`]);
});

test('a problem is said once and reported, and so is its end', async () => {
  await buckets.spaces.put('config', 'desired.yaml', text);
  start();
  await report(({ desired: { digest } }) => digest !== undefined);
  await buckets.spaces.put('config', 'desired.yaml', 'nonsense');
  const { desired } = await report(({ desired: { problem } }) => problem !== undefined);
  expect(desired).toEqual({ digest: digestOf(text), problem: 'a desired state of version undefined; this agent knows version 1' });
  await pullsMore(10);
  expect(said.filter((line) => line.includes('version undefined'))).toHaveLength(1);
  await buckets.spaces.put('config', 'desired.yaml', text);
  await report(({ desired: { problem } }) => problem === undefined);
});

test('Spaces away for a while ends nothing: it goes on when they are back', async () => {
  await buckets.spaces.put('config', 'desired.yaml', text);
  start({ pull: 5, report: 5 });
  await report(() => true);
  buckets.away = true;
  while (!said.some((line) => line.startsWith('the report could not be written'))) await sleep(5);
  buckets.spaces.delete('exchange', 'machine/report.json');
  buckets.away = false;
  await report(({ desired: { problem } }) => problem === undefined);
});

test('another agent in the bucket makes it end, so that the unit starts that one; one whose digest does not fit does not', async () => {
  await buckets.spaces.put('config', 'desired.yaml', text);
  await buckets.spaces.put('config', 'agent/agent.js', 'new');
  await buckets.spaces.put('config', 'agent/agent.js.sha256', `${digestOf('something else')}  agent.js\n`);
  start({ pull: 5, report: 5 });
  await pullsMore(10);
  await buckets.spaces.put('config', 'agent/agent.js.sha256', `${digestOf('new')}  agent.js\n`);
  await running;
  expect(said.at(-1)).toBe('another agent is in the bucket: making way for it');
});

test('a volume that is not mounted, and a restart that is pending, are told', async () => {
  await buckets.spaces.put('config', 'desired.yaml', text);
  const places = buckets.places({ mounted: false, docker: () => Promise.resolve(undefined) });
  writeFileSync(places.rebootRequired, '');
  start(undefined, places);
  const { machine } = await report(() => true);
  expect([machine.volume, machine.docker, machine.swarm, machine.rebootPending]).toEqual([undefined, undefined, undefined, true]);
});
