import { type Account, openAccount } from './account';

let account: Account;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

/** What a step answered, by the step's name: `$name.path` in a later path or body means a part of it. */
type Seen = Record<string, unknown>;

const lookUp = (seen: Seen, reference: string): unknown =>
  reference.split('.').reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], seen);

function fill(seen: Seen, value: unknown): unknown {
  if (typeof value === 'string') {
    if (/^\$[\w.]+$/.test(value)) return lookUp(seen, value.slice(1));
    return value.replaceAll(/\$\{([\w.]+)\}/g, (_, reference: string) => String(lookUp(seen, reference)));
  }
  if (Array.isArray(value)) return value.map((item) => fill(seen, item));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, fill(seen, v)]));
  return value;
}

type Step = [status: number, call: string, body?: unknown, name?: string];

const everybody = { addresses: ['0.0.0.0/0', '::/0'] };
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@example';

/** The requests of the published provider (2.71.0) for one small stack: create, update in place, replace the machine, destroy. */
const STEPS: Step[] = [
  // create
  [201, 'POST /v2/account/keys', { name: 'k', public_key: KEY }, 'key'],
  [200, 'GET /v2/account/keys/${key.ssh_key.id}'],
  [201, 'POST /v2/vpcs', { name: 'v', region: 'nyc3', ip_range: '10.10.0.0/20' }, 'vpc'],
  [
    202,
    'POST /v2/droplets',
    {
      name: 'web-1',
      region: 'nyc3',
      size: 's-1vcpu-1gb',
      image: 'debian-12-x64',
      ssh_keys: ['$key.ssh_key.id'],
      backups: false,
      ipv6: false,
      private_networking: false,
      monitoring: true,
      user_data: '#cloud-config\n',
      tags: ['web'],
      vpc_uuid: '$vpc.vpc.id',
    },
    'one',
  ],
  [200, 'GET /v2/droplets/${one.droplet.id}'],
  [202, 'POST /v2/reserved_ips', { region: 'nyc3' }, 'ip'],
  [
    201,
    'POST /v2/reserved_ips/${ip.reserved_ip.ip}/actions',
    { droplet_id: '$one.droplet.id', type: 'assign' },
    'assign',
  ],
  [200, 'GET /v2/reserved_ips/${ip.reserved_ip.ip}/actions/${assign.action.id}'],
  [
    201,
    'POST /v2/volumes',
    {
      region: 'nyc3',
      name: 'data',
      description: '',
      size_gigabytes: 10,
      snapshot_id: '',
      filesystem_type: 'ext4',
      filesystem_label: '',
      tags: [],
    },
    'volume',
  ],
  [202, 'POST /v2/volumes/${volume.volume.id}/actions', { droplet_id: '$one.droplet.id', type: 'attach' }, 'attach'],
  [200, 'GET /v2/actions/${attach.action.id}'],
  [
    202,
    'POST /v2/firewalls',
    {
      name: 'fw',
      droplet_ids: ['$one.droplet.id'],
      tags: [],
      inbound_rules: [
        { protocol: 'icmp', sources: everybody },
        { protocol: 'tcp', ports: '22', sources: everybody },
      ],
      outbound_rules: [{ protocol: 'tcp', ports: '1-65535', destinations: everybody }],
    },
    'firewall',
  ],
  [201, 'POST /v2/domains', { name: 'example.com' }],
  [
    201,
    'POST /v2/domains/example.com/records',
    {
      type: 'A',
      name: '@',
      data: '$ip.reserved_ip.ip',
      priority: 0,
      port: 0,
      ttl: 300,
      weight: 0,
      flags: 0,
    },
    'record',
  ],
  [
    201,
    'POST /v2/projects',
    { name: 'p', description: '', purpose: 'Web Application', environment: 'Production' },
    'project',
  ],
  [200, 'POST /v2/projects/${project.project.id}/resources', { resources: ['do:droplet:${one.droplet.id}'] }],
  [200, 'GET /v2/projects/${project.project.id}/resources?page=1&per_page=200'],
  [201, 'POST /v2/spaces/keys', { name: 'sk', grants: [{ bucket: 'b', permission: 'readwrite' }] }, 'spaces'],
  [
    200,
    'POST /v2/monitoring/alerts',
    {
      type: 'v1/insights/droplet/cpu',
      description: 'cpu',
      compare: 'GreaterThan',
      value: 90,
      window: '5m',
      entities: ['${one.droplet.id}'],
      tags: [],
      alerts: { slack: null, email: ['a@example.com'] },
      enabled: true,
    },
    'alert',
  ],
  [
    201,
    'POST /v2/uptime/checks',
    { name: 'u', type: 'https', target: 'https://example.com', regions: ['us_east'], enabled: true },
    'check',
  ],
  [
    201,
    'POST /v2/uptime/checks/${check.check.id}/alerts',
    {
      name: 'ua',
      type: 'down',
      threshold: 0,
      comparison: '',
      notifications: { email: ['a@example.com'], slack: null },
      period: '2m',
    },
    'down',
  ],
  // update in place
  [201, 'POST /v2/droplets/${one.droplet.id}/actions', { type: 'power_off' }],
  [200, 'GET /v2/droplets/${one.droplet.id}'],
  [201, 'POST /v2/droplets/${one.droplet.id}/actions', { disk: true, size: 's-2vcpu-2gb', type: 'resize' }, 'resize'],
  [200, 'GET /v2/actions/${resize.action.id}'],
  [201, 'POST /v2/droplets/${one.droplet.id}/actions', { type: 'power_on' }],
  [201, 'POST /v2/droplets/${one.droplet.id}/actions', { name: 'web-2', type: 'rename' }],
  [
    204,
    'DELETE /v2/tags/web/resources',
    { resources: [{ resource_id: '${one.droplet.id}', resource_type: 'droplet' }] },
  ],
  [201, 'POST /v2/tags', { name: 'x' }],
  [204, 'POST /v2/tags/x/resources', { resources: [{ resource_id: '${one.droplet.id}', resource_type: 'droplet' }] }],
  [202, 'POST /v2/volumes/${volume.volume.id}/actions', { region: 'nyc3', size_gigabytes: 20, type: 'resize' }],
  [
    200,
    'PATCH /v2/projects/${project.project.id}',
    { name: 'p', description: '', purpose: 'IoT', environment: 'Staging', is_default: false },
  ],
  [200, 'PUT /v2/vpcs/${vpc.vpc.id}', { name: 'v2', default: false }],
  // replace the machine, the new one first
  [
    202,
    'POST /v2/droplets',
    {
      name: 'web-3',
      region: 'nyc3',
      size: 's-2vcpu-2gb',
      image: 'debian-13-x64',
      ssh_keys: ['$key.ssh_key.id'],
      backups: false,
      ipv6: false,
      private_networking: false,
      monitoring: true,
      user_data: '#cloud-config\n# 2\n',
      tags: ['x'],
      vpc_uuid: '$vpc.vpc.id',
    },
    'two',
  ],
  [201, 'POST /v2/reserved_ips/${ip.reserved_ip.ip}/actions', { droplet_id: '$two.droplet.id', type: 'assign' }],
  [202, 'POST /v2/volumes/${volume.volume.id}/actions', { droplet_id: '$one.droplet.id', type: 'detach' }],
  [202, 'POST /v2/volumes/${volume.volume.id}/actions', { droplet_id: '$two.droplet.id', type: 'attach' }],
  [204, 'DELETE /v2/droplets/${one.droplet.id}'],
  [404, 'GET /v2/droplets/${one.droplet.id}'],
  // destroy
  [204, 'DELETE /v2/firewalls/${firewall.firewall.id}'],
  [204, 'DELETE /v2/domains/example.com/records/${record.domain_record.id}'],
  [204, 'DELETE /v2/domains/example.com'],
  [204, 'DELETE /v2/monitoring/alerts/${alert.policy.uuid}'],
  [204, 'DELETE /v2/spaces/keys/${spaces.key.access_key}'],
  [204, 'DELETE /v2/uptime/checks/${check.check.id}/alerts/${down.alert.id}'],
  [204, 'DELETE /v2/uptime/checks/${check.check.id}'],
  [201, 'POST /v2/reserved_ips/${ip.reserved_ip.ip}/actions', { type: 'unassign' }],
  [202, 'POST /v2/volumes/${volume.volume.id}/actions', { droplet_id: '$two.droplet.id', type: 'detach' }],
  [200, 'GET /v2/projects/default', undefined, 'default'],
  [204, 'DELETE /v2/droplets/${two.droplet.id}'],
  [204, 'DELETE /v2/projects/${project.project.id}'],
  [204, 'DELETE /v2/volumes/${volume.volume.id}'],
  [204, 'DELETE /v2/reserved_ips/${ip.reserved_ip.ip}'],
  [204, 'DELETE /v2/account/keys/${key.ssh_key.id}'],
  [204, 'DELETE /v2/vpcs/${vpc.vpc.id}'],
];

test("the real provider's requests carry a stack from its creation to its end, and nothing is left", async () => {
  const seen: Seen = {};
  for (const [status, line, body, name] of STEPS) {
    const [method, path] = (fill(seen, line) as string).split(' ');
    const answer = await account.expect(status, method, path, fill(seen, body));
    if (name) seen[name] = answer;
  }
  const { counters: _counters, actions: _actions, projects, tags, vpcs, ...tables } = account.digitalocean.state;
  expect(Object.values(vpcs).filter((vpc) => !vpc.default)).toEqual([]);
  expect(Object.values(tables).flatMap((table) => Object.keys(table))).toEqual([]);
  expect(Object.values(projects).map(({ name }) => name)).toEqual(['first-project']);
  // Tags that came with a machine stay, as at the vendor.
  expect(Object.keys(tags)).toEqual(['web', 'x']);
});
