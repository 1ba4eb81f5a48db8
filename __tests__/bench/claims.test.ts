import { parse } from 'yaml';
import { bootClaims, bootTarget, renderBoots } from '../../bench/boot-report';
import type { Boot } from '../../bench/boot-time';
import { atMost, below, type Claim, columns } from '../../bench/claim';
import { plainUserData } from '../../bench/plain-machine';
import type { Load } from '../../bench/booted-product';
import type { Released, RolloutsReport } from '../../bench/rollouts';
import { renderRollouts, rolloutClaims } from '../../bench/rollouts-report';

const load = (given: Partial<Load> = {}): Load => ({
  requests: 30_000,
  seconds: 100,
  connections: 8,
  failed: { socket: 0, status: 0, body: 0 },
  milliseconds: { p50: 6, p99: 12, max: 30 },
  versions: {},
  examples: [],
  ...given,
});
const one = { socket: 1, status: 0, body: 0 };
const released = (state: Released['state'], seconds: number, tag = 'v2'): Released => ({ tag, state, seconds });
const good: RolloutsReport = {
  settings: { releases: 2, connections: 8, rate: 300, steadySeconds: 20 },
  steady: [load({ milliseconds: { p50: 6, p99: 10, max: 20 } }), load({ milliseconds: { p50: 6, p99: 14, max: 20 } })],
  rollouts: {
    load: load({ milliseconds: { p50: 7, p99: 20, max: 60 } }),
    released: [released('healthy', 5), released('healthy', 6.2)],
  },
  takenBack: {
    crash: { load: load(), released: released('rolled back', 12, 'crash') },
    unhealthy: { load: load(), released: released('rolled back', 33, 'unhealthy') },
  },
  control: { load: load({ failed: { socket: 180, status: 0, body: 0 } }), rollouts: 3 },
};
const broken = (claims: readonly Claim[]): string[] =>
  claims.filter(({ kept }) => !kept).map(({ what, got }) => `${what}: ${got}`);

test('a proof in which everything held breaks no promise', () => {
  expect(broken(rolloutClaims(good))).toEqual([]);
});

test.each<[string, Partial<RolloutsReport>, string[]]>([
  [
    'one request without an answer',
    { rollouts: { ...good.rollouts, load: load({ failed: one }) } },
    ['of them failed: 1'],
  ],
  [
    'one answer that is not 2xx',
    { rollouts: { ...good.rollouts, load: load({ failed: { socket: 0, status: 1, body: 0 } }) } },
    ['of them failed: 1'],
  ],
  [
    'one wrong body',
    { rollouts: { ...good.rollouts, load: load({ failed: { socket: 0, status: 0, body: 1 } }) } },
    ['of them failed: 1'],
  ],
  [
    'a release that was not healthy',
    { rollouts: { ...good.rollouts, released: [released('healthy', 5), released('failed', 5)] } },
    ['releases that became healthy: 1'],
  ],
  [
    'too few requests',
    { rollouts: { ...good.rollouts, load: load({ requests: 24_999 }) } },
    ['requests while they rolled out: 24999'],
  ],
  [
    'answers that took too long',
    { rollouts: { ...good.rollouts, load: load({ milliseconds: { p50: 7, p99: 20.2, max: 60 } }) } },
    ['p99 while rolling out ÷ steady: 2.02'],
  ],
  [
    'a connection that the proxy closed',
    { rollouts: { ...good.rollouts, load: load({ connections: 9 }) } },
    ['connections that the proxy closed: 1'],
  ],
  [
    'a crash that went unnoticed',
    { takenBack: { ...good.takenBack, crash: { load: load(), released: released('healthy', 5) } } },
    ['a release that crashes: healthy'],
  ],
  [
    'a crash that took too long',
    { takenBack: { ...good.takenBack, crash: { load: load(), released: released('rolled back', 30) } } },
    ['… after: 30 s'],
  ],
  [
    'a request that an unhealthy release failed',
    {
      takenBack: {
        ...good.takenBack,
        unhealthy: { load: load({ failed: one }), released: released('rolled back', 33) },
      },
    },
    ['… requests failed: 1'],
  ],
  [
    'a control in which nothing failed',
    { control: { load: load(), rollouts: 3 } },
    ['docker compose up -d: requests failed: 0'],
  ],
])('%s breaks a promise', (_, change, expected) => {
  expect(broken(rolloutClaims({ ...good, ...change }))).toEqual(expected);
});

test('the table tells each load, and what failed', () => {
  const failing = {
    ...good,
    rollouts: { ...good.rollouts, load: load({ failed: one, examples: [{ second: 3.14, what: 'no answer: EOF' }] }) },
  };
  const text = renderRollouts(failing, '2026-11-21 · 2 cores');
  expect(text).toMatch(/^2 releases +100 +30000 +1 \+ 0 \+ 0 +6\.0 +12\.0 +30$/m);
  expect(text).toMatch(/^of them failed +≤ 0 +1 +BROKEN$/m);
  expect(text).toContain('what failed:\n  at 3.1 s: no answer: EOF');
});

const boot = (site: number): Boot => ({ packages: 4, installed: 15, site, all: site + 4, load: 1 });

test('boots are compared by their medians, and the seconds are a target and no promise', () => {
  const report = { ours: [boot(21), boot(90), boot(22)], plain: [boot(20), boot(19), boot(70)] };
  expect(bootClaims(report)).toEqual([
    { what: 'until the site answers, ours ÷ plain', wanted: '≤ 1.15', got: '1.1', kept: true },
  ]);
  expect(bootTarget(report).kept).toBe(false);
  expect(broken(bootClaims({ ...report, ours: [boot(23.3)] }))).toEqual(['until the site answers, ours ÷ plain: 1.17']);
  expect(renderBoots(report, '')).toMatch(/^ours, median +4\.0 +11\.0 +7\.0 +22\.0 +26\.0$/m);
});

test('a limit itself is at most, and not below', () => {
  expect([atMost('', 2, 2).kept, below('', 2, 2).kept]).toEqual([true, false]);
});

test('columns end without blanks, so that they can be pasted', () => {
  expect(
    columns(
      ['what', 'how much', ''],
      [
        ['a', '1', 'x'],
        ['longer', '22', ''],
      ],
    ),
  ).toBe(['what    how much', 'a              1  x', 'longer        22'].join('\n'));
});

test('the plain machine asks for the same packages, takes only settings that an installation reads, and has no agent', () => {
  const userData =
    '#cloud-config\npackages: [docker.io, nodejs]\npackage_update: true\nwrite_files:\n  - {path: /etc/docker/daemon.json, content: "{}"}\n  - {path: /usr/local/lib/berth/agent-bootstrap, content: x}\nruncmd: [[/usr/local/lib/berth/boot]]\n';
  const plain = plainUserData({
    userData,
    domain: 'site.example',
    volume: 'site-data',
    image: (service) => `registry.example/${service}@sha256:0`,
  });
  const config = parse(plain) as {
    packages: string[];
    package_update: boolean;
    write_files: { path: string; content: string }[];
    runcmd: string[][];
  };
  expect([config.packages, config.package_update]).toEqual([['docker.io', 'nodejs'], true]);
  expect(config.write_files.map(({ path }) => path)).toEqual([
    '/etc/docker/daemon.json',
    '/etc/caddy/Caddyfile',
    '/usr/local/bin/start-site',
  ]);
  expect(config.runcmd).toEqual([['/usr/local/bin/start-site']]);
  expect(config.write_files[2]!.content).toContain('--name web --env PORT=3000 registry.example/web@sha256:0\n');
});
