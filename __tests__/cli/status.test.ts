import { createHash } from 'node:crypto';
import type { ConvergeReport, Report } from '../../contract/report';
import { renderDesired } from '../../templates/desired';
import { judge, whoSpeaks } from '../../cli/status';
import { loadEnvironments } from '../../definition/load';
import { type Cloud, startCloud } from '../../scenario/cloud';
import { agentBundle } from '../../templates/agent-bundle';
import { Project, root } from './project';
import { join } from 'node:path';

const now = Date.parse('2026-11-21T12:00:00Z');
const converge = (changes: Partial<ConvergeReport> = {}): ConvergeReport => ({
  digest: 'd',
  state: 'converged',
  problems: [],
  at: '2026-11-21T11:59:00Z',
  seconds: 2.5,
  ...changes,
});
const report = (changes: Partial<Report> = {}, machine: Partial<Report['machine']> = {}): Report => ({
  version: 1,
  at: '2026-11-21T11:59:30Z',
  hostname: 'shop-test',
  agent: { digest: 'a', startedAt: '2026-11-21T11:00:00Z' },
  desired: { digest: 'd' },
  machine: {
    id: 'one',
    generation: 1,
    uptimeSeconds: 3600,
    load: 0.1,
    memory: { total: 4096, available: 1000 },
    disk: { total: 80_000, free: 60_000 },
    volume: { total: 20_000, free: 10_000 },
    kernel: '6.12',
    docker: '26.1.5',
    swarm: 'active',
    rebootPending: false,
    ...machine,
  },
  ...changes,
});

test.each<[string, Report | undefined, string[]]>([
  ['all is well', report(), []],
  [
    'it never reported',
    undefined,
    ['no report yet: the machine has not booted to its end, or cannot reach its bucket'],
  ],
  [
    'it is silent',
    report({ at: '2026-11-21T11:50:00Z' }),
    ['silent for 10 min: the agent does not run, or cannot reach the bucket'],
  ],
  [
    'it cannot pull',
    report({ desired: { digest: 'd', problem: 'config/desired.yaml: 403 AccessDenied' } }),
    ['could not pull: config/desired.yaml: 403 AccessDenied'],
  ],
  [
    'edits are not deployed',
    report({ desired: { digest: 'old' } }),
    ['out of date: run `npx cdktf diff` to see what differs, then deploy'],
  ],
  [
    'its agent is another',
    report({ agent: { digest: 'old', startedAt: '' } }),
    ['agent is out of date: deploy to update it (takes up to a minute)'],
  ],
  [
    'its volume is missing',
    report({}, { volume: undefined }),
    ['the data volume is not mounted: nothing that writes data runs'],
  ],
  ['its disk fills up', report({}, { disk: { total: 100, free: 9 } }), ['the disk is 91 % full']],
  ['it has converged', report({ converge: converge() }), []],
  ['it converges', report({ converge: converge({ state: 'converging' }) }), []],
  [
    'it could not converge',
    report({ converge: converge({ state: 'failed', problems: ['postgres: is not up', 'api: postgres is not up'] }) }),
    ['postgres: is not up', 'api: postgres is not up'],
  ],
  [
    'it could not converge to what was desired before',
    report({
      desired: { digest: 'old' },
      converge: converge({ digest: 'old', state: 'failed', problems: ['postgres: is not up'] }),
    }),
    ['out of date: run `npx cdktf diff` to see what differs, then deploy'],
  ],
  [
    'a container is missing',
    report({ services: { web: { image: 'i', running: 1, wanted: 2 } } }),
    ['web: 1 of 2 containers run and are healthy'],
  ],
  ['nothing was released yet', report({ services: { web: { running: 0, wanted: 2 }, nightly: {} } }), []],
  [
    'a release was rolled back',
    report({ services: { web: { image: 'i', running: 2, wanted: 2, last: { revision: '2', state: 'rolled back' } } } }),
    [],
  ],
  [
    'a job failed',
    report({
      services: {
        nightly: {
          image: 'i',
          job: { last: 'exit-code', exitCode: 3, endedAt: '2026-11-21T03:00:09Z', next: '2026-11-22T03:00:00Z' },
        },
      },
    }),
    ['nightly: its last run ended with 3, at 2026-11-21T03:00:09Z'],
  ],
  [
    'a job is not scheduled',
    report({
      services: {
        nightly: { image: 'i', job: { last: 'success', exitCode: 0, endedAt: '2026-11-21T03:00:09Z' } },
        weekly: { image: 'i', job: {} },
      },
    }),
    ['nightly', 'weekly'].map(
      (name) =>
        `${name}: is not scheduled: its timer does not run, or its schedule names no day to come; npx berth logs tells what systemd says`,
    ),
  ],
  [
    'a job went well, or never ran',
    report({
      services: {
        nightly: {
          image: 'i',
          job: { last: 'success', exitCode: 0, endedAt: '2026-11-21T03:00:09Z', next: '2026-11-22T03:00:00Z' },
        },
        weekly: { image: 'i', job: { next: '2026-11-29T03:00:00Z' } },
      },
    }),
    [],
  ],
  [
    'its names have certificates',
    report({ certificates: { 'a.example': { until: '2027-01-20T12:00:00Z' }, 'new.example': {} } }),
    [],
  ],
  [
    'a name does not lead to it yet',
    report({ certificates: { 'a.example': { problem: 'no certificate yet, and the name leads nowhere.' } } }),
    ['a.example: no certificate yet, and the name leads nowhere.'],
  ],
  [
    'a certificate is not renewed',
    report({ certificates: { 'a.example': { until: '2026-11-27T11:00:00Z' } } }),
    ['a.example: its certificate ends in 5 days, and has not been renewed: npx berth logs tells what the proxy says'],
  ],
  ['its swarm is gone', report({}, { swarm: undefined }), ['Docker Swarm is not initialized']],
])('%s: so it is judged', (_, given, expected) => {
  expect(judge(given, { desired: 'd', agent: 'a' }, now)).toEqual(expected);
});

const old = report();
const next = report({ at: '2026-11-21T11:59:50Z' }, { id: 'two', generation: 2, volume: undefined });
test.each<[string, Report | undefined, Report | undefined, ReturnType<typeof whoSpeaks>]>([
  ['nobody', undefined, undefined, {}],
  ['the one that is there', old, undefined, { report: old }],
  ['the first one, as long as it has no volume', undefined, next, { report: next }],
  ['the one with the volume while the next one boots', old, next, { report: old, follower: next }],
  [
    'the one with the volume long after the next one was given up',
    old,
    { ...next, at: '2026-11-21T09:00:00Z' },
    { report: old },
  ],
  ['the next one when the former is silent', { ...old, at: '2026-11-21T11:50:00Z' }, next, { report: next }],
  [
    'the only one, which has lost its volume',
    old,
    { ...next, machine: { ...next.machine, id: 'one' } },
    { report: { ...next, machine: { ...next.machine, id: 'one' } } },
  ],
])('%s speaks for the environment', (_, holder, waiting, expected) => {
  expect(whoSpeaks(holder, waiting, now)).toEqual(expected);
});

describe('`berth status`', () => {
  let project: Project;
  let cloud: Cloud;
  beforeEach(async () => {
    project = new Project();
    cloud = await startCloud();
    cloud.spaces.createBucket('asset-archive-staging-exchange', 'fra1');
  });
  afterEach(async () => {
    await cloud.close();
    project.remove();
  });

  test('says that nothing was heard yet, and ends with 1', async () => {
    expect(await project.berth(['status', 'staging'], cloud.env())).toMatchObject({
      code: 1,
      output:
        'staging has a problem\n  ✗ no report yet: the machine has not booted to its end, or cannot reach its bucket\n',
    });
  });

  test('shows what of each service runs, and what became of its newest release', async () => {
    const digest = `sha256:${'a1b2c3d4e5f6'.repeat(5)}abcd`;
    await cloud.spaces.put(
      'asset-archive-staging-exchange',
      'machine/report.json',
      JSON.stringify(
        report({
          at: new Date().toISOString(),
          converge: converge(),
          services: {
            web: {
              image: `ghcr.io/acme/web@${digest}`,
              revision: '20261121T1',
              running: 2,
              wanted: 2,
              last: { revision: '20261121T2', state: 'rolled back' },
            },
            api: {
              image: `ghcr.io/acme/api@${digest}`,
              revision: '20261121T1',
              running: 1,
              wanted: 2,
              last: { revision: '20261121T3', state: 'rolling out' },
            },
            worker: { running: 0, wanted: 1 },
            report: {
              image: `ghcr.io/acme/api@${digest}`,
              revision: '20261121T1',
              job: { last: 'exit-code', exitCode: 3, endedAt: '2026-11-21T03:00:09Z', next: '2026-11-22T03:00:00Z' },
            },
          },
        }),
      ),
    );
    const { code, stdout } = await project.berth(['status', 'staging'], cloud.env());
    const lines = stdout.split('\n').map((line) =>
      line
        .trim()
        .split(/\s{2,}/)
        .join(' | '),
    );
    expect([code, lines.slice(lines.findIndex((line) => line.startsWith('service'))).filter(Boolean)]).toEqual([
      1,
      [
        'service | runs | revision | digest',
        'web | 2 of 2 | 20261121T1 | a1b2c3d4e5f6 | 20261121T2: rolled back',
        'api | 1 of 2 | 20261121T1 | a1b2c3d4e5f6 | 20261121T3 is rolling out',
        'worker | no release yet',
        'report | last run: exit-code, next 2026-11-22 03:00 | 20261121T1 | a1b2c3d4e5f6',
      ],
    ]);
    expect(lines).toContain('✗ api: 1 of 2 containers run and are healthy');
    expect(lines).toContain('desired | d, converged in 2.5 s');
  });

  test('shows the machine as it reports itself, and ends with 0 when all is well', async () => {
    const staging = loadEnvironments(join(root, 'environments')).find(({ name }) => name === 'staging')!;
    const desired = createHash('sha256').update(renderDesired(staging)).digest('hex');
    await cloud.spaces.put(
      'asset-archive-staging-exchange',
      'machine/report.json',
      JSON.stringify(
        report({
          at: new Date().toISOString(),
          desired: { digest: desired },
          agent: { digest: agentBundle().digest, startedAt: '2026-11-21T11:00:00Z' },
        }),
      ),
    );
    const { code, output } = await project.berth(['status', 'staging'], cloud.env());
    expect([code, output.replace(/\d+ s ago/, '0 s ago')]).toEqual([
      0,
      [
        'staging is healthy',
        '  reported  0 s ago, by shop-test, generation 1',
        `  desired   ${desired.slice(0, 12)}`,
        `  agent     ${agentBundle().digest.slice(0, 12)}, since 2026-11-21T11:00:00Z`,
        '  up        60 min, load 0.1',
        '  memory    1,000 MiB of 4,096 MiB available',
        '  disk      60,000 MiB of 80,000 MiB free',
        '  volume    10,000 MiB of 20,000 MiB free',
        '  docker    26.1.5, swarm active',
        '',
      ].join('\n'),
    ]);
    const json = await project.berth(['status', 'staging', '--json'], cloud.env());
    expect(JSON.parse(json.stdout)).toMatchObject({
      environment: 'staging',
      problems: [],
      report: { hostname: 'shop-test' },
    });
  });

  test('whatever a container or whoever may write the bucket has put into a report is shown as text', async () => {
    const attack =
      '\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007 \u001b[2J\u009b1A\u202ekcab\r✓ all is well';
    const desired = createHash('sha256')
      .update(renderDesired(loadEnvironments(join(root, 'environments')).find(({ name }) => name === 'staging')!))
      .digest('hex');
    await cloud.spaces.put(
      'asset-archive-staging-exchange',
      'machine/report.json',
      JSON.stringify(
        report({
          at: new Date().toISOString(),
          hostname: attack,
          desired: { digest: desired, problem: attack },
          converge: converge({ digest: desired, state: 'failed', problems: [`api: log: ${attack}`] }),
          services: {
            [attack]: {
              image: attack,
              revision: attack,
              running: 1,
              wanted: 2,
              last: { revision: attack, state: attack },
            },
          },
          certificates: { [attack]: { problem: attack } },
        }),
      ),
    );
    const text = await project.berth(['status', 'staging'], cloud.env());
    expect(text.output).toContain('✗ api: log: click ');
    expect(text.output.replace(/[\n\x20-\x7e✗✓]/g, '')).toBe('');
    expect(text.output).toContain('\\u202ekcab\\n✓ all is well');
    const json = await project.berth(['status', 'staging', '--json'], cloud.env());
    expect(json.stdout.replace(/[\n\x20-\x7e✗✓]/g, '')).toBe('');
    expect(JSON.parse(json.stdout)).toMatchObject({ report: { hostname: attack } });
  });

  test.each(['null', '[]', 'hello', '{"version":1}', '{"version":1,"at":"yesterday"}'])(
    'a report that is %s is no report',
    async (text) => {
      await cloud.spaces.put('asset-archive-staging-exchange', 'machine/report.json', text);
      expect(await project.berth(['status', 'staging'], cloud.env())).toMatchObject({
        code: 1,
        output: expect.stringContaining('machine/report.json is not a report that this version can read') as string,
      });
    },
  );
});
