import type { Converger } from '../../agent/converge';
import { redacted } from '../../lib/redact';
import { desired, image, images, secret } from './converging-machine';

import { converge, converger, engine, env, machine, said } from './converging';

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
