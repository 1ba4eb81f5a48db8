import { createHash } from 'node:crypto';
import type { Report } from '../../agent/report';
import { judge } from '../../commands/status';
import { loadEnvironments } from '../../definition/load';
import { type Cloud, startCloud } from '../../rehearsal/cloud';
import { agentBundle } from '../../templates/agent-bundle';
import { renderDesired } from '../../templates/converge/desired';
import { Project, root } from './project';
import { join } from 'node:path';

const now = Date.parse('2026-11-21T12:00:00Z');
const report = (changes: Partial<Report> = {}, machine: Partial<Report['machine']> = {}): Report => ({
  version: 1, at: '2026-11-21T11:59:30Z', hostname: 'shop-test', agent: { digest: 'a', startedAt: '2026-11-21T11:00:00Z' }, desired: { digest: 'd' },
  machine: {
    uptimeSeconds: 3600, load: 0.1, memory: { total: 4096, available: 1000 }, disk: { total: 80_000, free: 60_000 }, volume: { total: 20_000, free: 10_000 },
    kernel: '6.12', docker: '26.1.5', swarm: 'active', rebootPending: false, ...machine,
  },
  ...changes,
});

test.each<[string, Report | undefined, string[]]>([
  ['all is well', report(), []],
  ['it never reported', undefined, ['no report yet: the machine has not booted to its end, or cannot reach its bucket']],
  ['it is silent', report({ at: '2026-11-21T11:50:00Z' }), ['silent for 10 min: the agent does not run, or cannot reach the bucket']],
  ['it cannot pull', report({ desired: { digest: 'd', problem: 'config/desired.yaml: 403 AccessDenied' } }), ['could not pull: config/desired.yaml: 403 AccessDenied']],
  ['edits are not deployed', report({ desired: { digest: 'old' } }), ['not what these files say: deploy, or look at `npx cdktf diff`']],
  ['its agent is another', report({ agent: { digest: 'old', startedAt: '' } }), ['another agent than these files make: deploy; the machine takes it within a minute']],
  ['its volume is missing', report({}, { volume: undefined }), ['the data volume is not mounted: nothing that writes data runs']],
  ['its disk fills up', report({}, { disk: { total: 100, free: 9 } }), ['the disk is 91 % full']],
  ['its swarm is gone', report({}, { swarm: undefined }), ["docker's swarm is not there"]],
])('%s: so it is judged', (_, given, expected) => {
  expect(judge(given, { desired: 'd', agent: 'a' }, now)).toEqual(expected);
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
    expect(await project.berth(['status', 'staging'], cloud.env())).toMatchObject({ code: 1, output: 'staging has a problem\n  ✗ no report yet: the machine has not booted to its end, or cannot reach its bucket\n' });
  });

  test('shows the machine as it reports itself, and ends with 0 when all is well', async () => {
    const staging = loadEnvironments(join(root, 'environments')).find(({ name }) => name === 'staging')!;
    const desired = createHash('sha256').update(renderDesired(staging)).digest('hex');
    await cloud.spaces.put('asset-archive-staging-exchange', 'machine/report.json', JSON.stringify(report({ at: new Date().toISOString(), desired: { digest: desired }, agent: { digest: agentBundle().digest, startedAt: '2026-11-21T11:00:00Z' } })));
    const { code, output } = await project.berth(['status', 'staging'], cloud.env());
    expect([code, output.replace(/\d+ s ago/, '0 s ago')]).toEqual([0, [
      'staging is as it should be',
      '  reported  0 s ago, by shop-test',
      `  desired   ${desired.slice(0, 12)}`,
      `  agent     ${agentBundle().digest.slice(0, 12)}, since 2026-11-21T11:00:00Z`,
      '  up        60 min, load 0.1',
      '  memory    1,000 MiB of 4,096 MiB available',
      '  disk      60,000 MiB of 80,000 MiB free',
      '  volume    10,000 MiB of 20,000 MiB free',
      '  docker    26.1.5, swarm active',
      '',
    ].join('\n')]);
    const json = await project.berth(['status', 'staging', '--json'], cloud.env());
    expect(JSON.parse(json.stdout)).toMatchObject({ environment: 'staging', problems: [], report: { hostname: 'shop-test' } });
  });
});
