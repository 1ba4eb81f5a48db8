import type { Converger, Inputs } from '../../agent/converge';
import { redacted } from '../../lib/redact';
import type { Desired } from '../../contract/desired';
import { serviceSpec } from '../../agent/render/service-spec';
import { product } from '../definition/an-environment';
import { ConvergingMachine, desired, image, images, proxyImage, secret } from './converging-machine';
import type { DockerEngine } from './docker-engine';
import type { FakeHost } from './fake-host';

let converging: ConvergingMachine;
let engine: DockerEngine;
let machine: FakeHost;
let said: string[];
let active: Set<string>;
let broken: Record<string, string>;
beforeEach(async () => {
  converging = await new ConvergingMachine().start();
  ({ engine, host: machine, said, active, broken } = converging);
});
afterEach(() => converging.close());

const jobFiles = (): string[] => machine.list('/etc/systemd/system').filter((name) => name.startsWith('berth-job-'));

const converger = () => converging.converger();
const converge = (wanted?: Desired, inputs?: Partial<Inputs>, by?: Converger) =>
  converging.converge(wanted, inputs, by);
const names = () => engine.names().sort();
const everything = ['berth_api', 'berth_cms', 'berth_jobs', 'berth_proxy', 'berth_web'];
const env = (name: string): string[] => [...engine.service(name).spec.TaskTemplate.ContainerSpec.Env!];

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

describe('without its own volume nothing is touched', () => {
  test.each<[string, () => void, RegExp]>([
    [
      'it is missing',
      () => machine.write('/proc/self/mounts', ''),
      /^volume: the data volume is not mounted at \/mnt\/data/,
    ],
    [
      'mounting it hangs',
      () => {
        machine.write('/proc/self/mounts', '');
        machine.answer = (line) => {
          throw new Error(`${line} did not end within 60 s`);
        };
      },
      /^volume: systemctl start berth-volume did not end within 60 s$/,
    ],
    [
      "it is another environment's",
      () => machine.write('/mnt/data/berth/owner.json', '{"product":"shop","environment":"other"}'),
      /^volume: the data volume belongs to shop, other: it is left untouched/,
    ],
    [
      'it holds something of unknown origin',
      () => machine.write('/mnt/data/precious/file', ''),
      /^volume: the data volume holds data of unknown origin \(precious\)/,
    ],
  ])('%s', async (_, spoil, problem) => {
    spoil();
    const before = new Map(machine.files);
    const { problems } = await converge();
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect([engine.changes, machine.files]).toEqual([[], before]);
    expect(machine.ran.filter((line) => line !== 'systemctl start berth-volume')).toEqual([]);
  });

  test('one that is attached late is mounted, and the rest follows', async () => {
    machine.write('/proc/self/mounts', '');
    const usual = machine.answer;
    machine.answer = (line, options) => {
      if (line === 'systemctl start berth-volume')
        machine.write('/proc/self/mounts', '/dev/sda /mnt/data ext4 rw 0 0\n');
      return usual(line, options);
    };
    expect((await converge()).problems).toEqual([]);
  });

  test('Docker that is away is a problem like any other', async () => {
    engine.away = true;
    expect((await converge()).problems).toEqual([expect.stringMatching(/^docker: /)]);
  });
});

describe('a release', () => {
  const next = { web: image('web', '9'), nightly: image('jobs', '9') };
  beforeEach(() => Object.values(next).forEach((each) => engine.registry.set(each, {})));

  test('brings one service to another image, and leaves the others alone', async () => {
    const one = converger();
    await converge(desired(), {}, one);
    engine.changes.length = 0;
    expect((await one.deploy('web', next.web)).outcome).toBe('healthy');
    expect([engine.running('berth_web'), engine.changes]).toEqual([
      [next.web, next.web],
      [`POST /images/create${next.web}`, 'POST /services/berth_web/update'],
    ]);
  });

  test('of a job takes the place of its next run', async () => {
    const one = converger();
    await converge(desired(), {}, one);
    expect(await one.deploy('nightly', next.nightly)).toMatchObject({
      outcome: 'healthy',
      lines: ['the next run is of this image'],
    });
    expect(machine.read('/var/lib/berth/jobs/nightly.sh')).toContain(next.nightly);
    expect((await converge(desired(), { images: { ...images, ...next } }, one)).problems).toEqual([]);
  });

  test('that ends while the machine converges is not taken back by it', async () => {
    const one = converger();
    await converge(desired(), {}, one);
    const now: Record<string, string> = { ...images };
    const releases = (['web', 'nightly'] as const).map((name) =>
      one.deploy(name, next[name]).then(() => {
        now[name] = next[name];
      }),
    );
    await Promise.all([converge(desired(), { imageNow: (name) => now[name] }, one), ...releases]);
    expect(engine.running('berth_web')).toEqual([next.web, next.web]);
    expect(machine.read('/var/lib/berth/jobs/nightly.sh')).toContain(next.nightly);
  });

  test('that failed is tried again only when it is asked for again', async () => {
    const one = converger();
    await converge(desired(), {}, one);
    engine.behaviours.set(next.web, { does: 'crash' });
    expect((await one.deploy('web', next.web)).outcome).toBe('rolled back');
    engine.changes.length = 0;
    expect((await one.deploy('web', next.web)).outcome).toBe('rolled back');
    expect(engine.changes).toEqual([]);
    engine.behaviours.delete(next.web);
    one.clearFailures('web');
    expect((await one.deploy('web', next.web)).outcome).toBe('healthy');
  });
});

describe('the proxy', () => {
  test('reads other routes while it runs, once', async () => {
    await converge();
    const reload = 'exec caddy reload --config /etc/caddy/Caddyfile --adapter caddyfile';
    expect(engine.changes.filter((change) => change.startsWith('exec'))).toEqual([]);
    const wanted = desired({ services: { cms: { route: '/cms' } } });
    for (let times = 0; times < 2; times++) expect((await converge(wanted)).problems).toEqual([]);
    expect(engine.changes.filter((change) => change.startsWith('exec'))).toEqual([reload]);
  });

  test('that refuses them goes on with the old ones, and is asked again until it takes them', async () => {
    await converge();
    engine.execs.set('caddy reload', { code: 1, output: 'Error: adapting config\nunrecognized directive' });
    const wanted = desired({ services: { cms: { route: '/cms' } } });
    expect((await converge(wanted)).problems).toEqual([
      'proxy: the proxy refuses its new configuration and goes on with the old one: unrecognized directive',
    ]);
    engine.execs.clear();
    expect((await converge(wanted)).problems).toEqual([]);
  });
});

describe('no secret leaves the machine', () => {
  const leak = async (one: Converger): Promise<string> => {
    const password = /:([\w-]{32})@/.exec(env('berth_api').join())![1]!;
    engine.behaviours.set(image('api', '9'), {
      does: 'sick',
      log: [
        `SMTP_URL=${secret}`,
        `user=api password=${password}`,
        env('berth_api').find((line) => line.startsWith('DATABASE_URL'))!,
      ],
      health: `wget: ${secret}`,
    });
    engine.registry.set(image('api', '9'), {});
    const told: string[] = [];
    const verdict = await one.deploy('api', image('api', '9'), (line) => told.push(line));
    expect(verdict.outcome).toBe('rolled back');
    const again = await one.deploy('api', image('api', '9'));
    const { problems } = await converge(desired(), { images: { ...images, api: image('api', '9') } }, one);
    expect([again.lines, problems.map(redacted).filter((line) => line.includes('log: '))]).toEqual([
      verdict.lines,
      expect.arrayContaining(['api: log: SMTP_URL=***']),
    ]);
    return [...[...told, ...verdict.lines, ...again.lines, ...problems, ...said].map(redacted), ...machine.ran]
      .filter((line) => line.includes('canary') || line.includes(password))
      .join('\n');
  };

  test('not in what a container said last, nor in what its health check says, nor on a command line', async () => {
    const one = converger();
    await converge(desired(), {}, one);
    expect(await leak(one)).toBe('');
  });

  test('what holds them can be read by root only', async () => {
    await converge();
    const holders = [...machine.files]
      .filter(([, content]) => /canary|AGE-SECRET-KEY|"postgres"/i.test(content))
      .map(([path]) => path);
    expect(holders.sort()).toEqual(['/mnt/data/berth/credentials.json', '/mnt/data/berth/identity.txt']);
    expect(holders.map((path) => machine.modes.get(path))).toEqual([0o600, 0o600]);
  });
});

describe('where services stand', () => {
  const releases = { revisions: () => [], running: () => undefined };
  test('is asked of Docker and of systemd', async () => {
    const one = converger();
    expect(await one.services(releases)).toEqual({});
    await converge(desired(), { images: { web: images.web, nightly: images.nightly } }, one);
    expect(await one.services(releases)).toMatchObject({
      web: { image: images.web, running: 2, wanted: 2 },
      api: { running: 0, wanted: 2 },
      nightly: { image: images.nightly, job: {} },
    });
  });
});
