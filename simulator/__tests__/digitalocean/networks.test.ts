import { type Account, openAccount } from './account';

let account: Account;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

describe('networks', () => {
  test('a network is made, renamed, listed and deleted; an absent description is left as it was', async () => {
    const vpc = await account.vpc({ description: 'ours' });
    expect(vpc).toMatchObject({ urn: `do:vpc:${vpc.id}`, default: false, ip_range: '10.20.0.0/20', region: 'fra1' });
    const { vpc: renamed } = await account.expect(200, 'PUT', `/v2/vpcs/${vpc.id}`, { name: 'other', default: false });
    expect(renamed).toMatchObject({ name: 'other', description: 'ours' });
    await account.expect(204, 'DELETE', `/v2/vpcs/${vpc.id}`);
    await account.expect(404, 'GET', `/v2/vpcs/${vpc.id}`);
  });

  test('host bits of a range are dropped, as the vendor drops them', async () => {
    expect(await account.vpc({ ip_range: '10.30.0.5/20' })).toMatchObject({ ip_range: '10.30.0.0/20' });
  });

  test("a network with members cannot be deleted, and the region's default never", async () => {
    const vpc = await account.vpc();
    const droplet = await account.droplet({ vpc_uuid: vpc.id });
    expect(await account.expect(409, 'DELETE', `/v2/vpcs/${vpc.id}`)).toMatchObject({
      message: 'Can not delete VPC with members',
    });
    const { members } = await account.expect(200, 'GET', `/v2/vpcs/${vpc.id}/members`);
    expect(members).toEqual([{ name: 'web-1', urn: `do:droplet:${droplet.id}`, created_at: droplet.created_at }]);
    await account.expect(204, 'DELETE', `/v2/droplets/${droplet.id}`);
    await account.expect(204, 'DELETE', `/v2/vpcs/${vpc.id}`);

    const { vpc_uuid: own } = await account.droplet();
    expect((await account.expect(200, 'GET', `/v2/vpcs/${own}`)).vpc).toMatchObject({
      name: 'default-fra1',
      default: true,
    });
    expect(await account.expect(403, 'DELETE', `/v2/vpcs/${own}`)).toMatchObject({
      message: 'Can not delete default VPCs',
    });
  });

  test.each([
    [422, { name: 'x y_z' }, 'Name may only contain alphanumeric characters, dashes, and periods.'],
    [422, { name: 'n', region: 'mars1' }, 'Region mars1 is not valid.'],
    [
      422,
      { name: 'n', ip_range: '8.8.8.0/24' },
      'ip_range 8.8.8.0/24 is not valid: it must be a private IPv4 range (RFC 1918) between /28 and /16.',
    ],
    [
      422,
      { name: 'n', ip_range: '10.0.0.0/8' },
      'ip_range 10.0.0.0/8 is not valid: it must be a private IPv4 range (RFC 1918) between /28 and /16.',
    ],
    [
      422,
      { name: 'n', ip_range: '10.245.1.0/24' },
      'ip_range 10.245.1.0/24 overlaps with a range reserved by DigitalOcean.',
    ],
    [
      422,
      { name: 'n', ip_range: '10.20.8.0/24' },
      'This range/size overlaps with another VPC network in your account.',
    ],
    [409, { name: 'net', ip_range: '10.99.0.0/20' }, 'name is already in use'],
  ])('a wrong network is refused: %i %j', async (status, fields, message) => {
    await account.vpc();
    expect(await account.expect(status, 'POST', '/v2/vpcs', { region: 'fra1', ...fields })).toMatchObject({ message });
  });
});

describe('reserved addresses', () => {
  const address = async () => (await account.expect(202, 'POST', '/v2/reserved_ips', { region: 'fra1' })).reserved_ip;
  const act = (ip: string, body: object, status = 201) =>
    account.expect(status, 'POST', `/v2/reserved_ips/${ip}/actions`, body);
  const dropletOf = async (ip: string) =>
    (await account.expect(200, 'GET', `/v2/reserved_ips/${ip}`)).reserved_ip.droplet?.id ?? null;

  test('an address goes to one droplet, straight on to the next, and back', async () => {
    const { ip, region, droplet } = await address();
    expect([ip, region.slug, droplet]).toEqual(['198.51.100.1', 'fra1', null]);
    const [first, second] = [await account.droplet(), await account.droplet({ name: 'web-2' })];
    const { action } = await act(ip, { type: 'assign', droplet_id: first.id });
    expect(action).toMatchObject({ type: 'assign', resource_type: 'reserved_ip', status: 'in-progress' });
    expect((await account.expect(200, 'GET', `/v2/reserved_ips/${ip}/actions/${action.id}`)).action.status).toBe(
      'completed',
    );
    expect(await dropletOf(ip)).toBe(first.id);
    await act(ip, { type: 'assign', droplet_id: second.id });
    expect(await dropletOf(ip)).toBe(second.id);
    await act(ip, { type: 'unassign' });
    expect(await dropletOf(ip)).toBeNull();
    await act(ip, { type: 'unassign' }, 422);
  });

  test('an address outlives its droplet, unassigned, and can be made for one', async () => {
    const droplet = await account.droplet();
    const { reserved_ip: made } = await account.expect(202, 'POST', '/v2/reserved_ips', { droplet_id: droplet.id });
    expect(await dropletOf(made.ip)).toBe(droplet.id);
    await account.expect(204, 'DELETE', `/v2/droplets/${droplet.id}`);
    expect(await dropletOf(made.ip)).toBeNull();
    await account.expect(204, 'DELETE', `/v2/reserved_ips/${made.ip}`);
    await account.expect(404, 'GET', `/v2/reserved_ips/${made.ip}`);
  });

  test('an address of another region is refused', async () => {
    const { ip } = await address();
    const { id } = await account.droplet({ region: 'ams3' });
    expect(await act(ip, { type: 'assign', droplet_id: id }, 422)).toMatchObject({
      message: 'The Droplet must be in the same region as the reserved IP.',
    });
  });
});

describe('firewalls', () => {
  const everybody = { addresses: ['0.0.0.0/0', '::/0'] };
  const request = (fields: object = {}) => ({
    name: 'edge',
    inbound_rules: [
      { protocol: 'tcp', ports: '22', sources: everybody },
      { protocol: 'icmp', sources: everybody },
    ],
    outbound_rules: [{ protocol: 'tcp', ports: 'all', destinations: everybody }],
    droplet_ids: [],
    tags: [],
    ...fields,
  });

  test('a firewall is answered with port 0 for all and for icmp, is replaced whole, and is 404 afterwards', async () => {
    const { firewall } = await account.expect(202, 'POST', '/v2/firewalls', request());
    expect(firewall).toMatchObject({
      status: 'succeeded',
      pending_changes: [],
      droplet_ids: [],
      tags: [],
      inbound_rules: [
        { protocol: 'tcp', ports: '22', sources: everybody },
        { protocol: 'icmp', ports: '0', sources: everybody },
      ],
      outbound_rules: [{ protocol: 'tcp', ports: '0', destinations: everybody }],
    });
    const { firewall: changed } = await account.expect(
      200,
      'PUT',
      `/v2/firewalls/${firewall.id}`,
      request({ inbound_rules: null }),
    );
    expect(changed.inbound_rules).toEqual([]);
    await account.expect(204, 'DELETE', `/v2/firewalls/${firewall.id}`);
    await account.expect(404, 'GET', `/v2/firewalls/${firewall.id}`);
  });

  test('a firewall with droplets is "waiting" until its rules are applied, and forgets a destroyed droplet', async () => {
    const droplet = await account.droplet();
    const { firewall } = await account.expect(202, 'POST', '/v2/firewalls', request({ droplet_ids: [droplet.id] }));
    expect(firewall).toMatchObject({
      status: 'waiting',
      pending_changes: [{ droplet_id: droplet.id, removing: false, status: 'waiting' }],
    });
    const look = async () => (await account.expect(200, 'GET', `/v2/firewalls/${firewall.id}`)).firewall;
    expect(await look()).toMatchObject({ status: 'succeeded', pending_changes: [], droplet_ids: [droplet.id] });
    await account.expect(204, 'DELETE', `/v2/droplets/${droplet.id}`);
    expect(await look()).toMatchObject({ droplet_ids: [] });
  });

  test('a droplet is behind a firewall by its tag too, from its creation on', async () => {
    await account.expect(201, 'POST', '/v2/tags', { name: 'web' });
    await account.expect(202, 'POST', '/v2/firewalls', request({ tags: ['web'] }));
    const behind = async (id: number) =>
      (await account.expect(200, 'GET', `/v2/droplets/${id}/firewalls`)).firewalls.length;
    expect(await behind((await account.droplet({ tags: ['web'] })).id)).toBe(1);
    expect(await behind((await account.droplet()).id)).toBe(0);
  });

  test('droplets, tags and rules can be added and taken away one by one', async () => {
    const droplet = await account.droplet({ tags: ['web'] });
    const { firewall } = await account.expect(202, 'POST', '/v2/firewalls', request());
    const path = `/v2/firewalls/${firewall.id}`;
    const rule = { inbound_rules: [{ protocol: 'tcp', ports: '443', sources: everybody }] };
    await account.expect(204, 'POST', `${path}/droplets`, { droplet_ids: [droplet.id] });
    await account.expect(204, 'POST', `${path}/tags`, { tags: ['web'] });
    await account.expect(204, 'POST', `${path}/rules`, rule);
    expect((await account.expect(200, 'GET', path)).firewall).toMatchObject({
      droplet_ids: [droplet.id],
      tags: ['web'],
      inbound_rules: { length: 3 },
    });
    await account.expect(204, 'DELETE', `${path}/droplets`, { droplet_ids: [droplet.id] });
    await account.expect(204, 'DELETE', `${path}/tags`, { tags: ['web'] });
    await account.expect(204, 'DELETE', `${path}/rules`, rule);
    expect((await account.expect(200, 'GET', path)).firewall).toMatchObject({
      droplet_ids: [],
      tags: [],
      inbound_rules: { length: 2 },
    });
  });

  const inbound = (rule: object) => ({
    inbound_rules: [{ protocol: 'tcp', ports: '22', sources: everybody, ...rule }],
  });
  test.each([
    [409, {}, 'duplicate name'],
    [422, { name: 'x' }, 'name may only contain alphanumeric characters, dashes, and periods, and has 2 at least'],
    [422, { name: 'two', inbound_rules: [], outbound_rules: [] }, 'a firewall must have at least one rule'],
    [422, { name: 'two', ...inbound({ ports: '70000' }) }, 'invalid ports: 70000'],
    [422, { name: 'two', ...inbound({ ports: '90-80' }) }, 'invalid ports: 90-80'],
    [422, { name: 'two', ...inbound({ protocol: 'gre' }) }, 'invalid protocol: gre'],
    [422, { name: 'two', ...inbound({ sources: { addresses: ['everybody'] } }) }, 'invalid address: everybody'],
    [422, { name: 'two', ...inbound({ sources: {} }) }, 'missing sources in a tcp rule'],
    [422, { name: 'two', droplet_ids: [7] }, 'droplet 7 was not found'],
    [404, { name: 'two', tags: ['nobody'] }, 'tag "nobody" was not found: create it first, a firewall does not'],
  ])('a wrong firewall is refused: %i %j', async (status, fields, message) => {
    await account.expect(202, 'POST', '/v2/firewalls', request());
    expect(await account.expect(status, 'POST', '/v2/firewalls', request(fields))).toMatchObject({ message });
  });
});

test('each region has a default network from the beginning, which nobody can delete', async () => {
  const { regions } = await account.expect(200, 'GET', '/v2/regions?per_page=200');
  const open = regions
    .filter(({ available }: { available: boolean }) => available)
    .map(({ slug }: { slug: string }) => slug);
  const { vpcs } = await account.expect(200, 'GET', '/v2/vpcs?per_page=200');
  expect(
    vpcs.filter((vpc: { default: boolean }) => vpc.default).map(({ region }: { region: string }) => region),
  ).toEqual(open);
});

test('a floating IP is the same address as a reserved one, under its deprecated name', async () => {
  const { id } = await account.droplet();
  const { floating_ip: made } = await account.expect(202, 'POST', '/v2/floating_ips', { region: 'fra1' });
  const path = `/v2/floating_ips/${made.ip}`;
  const { action } = await account.expect(201, 'POST', `${path}/actions`, { type: 'assign', droplet_id: id });
  expect(action).toMatchObject({ type: 'assign', resource_type: 'floating_ip' });
  expect((await account.expect(200, 'GET', `${path}/actions/${action.id}`)).action.status).toBe('completed');
  expect((await account.expect(200, 'GET', path)).floating_ip.droplet.id).toBe(id);
  expect((await account.expect(200, 'GET', `/v2/reserved_ips/${made.ip}`)).reserved_ip.droplet.id).toBe(id);
  await account.expect(201, 'POST', `${path}/actions`, { type: 'unassign' });
  expect((await account.expect(200, 'GET', path)).floating_ip.droplet).toBeNull();
  await account.expect(204, 'DELETE', path);
  await account.expect(404, 'GET', `/v2/reserved_ips/${made.ip}`);
});

test('an icmp rule keeps the ports that were sent with it, though it has none', async () => {
  const rules = [{ protocol: 'icmp', ports: '1-65535', sources: { addresses: ['0.0.0.0/0'] } }];
  const { firewall } = await account.expect(202, 'POST', '/v2/firewalls', { name: 'ping', inbound_rules: rules });
  expect(firewall.inbound_rules).toEqual(rules);
});
