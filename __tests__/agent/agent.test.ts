import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { attemptKey } from '../../contract/attempt';
import { handedOverKey, handoverKey, waitsForVolume } from '../../contract/handover';
import { digestOf } from '../../agent/pull';
import { ledgerKey, requestKey } from '../../contract/release';
import { revisionId } from './revision-id';

import { buckets, machine, pullsMore, report, reports, running, said, start, text } from './running-agent';

test('it reports what it pulled and what the machine is', async () => {
  start();
  const { at, agent, desired, machine } = await report(({ desired: { digest } }) => digest !== undefined);
  expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(60_000);
  expect(agent.digest).toBe('agent-digest');
  expect(desired).toEqual({ digest: digestOf(text) });
  expect(machine).toMatchObject({
    memory: { total: 3932, available: 1200 },
    docker: '26.1.5',
    swarm: 'active',
    rebootPending: false,
  });
  expect(machine.volume!.total).toBeGreaterThan(0);
});

test('while nothing changes it looks often and reports seldom; a change is reported at once', async () => {
  start();
  await pullsMore(20);
  // it begins, and it has ended
  expect(reports()).toBe(2);
  const next = `${text}# more\n`;
  await buckets.spaces.put('config', 'desired.yaml', next);
  await report(({ desired: { digest } }) => digest === digestOf(next));
  await pullsMore(20);
  expect(reports()).toBe(4);
  expect(said).toEqual(
    [text, next].flatMap((each) => [
      `desired state ${digestOf(each).slice(0, 12)} pulled`,
      `converged to ${digestOf(each).slice(0, 12)}`,
    ]),
  );
});

test('a problem is said once and reported, and so is its end', async () => {
  start();
  await report(({ desired: { digest } }) => digest !== undefined);
  await buckets.spaces.put('config', 'desired.yaml', 'nonsense');
  const { desired } = await report(({ desired: { problem } }) => problem !== undefined);
  expect(desired).toEqual({
    digest: digestOf(text),
    problem: 'a desired state of version undefined; this agent knows version 1',
  });
  await pullsMore(10);
  expect(said.filter((line) => line.includes('version undefined'))).toHaveLength(1);
  await buckets.spaces.put('config', 'desired.yaml', text);
  await report(({ desired: { problem } }) => problem === undefined);
});

test('Spaces away for a while ends nothing: it goes on when they are back', async () => {
  start({ report: 5 });
  await report(() => true);
  buckets.away = true;
  while (!said.some((line) => line.startsWith('the report could not be written'))) await sleep(5);
  buckets.spaces.delete('exchange', 'machine/report.json');
  buckets.away = false;
  await report(({ desired: { problem } }) => problem === undefined);
});

test('another agent in the bucket makes it end, so that the unit starts that one; one whose digest does not fit does not', async () => {
  await buckets.spaces.put('config', 'agent/agent.js', 'new');
  await buckets.spaces.put('config', 'agent/agent.js.sha256', `${digestOf('something else')}  agent.js\n`);
  start({ report: 5 });
  await pullsMore(10);
  await buckets.spaces.put('config', 'agent/agent.js.sha256', `${digestOf('new')}  agent.js\n`);
  await running;
  expect(said.at(-1)).toBe('a newer agent is available: restarting');
});

test('a volume that is not mounted, and a restart that is pending, are told', async () => {
  const places = buckets.places({ mounted: false, docker: () => Promise.resolve(undefined) });
  writeFileSync(places.rebootRequired, '');
  start({}, places);
  const { machine: told } = await report(() => true, 'machine/waiting.json');
  expect([told.volume, told.docker, told.swarm, told.rebootPending]).toEqual([undefined, undefined, undefined, true]);
});

test('it says what it converged to, and whom secrets are sealed to', async () => {
  start();
  const { converge, recipient } = await report(({ converge: found }) => found?.state === 'converged');
  expect(converge).toMatchObject({ digest: digestOf(text), problems: [] });
  expect(recipient).toBe('age1machine');
  // and in the bucket that nobody else's key writes
  while ((await buckets.spaces.get('backups', 'machine/recipient'))?.bytes.toString() !== 'age1machine\n')
    await sleep(5);
});

test('what did not work is reported with its reasons and tried again, until it works', async () => {
  start({ retry: 5 });
  machine.problems = ['postgres: is not up'];
  expect((await report(({ converge }) => converge?.state === 'failed')).converge!.problems).toEqual([
    'postgres: is not up',
  ]);
  machine.problems = [];
  await report(({ converge }) => converge?.state === 'converged');
  expect(said.filter((line) => line.startsWith('not converged'))).toEqual(['not converged: postgres: is not up']);
});

test('a deploy that asks is answered under its own name, and what failed before is tried again', async () => {
  start();
  await report(({ converge }) => converge?.state === 'converged');
  await buckets.spaces.put('config', attemptKey, JSON.stringify({ id: 'deploy-2' }));
  await report(({ converge }) => converge?.state === 'converged' && converge.attempt === 'deploy-2');
  expect(machine.asked).toEqual([
    `converge ${machine.ready!.domain}`,
    'clear failures of all',
    `converge ${machine.ready!.domain}`,
  ]);
});

describe('one machine follows another', () => {
  /** Asks for the volume, and waits for the answer. */
  async function ask(id: string): Promise<void> {
    await buckets.spaces.put('config', handoverKey, JSON.stringify({ id, machine: 'one' }));
    for (let answer = ''; answer !== JSON.stringify({ id, machine: 'one' }); await sleep(5))
      answer = (await buckets.spaces.get('exchange', handedOverKey))?.bytes.toString().trim() ?? '';
  }

  test('without the volume it does not speak for the environment: it fetches what the other one runs, and says that it waits', async () => {
    await buckets.spaces.put(
      'exchange',
      ledgerKey,
      JSON.stringify({
        version: 1,
        services: {
          web: {
            running: revisionId(1),
            revisions: [
              {
                id: revisionId(1),
                service: 'web',
                image: `ghcr.io/acme/web@sha256:${'1'.repeat(64)}`,
                state: 'healthy',
                startedAt: '',
                lines: [],
              },
            ],
          },
        },
      }),
    );
    let attached = false;
    start({}, buckets.places({ mounted: false, exists: () => attached }));
    const { converge } = await report((each) => each.converge?.state === 'failed', 'machine/waiting.json');
    expect(converge!.problems).toEqual([waitsForVolume]);
    expect(machine.asked).toEqual(['fetch web']);
    expect(await buckets.spaces.get('exchange', 'machine/report.json')).toBeUndefined();
    // it takes over at once, with what the ledger says then
    await buckets.spaces.put(
      'exchange',
      ledgerKey,
      JSON.stringify({
        version: 1,
        services: {
          api: {
            running: revisionId(2),
            revisions: [
              {
                id: revisionId(2),
                service: 'api',
                image: `ghcr.io/acme/api@sha256:${'2'.repeat(64)}`,
                state: 'healthy',
                startedAt: '',
                lines: [],
              },
            ],
          },
        },
      }),
    );
    attached = true;
    while (machine.asked.length < 2) await sleep(5);
    expect(machine.asked[1]).toMatch(/^converge \S+ api$/);
  });

  test("with it, it hands over once when it is asked, and leaves everything alone from then on: the next word is the next machine's", async () => {
    start({ converge: 5, report: 5 });
    await report(({ converge }) => converge?.state === 'converged');
    await ask('second');
    const reports = () =>
      Promise.all(
        ['report', 'waiting'].map(async (name) => (await buckets.spaces.get('exchange', `machine/${name}.json`))?.etag),
      );
    const [after, last] = [machine.asked.length, await reports()];
    expect(machine.asked.at(-1)).toBe('release volume');
    await buckets.spaces.put(
      'exchange',
      requestKey('web', revisionId(1)),
      JSON.stringify({ image: `ghcr.io/acme/web@sha256:${'a'.repeat(64)}` }),
    );
    await pullsMore(10);
    expect([machine.asked.length, await reports()]).toEqual([after, [last[0], undefined]]);
    // whoever asked has died, and asks again
    await ask('third');
    expect(machine.asked.length).toBe(after);
  });

  test('a request that was meant for the machine before it is none to it', async () => {
    await buckets.spaces.put('config', handoverKey, JSON.stringify({ id: 'old', machine: 'the one before' }));
    start({ converge: 5 });
    await pullsMore(10);
    expect(machine.asked).not.toContain('release volume');
  });

  test('what could not be stopped is tried again, and then answered', async () => {
    start({ converge: 5 });
    let failures = 2;
    machine.releaseVolume = () =>
      failures-- > 0 ? Promise.reject(new Error('Job for redis-server.service timed out')) : Promise.resolve();
    await ask('second');
    expect(failures).toBe(-1);
    expect(said).toContain('Job for redis-server.service timed out');
  });
});

test('without Docker it still reports: that is when somebody wants to read it', async () => {
  start();
  machine.services = () => Promise.reject(new Error('docker is not running'));
  machine.problems = ['docker: docker is not running'];
  const { converge, services } = await report(({ converge: found }) => found?.state === 'failed');
  expect([converge!.problems, services]).toEqual([['docker: docker is not running'], undefined]);
});
