import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { HistoryEntry } from '../../plan/history';
import { account } from '../../simulator/account';
import { type Cloud, startCloud } from '../../scenario/cloud';
import type { Finished } from '../../simulator/process';
import { Workspace } from '../../scenario/workspace';
import { root } from '../smoke/program';

// a deploy is a dozen programs in a row: on a busy machine they take their time
jest.setTimeout(600_000);

// one cloud and one deployed environment for all: each test edits it, has that reviewed, and leaves it clean
let cloud: Cloud;
let project: Workspace;
let extra: Record<string, string> = {};
/** Calls that the cloud refuses. */
let refused: (request: IncomingMessage) => boolean = () => false;
const said: string[] = [];
/** Secrets that the first deploy makes. */
const machineKeys: string[] = [];
const commit = (digit: number): string => String(digit).repeat(40);

beforeAll(async () => {
  cloud = await startCloud({
    around: (service) => ({
      ...service,
      listener: (request, response) =>
        refused(request)
          ? void response
              .writeHead(422, { 'content-type': 'application/json' })
              .end('{"id":"unprocessable_entity","message":"not today"}')
          : service.listener(request, response),
    }),
  });
  cloud.spaces.createBucket('asset-archive-state');
  project = new Workspace(root, () => ({ ...cloud.env(), GITHUB_ACTOR: 'ada', ...extra }));
  project.edit('staging.ts', /(\n\s*name: 'staging',)/, '$1\n  protected: false,');
});
afterAll(async () => {
  await cloud.close();
  project.remove();
});
beforeEach(() => {
  extra = {};
  refused = () => false;
});

async function berth(...args: string[]): Promise<Finished> {
  const finished = await project.tryBerth(args);
  said.push(finished.output);
  return finished;
}

const deploy = (digit: number, ...args: string[]) =>
  berth('deploy', 'staging', '--yes', '--commit', commit(digit), ...args);

async function review(digit: number): Promise<void> {
  let { output } = await berth('review', 'staging', '--seal', '--commit', commit(digit));
  if (output.includes('staging is not sealed: a policy stands in the way')) {
    // somebody has thought about it, and seals by hand
    await project.terraform('staging', ['plan', '-input=false', '-out=plan']);
    ({ output } = await berth('seal', 'staging', '--commit', commit(digit)));
  }
  expect(output).toContain(`staging is sealed for ${commit(digit).slice(0, 12)}: `);
}

/** As `berth history` lists it, the newest first. */
const history = (): Promise<HistoryEntry[]> =>
  Promise.all(
    cloud.spaces
      .keys('asset-archive-state')
      .filter((key) => key.startsWith('history/staging/'))
      .sort()
      .reverse()
      .map(
        async (key) =>
          JSON.parse((await cloud.spaces.get('asset-archive-state', key))!.bytes.toString('utf8')) as HistoryEntry,
      ),
  );
const desired = async () =>
  (await cloud.spaces.get('asset-archive-staging-config', 'desired.yaml'))?.bytes.toString('utf8') ?? '';
const firewall = () =>
  Object.values(cloud.digitalocean.state.firewalls).find(({ name }) => name === 'asset-archive-staging')!;
/** What an error says, without Terraform's own output before it. */
const ending = ({ output }: Finished, from: string): string => output.slice(output.lastIndexOf(from));

test('without a review nothing is applied; with a reason it is, and who and why are kept', async () => {
  const without = await deploy(1);
  expect(without.code).toBe(1);
  expect(ending(without, 'staging: nothing')).toBe(`staging: nothing was applied
  no review of staging for 111111111111
Have it reviewed: \`npx berth review staging --seal --commit ${commit(1)}\`, then deploy again. If it cannot wait, start the deploy by hand with a reason (--reason), which is kept.
`);
  expect(Object.keys(cloud.digitalocean.state.droplets)).toEqual([]);

  const withReason = await deploy(1, '--reason', 'the first one\nof all');
  expect([withReason.code, withReason.code === 0 ? '' : withReason.output]).toEqual([0, '']);
  expect(Object.keys(cloud.digitalocean.state.droplets)).toHaveLength(1);
  machineKeys.push(...Object.values(cloud.digitalocean.state.spaces_keys).map(({ secret_key: secret }) => secret));
  expect(await history()).toMatchObject([
    { outcome: 'applied', commit: commit(1), by: 'ada', reason: 'the first one of all' },
    { outcome: 'refused', commit: commit(1), by: 'ada', why: ['no review of staging for 111111111111'] },
  ]);
});

test('what was reviewed is applied; a second deploy has nothing to change and needs no review', async () => {
  project.edit('staging.ts', "LOG_LEVEL: 'debug'", "LOG_LEVEL: 'info'");
  await review(2);
  const calls = join(project.folder, 'calls');
  writeFileSync(
    join(project.folder, 'terraform'),
    `#!/bin/sh\necho "$*" >>'${calls}'\nexec '${process.env.TERRAFORM_BINARY_NAME ?? 'terraform'}' "$@"\n`,
    { mode: 0o755 },
  );
  extra = { TERRAFORM_BINARY_NAME: join(project.folder, 'terraform') };
  const { code, output } = await deploy(2);
  extra = {};
  expect([code, code === 0 ? '' : output]).toEqual([0, '']);
  // the plan that was compared, and no apply that would plan by itself
  expect(
    readFileSync(calls, 'utf8')
      .split('\n')
      .filter((call) => call.startsWith('apply')),
  ).toEqual([expect.stringMatching(/^apply -no-color -input=false \S+berth-deploy-\S+\/plan$/)]);
  expect(output).toMatch(/✓ the fresh plan is the reviewed one \(the review of 222222222222, sealed .*\)/);
  expect(await desired()).toContain('LOG_LEVEL: info');
  expect((await history())[0]).toMatchObject({
    outcome: 'applied',
    commit: commit(2),
    review: { commit: commit(2), by: 'ada' },
    changes: [
      { address: 'digitalocean_spaces_bucket_object.desired', actions: ['update'] },
      { address: 'terraform_data.convergence', actions: ['delete', 'create'] },
    ],
  });

  const again = await deploy(2);
  expect([again.code, ending(again, 'staging: nothing')]).toEqual([
    0,
    'staging: nothing to change, so there is nothing to review either\n',
  ]);
});

test('what somebody changed between review and merge is named, and nothing is applied; once it is put right, the review holds', async () => {
  project.edit('staging.ts', "LOG_LEVEL: 'info'", "LOG_LEVEL: 'warn'");
  await review(3);
  firewall().inbound_rules.push({ protocol: 'tcp', ports: '22', peers: { addresses: ['0.0.0.0/0'], tags: undefined } });
  cloud.digitalocean.save();

  const { code, output } = await deploy(3);
  expect(code).toBe(1);
  const told = ending({ output } as Finished, 'staging: nothing was applied');
  expect(told).toMatch(/the fresh plan is not the reviewed one/);
  expect(told).toMatch(/digitalocean_firewall\.firewall: reviewed was nothing to do; now it would be updated in place/);
  expect(told).toMatch(/inbound_rule\[\d\]\.port_range: reviewed was no change; now it would be "22" → /);
  expect(told).not.toContain('digitalocean_spaces_bucket_object');
  expect(await desired()).toContain('LOG_LEVEL: info');
  expect(firewall().inbound_rules.at(-1)?.ports).toBe('22');
  // a reason does not stand in for a review that says otherwise
  expect((await history())[0]).toMatchObject({ outcome: 'refused', review: { commit: commit(3) } });

  firewall().inbound_rules.pop();
  cloud.digitalocean.save();
  expect((await deploy(3)).code).toBe(0);
  expect(await desired()).toContain('LOG_LEVEL: warn');
});

test('a deploy that failed half-way is kept as failed, and the rest of it may be applied on the same review', async () => {
  project.edit('staging.ts', "LOG_LEVEL: 'warn'", "LOG_LEVEL: 'error'");
  project.edit('staging.ts', /(\n\s*domain:)/, "\n  alerts: { email: ['ops@acme.example'] },$1");
  await review(4);
  refused = ({ method, url }) => method === 'POST' && (url ?? '').startsWith('/v2/monitoring/alerts');
  const first = await deploy(4);
  expect(first.code).toBe(1);
  expect(ending(first, 'staging: apply failed')).toMatch(
    /staging: apply failed partway; changes already made were kept\n.*not today[^]*Deploy again: what is left of the reviewed plan may be applied on the same review/,
  );
  expect(await desired()).toContain('LOG_LEVEL: error');

  refused = () => false;
  const second = await deploy(4);
  expect([second.code, second.code === 0 ? '' : second.output]).toEqual([0, '']);
  expect(second.output).toContain('the fresh plan is the rest of the reviewed one');
  expect((await history()).slice(0, 2)).toMatchObject([
    { outcome: 'applied' },
    { outcome: 'failed', why: [expect.stringContaining('not today')] },
  ]);
});

test('of two deploys at once one applies; the other is told so, or finds nothing left to do', async () => {
  project.edit('staging.ts', "LOG_LEVEL: 'error'", "LOG_LEVEL: 'trace'");
  await review(5);
  // another machine, which has the same commit checked out
  const other = new Workspace(root, () => ({ ...cloud.env(), GITHUB_ACTOR: 'grace' }));
  cpSync(join(project.folder, 'environments'), join(other.folder, 'environments'), { recursive: true });
  const both = await Promise.all([deploy(5), other.tryBerth(['deploy', 'staging', '--yes', '--commit', commit(5)])]);
  other.remove();
  expect(both.map(({ code }) => code)).toContain(0);
  for (const { code, output } of both)
    if (code !== 0) expect(output).toMatch(/The state has been locked|Somebody else has applied in between/);
  expect(await desired()).toContain('LOG_LEVEL: trace');
  expect(
    (await history()).filter(({ commit: deployed, outcome }) => deployed === commit(5) && outcome !== 'refused'),
  ).toMatchObject([{ outcome: 'applied' }]);
});

test('a lock that somebody left says whose it is, and nothing is planned upon it', async () => {
  const lock = {
    ID: '7f5c9d5c-1f0f-2c0b-3a71-2b9a2a1ce5f6',
    Operation: 'OperationTypeApply',
    Info: '',
    Who: 'runner@elsewhere',
    Version: '1.11.4',
    Created: '2026-11-21T12:00:00Z',
    Path: 'asset-archive-state/staging/terraform.tfstate',
  };
  await cloud.spaces.put('asset-archive-state', 'staging/terraform.tfstate.tflock', JSON.stringify(lock));
  const { code, output } = await deploy(6, '--reason', 'none');
  cloud.spaces.delete('asset-archive-state', 'staging/terraform.tfstate.tflock');
  expect([code, output.slice(output.lastIndexOf('staging could not'))]).toEqual([
    1,
    `staging could not be planned: terraform plan ended with 1
  Error acquiring the state lock
The state has been locked by runner@elsewhere since 2026-11-21 12:00:00 +0000 UTC. Wait for that run to finish, then deploy again. If it was killed and will never end: \`terraform force-unlock 7f5c9d5c-1f0f-2c0b-3a71-2b9a2a1ce5f6\` in the stack's folder.
`,
  ]);
});

test('an environment that is removed is destroyed by what was reviewed: by its own code, in a checkout that still has it', async () => {
  extra = { TF_CLI_ARGS_plan: '-destroy' };
  await review(7);
  extra = {};
  const { code, output } = await deploy(7, '--destroy');
  expect([code, code === 0 ? '' : output]).toEqual([0, '']);
  expect(Object.keys(cloud.digitalocean.state.droplets)).toEqual([]);
  expect(cloud.spaces.buckets().map(({ name }) => name)).toEqual(['asset-archive-state']);
  // the command that people read it with
  const { stdout } = await berth('history', 'staging', '--limit', '1');
  expect(stdout).toMatch(
    /^when +outcome +commit +by +changes +review *\n\S+ \S+ +applied +777777777777 +ada +\d+ destroyed +777777777777 by ada *\n$/,
  );
});

test('no secret is in a review, in the history or in what was said', async () => {
  const kept = await Promise.all(
    cloud.spaces
      .keys('asset-archive-state')
      .filter((key) => /^(reviews|history)\//.test(key))
      .map(async (key) => (await cloud.spaces.get('asset-archive-state', key))!.bytes.toString('utf8')),
  );
  expect(kept.length).toBeGreaterThan(6);
  const canaries = [...machineKeys, account.digitaloceanToken, account.githubToken, account.spaces.secretKey];
  expect(canaries.length).toBeGreaterThan(4);
  for (const canary of canaries) expect([...kept, ...said].filter((text) => text.includes(canary))).toEqual([]);
});
