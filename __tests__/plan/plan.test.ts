import { kindOf, readPlan } from '../../plan/plan';
import { aPlan, planJson, planText, realPlan } from './a-plan';

test('a plan is read with what changes, what stays, and which resources name which', () => {
  const plan = realPlan('generation');
  expect([plan.formatVersion, plan.terraformVersion, plan.timestamp]).toEqual([
    '1.2',
    '1.11.4',
    '2026-11-21T12:00:00Z',
  ]);
  expect(
    plan.changes.filter((change) => kindOf(change) !== 'no-op').map((change) => `${kindOf(change)} ${change.address}`),
  ).toEqual([
    'delete digitalocean_droplet.machine',
    'create digitalocean_droplet.machine-2',
    'update digitalocean_project_resources.project-resources',
    'delete digitalocean_reserved_ip_assignment.public-address-assignment',
    'create digitalocean_reserved_ip_assignment.public-address-assignment-2',
    'delete digitalocean_volume_attachment.data-volume-attachment',
    'create digitalocean_volume_attachment.data-volume-attachment-2',
    'delete terraform_data.convergence',
    'create terraform_data.convergence-2',
    'replace terraform_data.data-volume-holder',
    'delete terraform_data.succession["1"]',
    'create terraform_data.succession["2"]',
    'delete terraform_data.succession-relieved["1"]',
    'create terraform_data.succession-relieved["2"]',
  ]);
  expect(plan.references.get('digitalocean_volume_attachment.data-volume-attachment-2')).toEqual([
    'digitalocean_droplet.machine-2',
    'digitalocean_volume.data-volume',
    'terraform_data.data-volume-holder',
  ]);
  expect([...plan.configured.get('digitalocean_volume.data-volume')!]).toEqual([
    'initial_filesystem_type',
    'name',
    'region',
    'size',
  ]);
});

test.each([
  [['no-op'], 'no-op'],
  [['create'], 'create'],
  [['read'], 'read'],
  [['update'], 'update'],
  [['delete'], 'delete'],
  [['delete', 'create'], 'replace'],
  [['create', 'delete'], 'replace'],
  [['forget'], 'forget'],
  [['create', 'forget'], 'forget'],
])('actions %j are one kind: %s', (actions, kind) => {
  expect(kindOf(aPlan([{ address: 'a.b', actions }]).changes[0]!)).toBe(kind);
});

const secret = 'canary-in-the-plan';
test.each<[string, string, RegExp]>([
  ['an empty file', ' \n', /^x\.json is empty: was `cdktf diff` stopped\? Plan again$/],
  [
    'a file that was cut off',
    planText('memory').slice(0, 9_000),
    /^x\.json is cut off: it begins as JSON and does not end \(9,000 characters\); plan again/,
  ],
  ['something else', `password ${secret}`, /^x\.json is no JSON \(\d+ characters\); plan again/],
  [
    'JSON that is no plan',
    JSON.stringify({ secret }),
    /^x\.json is no plan of Terraform: it has no format_version; give what/,
  ],
  ['null', 'null', /^x\.json is no plan of Terraform/],
  [
    'a state',
    JSON.stringify({ format_version: '1.0', terraform_version: '1.11.4', values: { secret } }),
    /^x\.json is a state and no plan/,
  ],
  [
    "another Terraform's format",
    JSON.stringify({ format_version: '2.0', secret }),
    /^x\.json is in plan format 2\.0; this reads 1\.x: use the Terraform that the project names/,
  ],
  [
    'an older format',
    JSON.stringify({ format_version: '0.2', secret }),
    /^x\.json is in plan format 0\.2; this reads 1\.x/,
  ],
  [
    'a plan whose changes are not what the format says',
    planJson([], { resource_changes: [{ address: secret }] }),
    /^x\.json is not a plan as format 1\.2 describes it: resource_changes\.0\.mode: /,
  ],
  [
    'an action that nobody knows',
    planJson([{ address: 'a.b', actions: ['explode'] }]),
    /resource_changes\.0\.change\.actions\.0: Invalid option/,
  ],
  [
    'the plan of a run that failed',
    planJson([], { errored: true }),
    /^x\.json is the plan of a run that failed, and cannot be applied: see the error that `cdktf diff` ended with/,
  ],
])('%s is refused, with what to do, and without a word of what is in it', (_, text, message) => {
  let said = '';
  try {
    readPlan(text, 'x.json');
  } catch (error) {
    said = (error as Error).message;
  }
  expect(said).toMatch(message);
  expect(said).not.toContain('canary');
});

test('fields that a later minor version adds are no error', () => {
  expect(aPlan([{ address: 'a.b' }], { format_version: '1.9', something_new: { a: 1 } }).changes).toHaveLength(1);
});
