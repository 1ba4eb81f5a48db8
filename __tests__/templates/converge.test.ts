import { parse } from 'yaml';
import type { EnvironmentInput } from '../../definition/environment';
import { renderCaddyfile } from '../../agent/render/caddyfile';
import type { Desired, DesiredService } from '../../contract/desired';
import { renderDesired } from '../../templates/desired';
import { type JobUnits, jobUnits } from '../../agent/render/job-unit';
import { postgresAccess, postgresSettings } from '../../agent/render/postgres';
import { renderTraefik } from '../../agent/render/traefik';
import { redisSettings, redisUsers } from '../../agent/render/redis';
import { proxyOf, proxySpec } from '../../agent/render/proxy';
import { isLongRunning, type MachineFacts, serviceSpec } from '../../agent/render/service-spec';
import { resolved } from '../definition/an-environment';
import { expectGolden } from './golden';

const facts: MachineFacts = { gateway: '172.18.0.1', cpuLimits: true, network: 'services-id' };

/** As the agent reads it. */
const desired = (changes: Partial<EnvironmentInput> = {}): Desired =>
  parse(renderDesired(resolved(changes)), { version: '1.1' }) as Desired;

const everything = desired({
  services: {
    api: { variables: { LOG_LEVEL: 'info', ODD: 'yes', TEMPLATE: '${x} %{y}' }, streaming: true },
    jobs: { command: ['node', 'work.js', '--queue', 'mail and more'] },
    web: { cpu: 1500, memory: 384, replicas: 3, stopGrace: 30 },
    nightly: {
      command: ['sh', '-c', 'echo "$HOME" 100%; date'],
      schedule: '0 3 1 * 1-5',
      variables: { MODE: 'a "b" $c `d` \\e' },
    },
  },
});
const secretsOf = ({ secrets = [], datastores = {} }: DesiredService): Record<string, string> =>
  Object.fromEntries([...Object.values(datastores), ...secrets].map((variable) => [variable, `canary-${variable}`]));
const text = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

describe('Docker is told exactly this', () => {
  test.each(Object.entries(everything.services).filter(isLongRunning))('of %s', (name, service) => {
    expectGolden(
      `converge/${name}.json`,
      text(serviceSpec(name, service, `${service.image}@sha256:${'a'.repeat(64)}`, secretsOf(service), facts)),
    );
  });

  test('of the proxy', () => {
    expectGolden('converge/proxy.json', text(proxySpec(proxyOf({}), facts)));
    expectGolden('converge/proxy-traefik.json', text(proxySpec(proxyOf({ ingress: 'traefik' }), facts)));
  });
});

test('a kernel that cannot hold containers to their share is not asked to', () => {
  const {
    TaskTemplate: {
      Resources: { Limits },
    },
  } = serviceSpec('web', everything.services.web!, 'image', {}, { ...facts, cpuLimits: false });
  expect(Limits).toEqual({ MemoryBytes: 384 * 1024 * 1024 });
});

test('a secret wins over a variable of the same name, and both over the port', () => {
  const {
    TaskTemplate: {
      ContainerSpec: { Env },
    },
  } = serviceSpec(
    'web',
    { ...everything.services.web!, variables: { PORT: '1', A: 'plain' } },
    'image',
    { A: 'secret' },
    facts,
  );
  expect(Env).toEqual(['PORT=1', 'A=secret']);
});

describe('a job', () => {
  const made = (
    changes: Partial<DesiredService> = {},
    secrets: Record<string, string> = { DATABASE_URL: 'canary-url' },
  ): JobUnits =>
    jobUnits(
      'nightly',
      { ...everything.services.nightly!, datastores: { postgres: 'DATABASE_URL' }, ...changes },
      `ghcr.io/acme/jobs@sha256:${'a'.repeat(64)}`,
      secrets,
      facts,
      { script: '/var/lib/berth/jobs/nightly.sh', environment: '/var/lib/berth/jobs/nightly.env' },
    );

  test('is exactly these units', () => {
    const { timer, service, script, environment } = made();
    expectGolden('converge/berth-job-nightly.timer', timer);
    expectGolden('converge/berth-job-nightly.service', service);
    expectGolden('converge/nightly.sh', script);
    expectGolden('converge/nightly.env', environment);
  });

  test('has no secret in its unit, and none on a command line', () => {
    const { timer, service, script, environment } = made(
      {},
      { DATABASE_URL: 'canary-url', KEY: 'canary\nof two lines' },
    );
    expect(timer + service).not.toContain('canary');
    expect(environment).toContain('DATABASE_URL=canary-url\n');
    // a shell's own words: it starts Docker with the variable, not with its value
    expect(
      script
        .split('\n')
        .filter((line) => line.startsWith('exec '))
        .join(),
    ).not.toContain('canary');
    expect(script).toContain("export KEY='canary\nof two lines'\n");
  });
});

describe('the proxy reads exactly this', () => {
  test('for a product with services at paths and at a host of their own', () =>
    expectGolden('converge/Caddyfile', renderCaddyfile(everything)));

  test('the longest prefix wins, however the services are ordered', () => {
    const file = renderCaddyfile(desired({ services: { cms: { route: '/api/v2/' } } }));
    const ways = [...file.slice(file.indexOf('https://')).matchAll(/@(\w+) path (.*)$/gm)].map(([, name, path]) => [
      name,
      path,
    ]);
    expect(ways.slice(0, 2)).toEqual([
      ['cms', '/api/v2 /api/v2/*'],
      ['api', '/api /api/*'],
    ]);
  });

  test('and for a product that only some reach, that port 80 shows nothing of it', () => {
    const plain =
      ':80 {\n\theader -Server\n\thandle /healthz {\n\t\trespond "ok"\n\t}\n\thandle {\n\t\trespond 404\n\t}\n}\n';
    expect(renderCaddyfile(desired({ access: { web: { from: ['203.0.113.0/24', '::/0'] } } }))).toContain(plain);
    expect(renderCaddyfile(desired({ access: { web: { from: ['0.0.0.0/0'] } } }))).not.toContain(plain);
    const traefik = renderTraefik(desired({ access: { web: { from: ['203.0.113.0/24'] } } }))['routes/routes.yaml']!;
    expect([
      traefik.includes('_address:'),
      renderTraefik(desired())['routes/routes.yaml']!.includes('_address:'),
    ]).toEqual([false, true]);
  });

  test('and while it is closed, that only those who are allowed come through', () => {
    expectGolden(
      'converge/Caddyfile-closed',
      renderCaddyfile(desired({ maintenance: { allow: ['203.0.113.7/32', '2001:db8::/32'] } })),
    );
    expect(renderCaddyfile(desired({ maintenance: true }))).not.toContain('remote_ip');
    expect(renderCaddyfile(desired({ maintenance: false }))).toBe(renderCaddyfile(desired()));
  });

  test("pages are one's own where there are some, whatever is in them", () => {
    const page = '<p>`{err.status_code}` "x" \\ \t{$HOME}';
    const files = proxyOf({}).files(desired({ pages: { maintenance: page } }));
    expect(Object.keys(files).sort()).toEqual(['Caddyfile', 'pages/error.html', 'pages/maintenance.html']);
    expect(files['pages/maintenance.html']).toBe(page);
    expect(files['pages/error.html']).toMatch(/^<!doctype html>.*usually back/);
    expect(files.Caddyfile).toBe(renderCaddyfile(desired()));
  });

  test('and Traefik the same routes', () => {
    const files = proxyOf({ ingress: 'traefik' }).files(everything);
    expectGolden('converge/traefik.yaml', files['traefik.yaml']!);
    expectGolden('converge/traefik-routes.yaml', files['routes/routes.yaml']!);
  });

  test('a domain without any service still answers for the machine', () => {
    const file = renderCaddyfile({ ...everything, services: {} });
    expect(file.match(/respond "ok"/g)).toHaveLength(3);
    expect(file).not.toContain('reverse_proxy');
  });
});

describe('the datastores read exactly this', () => {
  const postgres = { memory: 768, gateway: '172.18.0.1', subnet: '172.18.0.0/16' };
  test('postgres', () => {
    expectGolden('converge/postgres.conf', postgresSettings(postgres));
    expectGolden('converge/pg_hba.conf', postgresAccess(postgres));
  });

  test('redis', () => {
    expectGolden(
      'converge/redis.conf',
      redisSettings({ memory: 128, gateway: '172.18.0.1', folder: '/mnt/data/redis' }),
    );
    expectGolden(
      'converge/users.acl',
      redisUsers(
        [
          { name: 'api', password: 'canary-api', database: 1 },
          { name: 'jobs', password: 'canary-jobs', database: 2 },
        ],
        { name: 'berth', password: 'canary-berth' },
      ),
    );
  });

  test('the only service that uses Redis has every channel, and so has each of those that share it', () => {
    const users = ['api', 'jobs'].map((name) => ({ name, password: 'x', database: 0 }));
    const channels = (text: string): string[] => text.match(/&\S+/g)!;
    expect([
      channels(redisUsers(users.slice(1), users[0]!)),
      channels(redisUsers(users, users[0]!, true)),
      channels(redisUsers(users, users[0]!)),
    ]).toEqual([['&*'], ['&*', '&*'], ['&api:*', '&jobs:*']]);
  });

  test('no password is in a file of theirs, only what it is recognized by', () => {
    expect(
      redisUsers([{ name: 'api', password: 'canary-api', database: 1 }], { name: 'berth', password: 'canary-berth' }),
    ).not.toContain('canary');
  });

  test.each([64, 768, 32_768])('postgres with %i MiB shares them out within what it has', (memory) => {
    const settings = Object.fromEntries(
      postgresSettings({ ...postgres, memory })
        .split('\n')
        .map((line) => line.split(' = ')),
    );
    const mb = (name: string): number => Number(/^(\d+)MB$/.exec(settings[name] as string)![1]);
    expect(mb('shared_buffers') + mb('maintenance_work_mem') + mb('wal_buffers')).toBeLessThanOrEqual(memory);
    expect(mb('work_mem')).toBeGreaterThan(0);
  });
});
