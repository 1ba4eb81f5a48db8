import { Vendors } from './vendors';

jest.setTimeout(60_000);

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2HqGRRMzXTTGUQjsxzO7uGvRkJdiBSHHhOJPk7wG2N somebody';

const everything: Record<string, object> = {
  'digitalocean_vpc.main': { name: 'main', region: 'fra1', ip_range: '10.10.0.0/20', description: 'all of it' },
  'digitalocean_tag.web': { name: 'web' },
  'digitalocean_ssh_key.me': { name: 'me', public_key: key },
  'digitalocean_droplet.web': {
    name: 'web-1',
    image: 'debian-12-x64',
    region: 'fra1',
    size: 's-1vcpu-1gb',
    vpc_uuid: '${digitalocean_vpc.main.id}',
    ssh_keys: ['${digitalocean_ssh_key.me.id}'],
    user_data: '#cloud-config\n',
    monitoring: true,
    tags: ['${digitalocean_tag.web.name}', 'production'],
  },
  'digitalocean_volume.data': { name: 'data', region: 'fra1', size: 10, initial_filesystem_type: 'ext4' },
  'digitalocean_volume_attachment.data': {
    droplet_id: '${digitalocean_droplet.web.id}',
    volume_id: '${digitalocean_volume.data.id}',
  },
  // Without an environment, without anything that a list could hold.
  'digitalocean_project.plain': { name: 'plain', resources: [] },
  'digitalocean_reserved_ip.web': { region: 'fra1' },
  'digitalocean_reserved_ip_assignment.web': {
    droplet_id: '${digitalocean_droplet.web.id}',
    ip_address: '${digitalocean_reserved_ip.web.ip_address}',
    // A machine does one thing at a time, and only attachments are patient about it.
    depends_on: ['digitalocean_volume_attachment.data'],
  },
  'digitalocean_firewall.web': {
    name: 'web',
    droplet_ids: ['${digitalocean_droplet.web.id}'],
    inbound_rule: [
      { protocol: 'tcp', port_range: '443', source_addresses: ['0.0.0.0/0', '::/0'] },
      { protocol: 'icmp', source_addresses: ['0.0.0.0/0', '::/0'] },
      { protocol: 'icmp', port_range: '1-65535', source_tags: ['${digitalocean_tag.web.name}'] },
    ],
    outbound_rule: [{ protocol: 'tcp', port_range: 'all', destination_addresses: ['0.0.0.0/0', '::/0'] }],
  },
  'digitalocean_domain.main': { name: 'acme.example' },
  'digitalocean_record.apex': {
    domain: '${digitalocean_domain.main.name}',
    type: 'A',
    name: '@',
    value: '${digitalocean_reserved_ip.web.ip_address}',
    ttl: 300,
  },
  'digitalocean_record.www': {
    domain: '${digitalocean_domain.main.name}',
    type: 'CNAME',
    name: 'www',
    value: 'acme.example.',
    ttl: 300,
  },
  'digitalocean_record.mail': {
    domain: '${digitalocean_domain.main.name}',
    type: 'MX',
    name: '@',
    value: 'mail.acme.example.',
    priority: 10,
    ttl: 300,
  },
  'digitalocean_project.main': {
    name: 'acme',
    environment: 'production',
    // An assigned address goes where its machine goes, under the name that the API keeps it by.
    resources: [
      '${digitalocean_droplet.web.urn}',
      'do:floatingip:${digitalocean_reserved_ip_assignment.web.ip_address}',
    ],
  },
  'digitalocean_project_resources.more': {
    project: '${digitalocean_project.other.id}',
    resources: ['${digitalocean_volume.data.urn}'],
  },
  'digitalocean_project.other': { name: 'other', environment: 'staging', lifecycle: { ignore_changes: ['resources'] } },
  'digitalocean_monitor_alert.cpu': {
    description: 'cpu',
    type: 'v1/insights/droplet/cpu',
    compare: 'GreaterThan',
    value: 90,
    window: '5m',
    entities: ['${digitalocean_droplet.web.id}'],
    alerts: { email: ['a@acme.example'] },
  },
  'digitalocean_uptime_check.web': { name: 'web', target: 'https://acme.example', regions: ['eu_west'] },
  'digitalocean_uptime_alert.web': {
    name: 'down',
    check_id: '${digitalocean_uptime_check.web.id}',
    type: 'down',
    period: '2m',
    notifications: { email: ['a@acme.example'] },
  },
  'digitalocean_spaces_key.app': { name: 'app', grant: [{ bucket: 'acme-data', permission: 'readwrite' }] },
};

describe.each([
  ['as in production', false],
  ['with Terraform checking every plan and result', true],
])('the DigitalOcean stand-in against the simulated API, %s', (_, strict) => {
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await new Vendors().start({ strict });
  });
  afterEach(() => vendors.close());

  test('everything that an environment has can be made, planned again without a change, changed, and destroyed', async () => {
    vendors.write(everything);
    await vendors.workspace.apply();
    expect(await vendors.workspace.plan()).toEqual({});
    const state = await vendors.workspace.state();
    const droplet = state['digitalocean_droplet.web'];
    expect(droplet).toMatchObject({
      urn: `do:droplet:${droplet.id}`,
      status: 'active',
      price_monthly: 6,
      size: 's-1vcpu-1gb',
      tags: ['production', 'web'],
      user_data: strict ? '#cloud-config\n' : expect.stringMatching(/^[0-9a-f]{40}$/),
    });
    expect(state['digitalocean_reserved_ip.web']).toMatchObject({
      urn: `do:reservedip:${state['digitalocean_reserved_ip.web'].id}`,
    });
    expect(state['digitalocean_record.apex'].fqdn).toBe('acme.example');
    expect(state['digitalocean_record.www']).toMatchObject({
      fqdn: 'www.acme.example',
      value: strict ? 'acme.example.' : '@',
    });
    expect(state['digitalocean_vpc.main'].created_at).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC$/);
    expect(state['digitalocean_spaces_key.app'].secret_key).toEqual(expect.stringMatching(/.{20}/));
    expect(state['digitalocean_project.main'].resources).toContain(`do:droplet:${droplet.id}`);

    const changed = structuredClone(everything) as Record<string, Record<string, unknown>>;
    Object.assign(changed['digitalocean_droplet.web'], {
      name: 'web-2',
      size: 's-2vcpu-2gb',
      tags: ['production', 'blue'],
      backups: true,
    });
    Object.assign(changed['digitalocean_volume.data'], { size: 20 });
    Object.assign(changed['digitalocean_vpc.main'], { name: 'renamed' });
    Object.assign(changed['digitalocean_ssh_key.me'], { name: 'myself' });
    Object.assign(changed['digitalocean_record.www'], { ttl: 600 });
    Object.assign(changed['digitalocean_uptime_check.web'], { target: 'https://www.acme.example' });
    Object.assign(changed['digitalocean_monitor_alert.cpu'], { value: 80 });
    Object.assign(changed['digitalocean_spaces_key.app'], { name: 'application' });
    Object.assign(changed['digitalocean_project.main'], {
      description: 'changed',
      resources: ['${digitalocean_domain.main.urn}'],
    });
    changed['digitalocean_firewall.web'].inbound_rule = [{ protocol: 'tcp', port_range: '80', source_tags: ['web'] }];
    vendors.write(changed);
    const plan = await vendors.workspace.plan();
    expect(new Set(Object.values(plan))).toEqual(new Set(['update']));
    vendors.calls.length = 0;
    await vendors.workspace.apply('plan.bin');
    expect(vendors.writes()).toEqual(
      expect.arrayContaining(['power_off', 'resize'].map(() => `POST /v2/droplets/${droplet.id}/actions 201`)),
    );
    expect(await vendors.workspace.plan()).toEqual({});

    await vendors.workspace.ok('destroy', '-auto-approve');
    const left = vendors.digitalocean.state;
    for (const table of ['droplets', 'volumes', 'firewalls', 'domains', 'reservedIps'] as const) {
      expect([table, Object.keys((left as unknown as Record<string, object>)[table] ?? {})]).toEqual([table, []]);
    }
  });
});

test('what can be imported is, by the ids of the real provider, and planned again without a change', async () => {
  const vendors = await new Vendors().start();
  try {
    vendors.write(everything);
    await vendors.workspace.apply();
    const before = await vendors.workspace.state();
    const id = (address: string, name = 'id') => String(before[address][name]);
    const imports: Record<string, string> = {
      'digitalocean_vpc.main': id('digitalocean_vpc.main'),
      'digitalocean_tag.web': 'web',
      'digitalocean_ssh_key.me': id('digitalocean_ssh_key.me'),
      'digitalocean_volume.data': id('digitalocean_volume.data'),
      'digitalocean_reserved_ip.web': id('digitalocean_reserved_ip.web'),
      'digitalocean_reserved_ip_assignment.web': `${id('digitalocean_reserved_ip.web')},${id('digitalocean_droplet.web')}`,
      'digitalocean_firewall.web': id('digitalocean_firewall.web'),
      'digitalocean_domain.main': 'acme.example',
      'digitalocean_record.mail': `acme.example,${id('digitalocean_record.mail')}`,
      'digitalocean_monitor_alert.cpu': id('digitalocean_monitor_alert.cpu'),
      'digitalocean_uptime_check.web': id('digitalocean_uptime_check.web'),
      'digitalocean_uptime_alert.web': `${id('digitalocean_uptime_check.web')},${id('digitalocean_uptime_alert.web')}`,
      'digitalocean_droplet.web': id('digitalocean_droplet.web'),
    };
    await vendors.workspace.ok('state', 'rm', ...Object.keys(imports));
    vendors.write(everything, { import: Object.entries(imports).map(([to, from]) => ({ to, id: from })) });
    const output = await vendors.workspace.ok('plan');
    // What is never read back (keys, user data, how a volume was formatted) would make the imported ones anew.
    expect(output).toContain('Plan: 13 to import, ');
    const replaced = [...output.matchAll(/# (\S+) must be replaced/g)].map(([, address]) => address).sort();
    expect(replaced).toEqual([
      'digitalocean_droplet.web',
      'digitalocean_reserved_ip_assignment.web',
      'digitalocean_volume.data',
      'digitalocean_volume_attachment.data',
    ]);
    const { code, output: refused } = await vendors.workspace.run('import', 'digitalocean_spaces_key.app', 'DO00');
    expect([code, refused.includes("resource digitalocean_spaces_key doesn't support import")]).toEqual([1, true]);
  } finally {
    await vendors.close();
  }
});
