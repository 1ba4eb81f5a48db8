import { type Cloud, startCloud } from '../../scenario/cloud';
import { described } from '../../simulator/__tests__/described';
import { Project } from './project';

let project: Project;
let cloud: Cloud;
const complaints: string[] = [];
beforeEach(async () => {
  project = new Project();
  cloud = await startCloud({ around: (service) => described(service, complaints) });
});
afterEach(async () => {
  await cloud.close();
  project.remove();
  expect(complaints.filter((complaint) => complaint.includes('/issues') || complaint.includes('/labels'))).toEqual([]);
});

const env = (): Record<string, string> => ({ ...cloud.env(), GITHUB_REPOSITORY: 'acme/asset-archive', CI: '1' });
/** What it says itself; what cdktf says beside it is on standard error. */
async function drift(...args: string[]): Promise<[number | null, string]> {
  const { code, stdout, output } = await project.berth(['drift', ...args], env());
  return [code, code === 1 && stdout === '' ? output : stdout];
}
const firewall = () =>
  Object.values(cloud.digitalocean.state.firewalls).find(({ name }) => name === 'asset-archive-staging')!;
const openPort = (): void => {
  firewall().inbound_rules.push({ protocol: 'tcp', ports: '22', peers: { addresses: ['0.0.0.0/0'], tags: undefined } });
  cloud.digitalocean.save();
};
const issues = () =>
  Object.values(cloud.github.state.repositories['acme/asset-archive']!.issues).map(
    ({ number, state, title, labels }) => ({ number, state, title, labels }),
  );
const issue = (state: string) => [{ number: 1, state, title: 'staging has drifted', labels: ['drift'] }];
const url = 'https://github.com/acme/asset-archive/issues/1';

test('a drift has one issue: opened, left alone, closed when it is gone, opened again; what was merged and not deployed is no drift', async () => {
  // as bootstrap leaves it, which has tests of its own
  cloud.spaces.createBucket('asset-archive-state');
  const terraform = async (...args: string[]) => {
    const { code, output } = await project.run(
      process.env.TERRAFORM_BINARY_NAME ?? 'terraform',
      ['-chdir=cdktf.out/stacks/staging', ...args, '-no-color'],
      { ...env(), TF_IN_AUTOMATION: '1' },
    );
    expect([code, code === 0 ? '' : output]).toEqual([0, '']);
  };
  await project.run(process.execPath, ['--require', './bin/typescript.js', 'main.ts']);
  await terraform('init');
  // nothing is there yet: one line, and no address
  expect(await drift('staging')).toEqual([
    0,
    expect.stringMatching(/^staging is not deployed: \d+ resources would be created\n$/),
  ]);
  await terraform('apply', '-auto-approve');
  expect(await drift('staging', '--issue')).toEqual([0, 'staging is as it was deployed\n']);
  expect(issues()).toEqual([]);

  openPort();
  const [code, found] = await drift('staging', '--issue');
  expect([code, found]).toEqual([
    3,
    expect.stringMatching(
      new RegExp(`^staging has drifted: 1 resource changed, behind Terraform's back
  changed     digitalocean_firewall\\.firewall
              inbound_rule(?:\\[\\d+\\])?: nothing → .*"port_range":"22".*
  next deploy changed firewall: .*
  way back    Deploy again, and it is as the files say: npx cdktf deploy staging, or start the deploy workflow by hand\\.
              Or take it into environments/staging\\.ts \\(or environments/product\\.ts\\) and merge that: what is there stays, and the next plan is clean\\.
  issue       opened: ${url}
$`),
    ),
  ]);
  expect(issues()).toEqual(issue('open'));
  expect((await drift('staging', '--issue'))[1]).toContain(`issue       unchanged: ${url}`);

  firewall().inbound_rules.pop();
  project.edit('staging.ts', "LOG_LEVEL: 'debug'", "LOG_LEVEL: 'info'");
  expect(await drift('staging', '--issue')).toEqual([
    0,
    `staging is as it was deployed
  no drift    merged and not deployed: digitalocean_spaces_bucket_object.desired
                                       terraform_data.convergence
  issue       closed: ${url}
`,
  ]);
  expect(issues()).toEqual(issue('closed'));

  openPort();
  const [, again] = await drift('staging', '--issue', '--json');
  expect(JSON.parse(again)).toMatchObject({
    version: 1,
    environments: [
      {
        environment: 'staging',
        drift: {
          drifted: [{ address: 'digitalocean_firewall.firewall', how: 'changed', takenBack: true }],
          undeployed: ['digitalocean_spaces_bucket_object.desired', 'terraform_data.convergence'],
        },
        issue: { did: 'reopened', url },
      },
    ],
  });
  expect(issues()).toEqual(issue('open'));
  for (const secret of [env().DIGITALOCEAN_TOKEN, env().GITHUB_TOKEN, env().SPACES_SECRET_ACCESS_KEY])
    expect(again + found + JSON.stringify(cloud.github.state)).not.toContain(secret);

  const machine = Object.values(cloud.digitalocean.state.droplets).find(({ name }) => name.endsWith('staging'))!;
  const { DIGITALOCEAN_API_URL: api, DIGITALOCEAN_TOKEN: token } = env();
  expect(
    (
      await fetch(`${api}/v2/droplets/${machine.id}`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${token}` },
      })
    ).status,
  ).toBe(204);
  const [, gone] = await drift('staging', '--json');
  const {
    drift: { drifted, undeployed, consequences },
  } = (
    JSON.parse(gone) as {
      environments: {
        drift: {
          drifted: { address: string; how: string }[];
          undeployed: string[];
          consequences: { subject: string }[];
        };
      }[];
    }
  ).environments[0]!;
  expect(drifted.map(({ address, how }) => `${address} ${how}`)).toContain('digitalocean_droplet.machine destroyed');
  expect(consequences.map(({ subject }) => subject)).toContain('machine');
  expect(undeployed).toEqual(['digitalocean_spaces_bucket_object.desired', 'terraform_data.convergence']);
}, 300_000);

test('an environment that cannot be planned is told, ends with 1, and keeps its issue as it is', async () => {
  expect(await drift('staging')).toEqual([
    1,
    expect.stringMatching(
      /^staging could not be told: staging could not be planned: terraform init ended with 1\n.*S3 bucket "asset-archive-state" does not exist/,
    ),
  ]);
  expect(await drift('stagng')).toEqual([
    1,
    'there is no environment "stagng"; there are: production, staging; did you mean "staging"?\n',
  ]);
}, 120_000);
