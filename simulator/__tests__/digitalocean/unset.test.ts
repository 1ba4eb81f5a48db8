import { type Account, openAccount } from './account';

let account: Account;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

/**
 * The fields that a Go client (godo 1.171) sends although nobody set them: its structs have no `omitempty` there, so a text
 * is "", a list is null and a pointer is null. A request is refused in none of them.
 */
test.each<[status: number, method: string, path: string, body: object]>([
  [
    201,
    'POST',
    '/v2/databases',
    {
      name: 'pg-1',
      engine: 'pg',
      version: '17',
      size: 'db-s-1vcpu-1gb',
      region: 'fra1',
      num_nodes: 1,
      private_network_uuid: '',
      project_id: '',
      rules: null,
    },
  ],
  [
    202,
    'POST',
    '/v2/droplets',
    {
      name: 'web',
      region: '',
      size: 's-1vcpu-1gb',
      image: 'debian-13-x64',
      ssh_keys: null,
      backups: false,
      ipv6: false,
      private_networking: false,
      monitoring: false,
      tags: null,
    },
  ],
  [
    202,
    'POST',
    '/v2/droplets',
    {
      name: 'web',
      region: 'fra1',
      size: 's-1vcpu-1gb',
      image: 'debian-13-x64',
      ssh_keys: null,
      backups: true,
      ipv6: false,
      private_networking: false,
      monitoring: false,
      tags: null,
      backup_policy: { plan: 'daily', weekday: '', hour: 4 },
    },
  ],
  [201, 'POST', '/v2/projects', { name: 'p', description: '', purpose: 'IoT', environment: '' }],
  [
    202,
    'POST',
    '/v2/firewalls',
    {
      name: 'fw',
      inbound_rules: [{ protocol: 'icmp', sources: { addresses: ['0.0.0.0/0'] } }],
      outbound_rules: null,
      droplet_ids: null,
      tags: null,
    },
  ],
  [
    201,
    'POST',
    '/v2/volumes',
    {
      region: 'fra1',
      name: 'data',
      description: '',
      size_gigabytes: 1,
      snapshot_id: '',
      filesystem_type: '',
      filesystem_label: '',
      tags: null,
    },
  ],
  [
    200,
    'POST',
    '/v2/monitoring/alerts',
    {
      type: 'v1/insights/droplet/cpu',
      description: '',
      compare: 'GreaterThan',
      value: 1,
      window: '5m',
      entities: null,
      tags: null,
      alerts: { slack: null, email: ['a@example.com'] },
      enabled: null,
    },
  ],
  [
    201,
    'POST',
    '/v2/uptime/checks',
    { name: 'u', type: 'https', target: 'https://example.com', regions: null, enabled: true },
  ],
  [201, 'POST', '/v2/spaces/keys', { name: 'k', grants: null }],
])('%i for %s %s with nothing set that need not be', async (status, method, path, body) => {
  await account.expect(status, method, path, body);
});

test('a project keeps that it has no environment, and what is sent as null stays as it is', async () => {
  const { project } = await account.expect(201, 'POST', '/v2/projects', {
    name: 'p',
    description: 'd',
    purpose: 'IoT',
    environment: '',
  });
  expect(project.environment).toBe('');
  const path = `/v2/projects/${project.id}`;
  const all = { name: null, description: null, purpose: null, environment: null, is_default: true };
  const { project: changed } = await account.expect(200, 'PATCH', path, all);
  expect(changed).toMatchObject({ name: 'p', description: 'd', purpose: 'IoT', environment: '', is_default: true });
});

test('a moved cluster goes to the network of its new region, as no network is named', async () => {
  const body = { name: 'pg-1', engine: 'pg', version: '17', size: 'db-s-1vcpu-1gb', region: 'fra1', num_nodes: 1 };
  const { database } = await account.expect(201, 'POST', '/v2/databases', body);
  await account.expect(200, 'GET', `/v2/databases/${database.id}`);
  await account.expect(202, 'PUT', `/v2/databases/${database.id}/migrate`, {
    region: 'ams3',
    private_network_uuid: '',
  });
  const { database: moved } = await account.expect(200, 'GET', `/v2/databases/${database.id}`);
  const { vpc } = await account.expect(200, 'GET', `/v2/vpcs/${moved.private_network_uuid}`);
  expect(vpc).toMatchObject({ region: 'ams3', default: true });
});
