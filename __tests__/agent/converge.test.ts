import type { Desired } from '../../contract/desired';
import { product } from '../definition/an-environment';
import { serviceSpec } from '../../agent/render/service-spec';
import { desired, images, proxyImage, secret } from './converging-machine';

import {
  active,
  broken,
  converge,
  converger,
  converging,
  engine,
  env,
  everything,
  jobFiles,
  machine,
  names,
  said,
} from './converging';

describe('a machine is brought to what is desired', () => {
  test('from nothing, with everything that it shall have', async () => {
    expect((await converge()).problems).toEqual([]);
    expect(names()).toEqual(everything);
    expect(jobFiles()).toEqual(['berth-job-nightly.service', 'berth-job-nightly.timer']);
    expect(active).toEqual(
      new Set(['berth-firewall', 'postgresql@17-main', 'redis-server', 'berth-job-nightly.timer']),
    );
  });

  test('and left alone when it is there: also by an agent that has just started', async () => {
    await converge();
    const state = (): unknown[] => [
      engine.changes.length,
      new Map(machine.files),
      machine.ran.filter((line) =>
        /^(systemctl (re)?start|systemctl (enable|daemon-reload|reload)|redis-cli|pg_createcluster)/.test(line),
      ),
    ];
    const before = state();
    expect((await converge()).problems).toEqual([]);
    expect(state()).toEqual(before);
  });

  test('a service is only started once what it needs is up', async () => {
    let whenUp: string[] | undefined;
    const usual = machine.answer;
    machine.answer = (line, options) => {
      if (line === 'systemctl start postgresql@17-main') whenUp = engine.names();
      return usual(line, options);
    };
    await converge();
    expect(whenUp!.filter((name) => ['berth_api', 'berth_cms'].includes(name))).toEqual([]);
  });

  test('each service finds its own password under its own name, and its secrets', async () => {
    await converge();
    const [database, redis] = ['DATABASE_URL', 'REDIS_URL'].map((name) =>
      env('berth_api').find((line) => line.startsWith(`${name}=`)),
    );
    expect(database).toMatch(/^DATABASE_URL=postgresql:\/\/api:[\w-]{32}@postgres:5432\/api$/);
    expect(redis).toMatch(/^REDIS_URL=redis:\/\/api:[\w-]{32}@redis:6379\/1$/);
    // and the parts of a URL, for clients that take them
    const password = /:([\w-]{32})@/.exec(database!)![1]!;
    expect(env('berth_api')).toEqual(
      expect.arrayContaining([
        'PGHOST=postgres',
        'PGPORT=5432',
        'PGUSER=api',
        `PGPASSWORD=${password}`,
        'PGDATABASE=api',
        'REDIS_HOST=redis',
        'REDIS_PORT=6379',
        'REDIS_USERNAME=api',
        'REDIS_DB=1',
      ]),
    );
    expect(env('berth_api')).toContain(`SMTP_URL=${secret}`);
    expect(env('berth_web')).toEqual(['PORT=3000']);
    expect(env('berth_jobs')[0]).toMatch(/^REDIS_URL=redis:\/\/jobs:[\w-]{32}@redis:6379\/2$/);
  });

  test('a datastore that is managed elsewhere is reached by the URL from the bucket', async () => {
    const managed = desired(
      {},
      {
        datastores: {
          postgres: { version: 17, placement: 'managed' },
          redis: { version: 8, placement: 'machine', memory: 128 },
        },
      },
    );
    const urls = {
      api: { DATABASE_URL: 'postgres://elsewhere/api' },
      cms: { DATABASE_URL: 'postgres://elsewhere/cms' },
    };
    expect((await converge(managed, { managed: urls })).problems).toEqual([]);
    expect(env('berth_cms')).toEqual([
      'PORT=3000',
      'DATABASE_URL=postgresql://elsewhere/cms',
      'PGHOST=elsewhere',
      'PGPORT=5432',
      'PGDATABASE=cms',
    ]);
    expect(machine.ran.filter((line) => line.includes('postgres'))).toEqual([]);
  });

  test('services that were never released are not started, and are no problem', async () => {
    expect((await converge(desired(), { images: { web: images.web } })).problems).toEqual([]);
    expect(names()).toEqual(['berth_proxy', 'berth_web']);
  });

  test("what is no longer desired is taken down; what is somebody else's is not", async () => {
    await converge();
    engine.add({
      ...serviceSpec('x', desired().services.web!, 'i', {}, { gateway: '', cpuLimits: false, network: '' }),
      Name: 'somebody-elses',
    });
    const { web, api } = desired().services;
    expect((await converge(desired({}, { services: { web: web!, api: api! } }))).problems).toEqual([]);
    expect(names()).toEqual(['berth_api', 'berth_proxy', 'berth_web', 'somebody-elses']);
    expect(jobFiles()).toEqual([]);
    expect(said).toEqual(['jobs is no longer desired: taken down', 'cms is no longer desired: taken down']);
  });
});

describe('what fails holds up only what needs it', () => {
  const cases: [string, () => void, string[], string[]][] = [
    [
      'postgres',
      () => {
        broken['systemctl start postgresql'] = 'Job failed.';
      },
      ['postgres: systemctl start ended with 1: Job failed.', 'api: postgres is not up', 'cms: postgres is not up'],
      ['berth_jobs', 'berth_proxy', 'berth_web'],
    ],
    [
      'redis',
      () => {
        broken['systemctl start redis'] = 'Job failed.';
      },
      ['redis: systemctl start ended with 1: Job failed.', 'api: redis is not up', 'jobs: redis is not up'],
      ['berth_cms', 'berth_proxy', 'berth_web'],
    ],
    [
      'the proxy',
      () => engine.registry.delete(proxyImage),
      [`proxy: docker.io has no such image: ${proxyImage}`],
      everything.filter((name) => name !== 'berth_proxy'),
    ],
    [
      'an image',
      () => engine.registry.delete(images.cms),
      [`cms: ghcr.io has no such image: ${images.cms}`],
      everything.filter((name) => name !== 'berth_cms'),
    ],
    [
      "a job's image",
      () => engine.registry.delete(images.nightly),
      [`nightly: ghcr.io has no such image: ${images.nightly}`],
      everything,
    ],
    [
      'a release',
      () => engine.behaviours.set(images.web, { does: 'crash', log: ['FATAL: no'] }),
      ['web: failed', 'web: started for the first time', 'web: task: non-zero exit (1)', 'web: log: FATAL: no'],
      everything.filter((name) => name !== 'berth_web'),
    ],
    [
      'the key to secrets',
      () => {
        broken['age-keygen'] = 'no entropy';
        broken['age --decrypt'] = 'no such file';
      },
      [
        'secrets: age-keygen  ended with 1: no entropy',
        'api: its secrets cannot be opened',
        "api: the secret SMTP_URL cannot be opened with this machine's key (no such file): set it again with `npx berth secret set`",
      ],
      everything.filter((name) => name !== 'berth_api'),
    ],
  ];
  test.each(cases)('%s', async (_, spoil, problems, there) => {
    spoil();
    const found = await converge();
    expect([[...found.problems].sort(), names()]).toEqual([problems.sort(), there]);
    expect(active.has('berth-job-nightly.timer')).toBe(!problems.some((problem) => problem.startsWith('nightly')));
  });

  test.each<[string, Partial<Desired>, string]>([
    [
      'a secret without a value',
      { secrets: {} },
      'api: the secret SMTP_URL has no value yet: npx berth secret set test SMTP_URL',
    ],
    [
      'one that is sealed to another machine',
      { secrets: { SMTP_URL: 'other' } },
      "api: the secret SMTP_URL cannot be opened with this machine's key (age: error: no identity matched any of the recipients): set it again with `npx berth secret set`",
    ],
    [
      'a managed datastore that is not there yet',
      {
        datastores: {
          postgres: { version: 17, placement: 'managed' },
          redis: { version: 8, placement: 'machine', memory: 128 },
        },
      },
      'api: the URL of the managed postgres is not in the bucket yet',
    ],
  ])('%s', async (_, more, problem) => {
    expect((await converge(desired({}, more))).problems).toContain(problem);
    expect(names()).not.toContain('berth_api');
    expect(names()).toEqual(expect.arrayContaining(['berth_jobs', 'berth_proxy', 'berth_web']));
  });

  test('what runs already goes on as it is while something that it needs is away', async () => {
    await converge();
    const before = engine.changes.length;
    active.delete('postgresql@17-main');
    broken['systemctl start postgresql'] = 'Job failed.';
    const wanted = desired({
      services: { api: { memory: 384 } },
      product: {
        ...product,
        services: { ...product.services, nightly: { ...product.services.nightly, needs: ['postgres'] } },
      },
    });
    expect((await converge(wanted)).problems).toEqual(
      expect.arrayContaining(['api: postgres is not up', 'nightly: postgres is not up']),
    );
    expect([engine.changes.length, names()]).toEqual([before, everything]);
    expect(jobFiles()).toEqual(['berth-job-nightly.service', 'berth-job-nightly.timer']);
  });

  test('what has been put right is taken up the next time', async () => {
    broken['systemctl start postgresql'] = 'Job failed.';
    const one = converger();
    await converge(desired(), {}, one);
    converging.broken = {};
    expect((await converge(desired(), {}, one)).problems).toEqual([]);
    expect(names()).toEqual(everything);
  });
});
