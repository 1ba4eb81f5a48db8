import { createHash } from 'node:crypto';
import { Vendors } from './vendors';

jest.setTimeout(60_000);

/**
 * What the published providers (digitalocean 2.71.0, github 6.9.0) send, byte for byte, as it was seen with real Terraform and a
 * recording server. The stand-ins must send the same, or a rehearsal proves nothing. Only the elements of sets (a firewall's
 * rules) come in another order, which is nobody's.
 */
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2HqGRRMzXTTGUQjsxzO7uGvRkJdiBSHHhOJPk7wG2N';
const all = ['0.0.0.0/0', '::/0'];

const resources: Record<string, object> = {
  'digitalocean_ssh_key.k': { name: 'k', public_key: key },
  'digitalocean_vpc.v': { name: 'v', region: 'nyc3', ip_range: '10.10.0.0/20' },
  'digitalocean_droplet.d': {
    name: 'web-1',
    image: 'debian-12-x64',
    region: 'nyc3',
    size: 's-1vcpu-1gb',
    ssh_keys: ['${digitalocean_ssh_key.k.id}'],
    vpc_uuid: '${digitalocean_vpc.v.id}',
    user_data: '#cloud-config\n',
    monitoring: true,
    tags: ['web'],
  },
  'digitalocean_reserved_ip.r': { region: 'nyc3' },
  'digitalocean_reserved_ip_assignment.ra': {
    ip_address: '${digitalocean_reserved_ip.r.ip_address}',
    droplet_id: '${digitalocean_droplet.d.id}',
    depends_on: ['digitalocean_volume_attachment.va'],
  },
  'digitalocean_volume.vol': { name: 'data', region: 'nyc3', size: 10, initial_filesystem_type: 'ext4' },
  'digitalocean_volume_attachment.va': {
    droplet_id: '${digitalocean_droplet.d.id}',
    volume_id: '${digitalocean_volume.vol.id}',
  },
  'digitalocean_firewall.f': {
    name: 'fw',
    droplet_ids: ['${digitalocean_droplet.d.id}'],
    inbound_rule: [
      { protocol: 'tcp', port_range: '22', source_addresses: all },
      { protocol: 'icmp', source_addresses: all },
    ],
    outbound_rule: [{ protocol: 'tcp', port_range: '1-65535', destination_addresses: all }],
  },
  'digitalocean_domain.dom': { name: 'example.com' },
  'digitalocean_record.a': {
    domain: '${digitalocean_domain.dom.name}',
    type: 'A',
    name: '@',
    value: '${digitalocean_reserved_ip.r.ip_address}',
    ttl: 300,
  },
  'digitalocean_project.p': { name: 'p', environment: 'Production', resources: ['${digitalocean_volume.vol.urn}'] },
  'digitalocean_spaces_key.sk': { name: 'sk', grant: { bucket: 'b', permission: 'readwrite' } },
  'digitalocean_monitor_alert.m': {
    alerts: { email: ['a@example.com'] },
    window: '5m',
    type: 'v1/insights/droplet/cpu',
    compare: 'GreaterThan',
    value: 90,
    enabled: true,
    entities: ['${digitalocean_droplet.d.id}'],
    description: 'cpu',
  },
  'digitalocean_uptime_check.u': { name: 'u', target: 'https://example.com', regions: ['us_east'] },
  'digitalocean_uptime_alert.ua': {
    name: 'ua',
    check_id: '${digitalocean_uptime_check.u.id}',
    type: 'down',
    period: '2m',
    notifications: { email: ['a@example.com'] },
  },
};

let vendors: Vendors;
beforeEach(async () => {
  vendors = await new Vendors().start();
});
afterEach(() => vendors.close());

/** Calls that change something, with what only this run knows (ids, addresses) replaced by names. */
async function sent(names: Record<string, unknown>): Promise<string[]> {
  const known = Object.entries(names).sort(([, a], [, b]) => String(b).length - String(a).length);
  const text = vendors.calls
    .splice(0)
    .filter(({ method }) => !['GET', 'HEAD'].includes(method))
    .map(({ method, path, body }) => `${method} ${path}${body ? ` ${body}` : ''}`);
  return text
    .map((line) => known.reduce((all, [name, value]) => all.replaceAll(String(value), `<${name}>`), line))
    .sort();
}

async function ids(): Promise<Record<string, unknown>> {
  const state = await vendors.workspace.state();
  return Object.fromEntries(Object.entries(state).map(([address, { id }]) => [address.split('.')[1], id]));
}

test('DigitalOcean is sent the requests that the published provider sends', async () => {
  vendors.write(resources);
  await vendors.workspace.apply();
  const names = await ids();
  expect(await sent(names)).toEqual(
    [
      `POST /v2/account/keys {"name":"k","public_key":"${key}"}`,
      'POST /v2/vpcs {"name":"v","region":"nyc3","ip_range":"10.10.0.0/20"}',
      'POST /v2/droplets {"name":"web-1","region":"nyc3","size":"s-1vcpu-1gb","image":"debian-12-x64","ssh_keys":[<k>],"backups":false,"ipv6":false,"private_networking":false,"monitoring":true,"user_data":"#cloud-config\\n","tags":["web"],"vpc_uuid":"<v>"}',
      'POST /v2/reserved_ips {"region":"nyc3"}',
      'POST /v2/reserved_ips/<r>/actions {"droplet_id":<d>,"type":"assign"}',
      'POST /v2/volumes {"region":"nyc3","name":"data","description":"","size_gigabytes":10,"snapshot_id":"","filesystem_type":"ext4","filesystem_label":"","tags":[]}',
      'POST /v2/volumes/<vol>/actions {"droplet_id":<d>,"type":"attach"}',
      'POST /v2/firewalls {"name":"fw","inbound_rules":[{"protocol":"icmp","sources":{"addresses":["0.0.0.0/0","::/0"]}},{"protocol":"tcp","ports":"22","sources":{"addresses":["0.0.0.0/0","::/0"]}}],"outbound_rules":[{"protocol":"tcp","ports":"1-65535","destinations":{"addresses":["0.0.0.0/0","::/0"]}}],"droplet_ids":[<d>],"tags":[]}',
      'POST /v2/domains {"name":"example.com"}',
      'POST /v2/domains/<dom>/records {"type":"A","name":"@","data":"<r>","priority":0,"port":0,"ttl":300,"weight":0,"flags":0}',
      'POST /v2/projects {"name":"p","description":"","purpose":"Web Application","environment":"Production"}',
      'POST /v2/projects/<p>/resources {"resources":["do:volume:<vol>"]}',
      'POST /v2/spaces/keys {"name":"sk","grants":[{"bucket":"b","permission":"readwrite"}]}',
      'POST /v2/monitoring/alerts {"type":"v1/insights/droplet/cpu","description":"cpu","compare":"GreaterThan","value":90,"window":"5m","entities":["<d>"],"tags":[],"alerts":{"slack":null,"email":["a@example.com"]},"enabled":true}',
      'POST /v2/uptime/checks {"name":"u","type":"https","target":"https://<dom>","regions":["us_east"],"enabled":true}',
      'POST /v2/uptime/checks/<u>/alerts {"name":"ua","type":"down","threshold":0,"comparison":"","notifications":{"email":["a@<dom>"],"slack":null},"period":"2m"}',
    ]
      .map((line) => line.replaceAll('a@example.com', 'a@<dom>').replace('{"name":"example.com"}', '{"name":"<dom>"}'))
      .sort(),
  );

  const changed = structuredClone(resources) as Record<string, Record<string, unknown>>;
  Object.assign(changed['digitalocean_droplet.d'], { name: 'web-2', size: 's-2vcpu-2gb', tags: ['x'] });
  vendors.write(changed);
  await vendors.workspace.apply();
  const tagged = '{"resources":[{"resource_id":"<d>","resource_type":"droplet"}]}';
  expect(await sent(names)).toEqual(
    [
      'POST /v2/droplets/<d>/actions {"type":"power_off"}',
      'POST /v2/droplets/<d>/actions {"disk":true,"size":"s-2vcpu-2gb","type":"resize"}',
      'POST /v2/droplets/<d>/actions {"type":"power_on"}',
      'POST /v2/droplets/<d>/actions {"name":"web-2","type":"rename"}',
      `DELETE /v2/tags/web/resources ${tagged}`,
      'POST /v2/tags {"name":"x"}',
      `POST /v2/tags/x/resources ${tagged}`,
    ].sort(),
  );

  await vendors.workspace.ok('destroy', '-auto-approve');
  const { project } = { project: Object.values(vendors.digitalocean.state.projects)[0].id };
  expect((await sent({ ...names, default: project })).filter((line) => !line.includes('detach'))).toEqual(
    [
      'DELETE /v2/account/keys/<k>',
      'DELETE /v2/vpcs/<v>',
      'DELETE /v2/droplets/<d>',
      'DELETE /v2/reserved_ips/<r>',
      'POST /v2/reserved_ips/<r>/actions {"type":"unassign"}',
      'DELETE /v2/volumes/<vol>',
      'DELETE /v2/firewalls/<f>',
      'DELETE /v2/domains/<dom>/records/<a>',
      'DELETE /v2/domains/<dom>',
      'DELETE /v2/projects/<p>',
      'POST /v2/projects/<default>/resources {"resources":["do:volume:<vol>"]}',
      'DELETE /v2/spaces/keys/<sk>',
      'DELETE /v2/monitoring/alerts/<m>',
      'DELETE /v2/uptime/checks/<u>/alerts/<ua>',
      'DELETE /v2/uptime/checks/<u>',
    ].sort(),
  );
});

test('GitHub is sent the requests that the published provider sends', async () => {
  const repository = 'website';
  const environment = '${github_repository_environment.e.environment}';
  vendors.write(
    {
      'github_repository_environment.e': {
        repository,
        environment: 'production',
        wait_timer: 5,
        reviewers: { users: [11] },
        deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
      },
      'github_repository_environment.plain': { repository, environment: 'plain' },
      'github_repository_environment_deployment_policy.p': { repository, environment, branch_pattern: 'main' },
      'github_actions_variable.v': { repository, variable_name: 'HOST', value: '1' },
      'github_actions_environment_variable.ev': { repository, environment, variable_name: 'HOST', value: '1' },
      'github_repository_deploy_key.dk': { repository, title: 'k', key, read_only: true },
    },
    { provider: { github: { owner: 'acme' } } },
  );
  await vendors.workspace.apply();
  expect(vendors.calls[0].path).toBe('/api/v3/orgs/acme');
  const base = '/api/v3/repos/acme/website';
  expect(await sent({})).toEqual(
    [
      `PUT ${base}/environments/production {"wait_timer":5,"reviewers":[{"type":"User","id":11}],"can_admins_bypass":true,"deployment_branch_policy":{"protected_branches":false,"custom_branch_policies":true},"prevent_self_review":false}`,
      `PUT ${base}/environments/plain {"wait_timer":0,"reviewers":null,"can_admins_bypass":true,"deployment_branch_policy":null,"prevent_self_review":false}`,
      `POST ${base}/environments/production/deployment-branch-policies {"name":"main","type":"branch"}`,
      `POST ${base}/actions/variables {"name":"HOST","value":"1"}`,
      `POST ${base}/environments/production/variables {"name":"HOST","value":"1"}`,
      `POST ${base}/keys {"key":"${key}","title":"k","read_only":true}`,
    ].sort(),
  );
});

test('Spaces is sent the requests that the published provider sends, in their order', async () => {
  vendors.write({
    'digitalocean_spaces_bucket.b': {
      name: 'mybucket',
      region: 'nyc3',
      versioning: { enabled: true },
      force_destroy: true,
      lifecycle_rule: { id: 'x', enabled: true, noncurrent_version_expiration: { days: 30 } },
    },
  });
  await vendors.workspace.apply();
  expect(vendors.calls.splice(0).map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual([
    'PUT / 200',
    'HEAD / 200',
    'PUT /?acl 200',
    'PUT /?versioning 200',
    'PUT /?lifecycle 200',
    'HEAD / 200',
    'GET /mybucket?location 200',
    'GET /?versioning 200',
    'GET /?lifecycle 200',
  ]);
  await vendors.spaces.put('mybucket', 'a', 'x');
  await vendors.workspace.ok('destroy', '-auto-approve', '-refresh=false');
  expect(vendors.calls.map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual([
    'DELETE / 409',
    'GET /?versions 200',
    'POST /?delete 200',
    'GET /?versions 200',
    'DELETE / 204',
  ]);
  expect(createHash('md5').update(vendors.calls[2].body).digest('base64')).toHaveLength(24);
});
