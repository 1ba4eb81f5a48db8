import { setTimeout as sleep } from 'node:timers/promises';
import { type Ledger, ledgerKey, requestKey } from '../../contract/release';
import { revisionId } from './revision-id';

import { buckets, end, machine, pullsMore, report, start } from './running-agent';

describe('releases', () => {
  const image = (digit: string, repository = 'ghcr.io/acme/web') => `${repository}@sha256:${digit.repeat(64)}`;
  const wish = (service: string, id: string, asked: string) =>
    buckets.spaces.put(
      'exchange',
      requestKey(service, revisionId(id)),
      JSON.stringify({ image: asked, by: 'somebody' }),
    );

  async function ledger(until: (ledger: Ledger) => boolean): Promise<Ledger> {
    for (;;) {
      const object = await buckets.spaces.get('exchange', ledgerKey);
      const found = object && (JSON.parse(object.bytes.toString()) as Ledger);
      if (found && until(found)) return found;
      await sleep(5);
    }
  }
  const state = (found: Ledger, service: string, id: string) =>
    found.services[service]?.revisions.find((revision) => revision.id === revisionId(id))?.state;

  test('one is rolled out, and answered for with what happened', async () => {
    start();
    machine.deploying = (_, say) => {
      say('rolling out');
      return Promise.resolve({ lines: ['rolling out'] });
    };
    await wish('web', '1', image('a'));
    const found = await ledger((each) => state(each, 'web', '1') === 'healthy');
    expect(found.services.web).toMatchObject({
      running: revisionId(1),
      revisions: [{ id: revisionId(1), image: image('a'), by: 'somebody', lines: ['rolling out'] }],
    });
  });

  test('of one service they queue in the order they were asked for; others do not wait', async () => {
    start();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    machine.deploying = async (service) => {
      if (service === 'web') await held;
      return {};
    };
    await wish('web', '1', image('a'));
    await wish('web', '2', image('b'));
    await wish('api', '3', image('c', 'ghcr.io/acme/api'));
    await ledger((each) => state(each, 'api', '3') === 'healthy');
    expect(machine.asked.filter((line) => line.startsWith('deploy'))).toEqual(['deploy web aaaa', 'deploy api cccc']);
    release();
    await ledger((each) => state(each, 'web', '2') === 'healthy');
    expect(machine.asked.filter((line) => line.startsWith('deploy'))).toEqual([
      'deploy web aaaa',
      'deploy api cccc',
      'deploy web bbbb',
    ]);
  });

  test('one that was rolled back leaves the former one in force, also for a machine that follows', async () => {
    start();
    await wish('web', '1', image('a'));
    await ledger((each) => state(each, 'web', '1') === 'healthy');
    machine.deploying = () => Promise.resolve({ outcome: 'rolled back', lines: ['log: FATAL'] });
    await wish('web', '2', image('b'));
    const found = await ledger((each) => state(each, 'web', '2') === 'rolled back');
    expect(found.services.web).toMatchObject({ running: revisionId(1), revisions: [{}, { lines: ['log: FATAL'] }] });
    await end();
    buckets.forget();
    buckets.spaces.delete('exchange', 'machine/report.json');
    start();
    await report(({ converge }) => converge?.state === 'converged');
    expect(machine.asked[0]).toMatch(/^converge \S+ web$/);
    await pullsMore(10);
    expect(machine.asked.filter((line) => line.startsWith('deploy'))).toEqual([]);
  });

  test.each([
    ['what every object has', 'constructor', image('a'), 'constructor is no service of this environment'],
    ['a service that is not there', 'wbe', image('a'), 'wbe is no service of this environment'],
    [
      'another repository',
      'web',
      image('a', 'ghcr.io/mallory/web'),
      "images come from ghcr.io/acme/web only, as the environment's file declares; this one is from ghcr.io/mallory/web",
    ],
    [
      'a tag',
      'web',
      'ghcr.io/acme/web:latest',
      '"ghcr.io/acme/web:latest" must be pinned by digest: ghcr.io/acme/web@sha256:… (64 hexadecimal digits), so that what runs is what was built',
    ],
  ])('%s is refused, and nothing is touched', async (_, service, asked, why) => {
    start();
    await wish(service, '1', asked);
    const found = await ledger((each) => state(each, service, '1') === 'refused');
    expect(found.services[service]!.revisions[0]!.lines).toEqual([why]);
    expect(machine.asked.filter((line) => line.startsWith('deploy'))).toEqual([]);
  });

  test('an answer that cannot be written because the bucket is away is written when it is back', async () => {
    start();
    await report(({ converge }) => converge?.state === 'converged');
    machine.deploying = () => {
      buckets.away = true;
      return Promise.resolve({});
    };
    await wish('web', '1', image('a'));
    while (!buckets.away) await sleep(5);
    await sleep(30);
    buckets.away = false;
    await ledger((each) => state(each, 'web', '1') === 'healthy');
  });
});
