import { type Account, openAccount } from './account';

let account: Account;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

test('a droplet is new and locked first, then active, and 404 once it is destroyed', async () => {
  const vpc = await account.vpc();
  const { droplet, links } = await account.expect(202, 'POST', '/v2/droplets', {
    name: 'web-1',
    region: 'fra1',
    size: 's-1vcpu-1gb',
    image: 'debian-13-x64',
    ssh_keys: [],
    backups: false,
    ipv6: false,
    private_networking: false,
    monitoring: true,
    user_data: '#cloud-config\n',
    tags: ['web'],
    vpc_uuid: vpc.id,
  });
  expect(droplet).toMatchObject({
    status: 'new',
    locked: true,
    size_slug: 's-1vcpu-1gb',
    memory: 1024,
    vcpus: 1,
    disk: 25,
    tags: ['web'],
  });
  expect(links.actions).toEqual([expect.objectContaining({ rel: 'create' })]);

  const { droplet: up } = await account.expect(200, 'GET', `/v2/droplets/${droplet.id}`);
  expect(up).toMatchObject({
    status: 'active',
    locked: false,
    vpc_uuid: vpc.id,
    features: ['monitoring', 'droplet_agent', 'private_networking'],
  });
  expect(up.networks.v4).toEqual([
    { ip_address: '10.20.0.2', netmask: '255.255.240.0', gateway: '10.20.0.1', type: 'private' },
    { ip_address: '203.0.113.1', netmask: '255.255.255.0', gateway: '203.0.113.1', type: 'public' },
  ]);

  await account.expect(204, 'DELETE', `/v2/droplets/${droplet.id}`);
  expect(await account.expect(404, 'GET', `/v2/droplets/${droplet.id}`)).toMatchObject({
    id: 'not_found',
    message: 'The resource you were accessing could not be found.',
  });
  await account.expect(404, 'DELETE', `/v2/droplets/${droplet.id}`);
});

test('while an action runs the droplet is locked and refuses everything else', async () => {
  const slow = await openAccount({ actionMs: 60_000 });
  try {
    const { droplet } = await slow.expect(202, 'POST', '/v2/droplets', {
      name: 'web-1',
      region: 'fra1',
      size: 's-1vcpu-1gb',
      image: 'debian-13-x64',
    });
    const { volume } = await slow.expect(201, 'POST', '/v2/volumes', {
      name: 'data',
      region: 'fra1',
      size_gigabytes: 10,
    });
    const { reserved_ip: address } = await slow.expect(202, 'POST', '/v2/reserved_ips', { region: 'fra1' });
    const busy = { id: 'unprocessable_entity', message: 'Droplet already has a pending event.' };
    for (const [method, path, body] of [
      ['POST', `/v2/droplets/${droplet.id}/actions`, { type: 'rename', name: 'web-2' }],
      ['POST', `/v2/volumes/${volume.id}/actions`, { type: 'attach', droplet_id: droplet.id }],
      ['POST', `/v2/reserved_ips/${address.ip}/actions`, { type: 'assign', droplet_id: droplet.id }],
      ['DELETE', `/v2/droplets/${droplet.id}`, undefined],
    ] as const)
      expect(await slow.expect(422, method, path, body)).toMatchObject(busy);
    expect((await slow.expect(200, 'GET', `/v2/droplets/${droplet.id}`)).droplet).toMatchObject({
      status: 'new',
      locked: true,
    });
  } finally {
    await slow.close();
  }
});

test('a resize needs the machine off, keeps the disk unless told, and refuses a smaller disk', async () => {
  const { id } = await account.droplet();
  const act = (status: number, body: object) => account.expect(status, 'POST', `/v2/droplets/${id}/actions`, body);
  const look = async () => (await account.expect(200, 'GET', `/v2/droplets/${id}`)).droplet;

  expect(await act(422, { type: 'resize', size: 's-1vcpu-2gb', disk: false })).toMatchObject({
    message: 'Droplet is currently on. Please power it off to run this event.',
  });
  await act(201, { type: 'power_off' });
  expect(await look()).toMatchObject({ status: 'off', size_slug: 's-1vcpu-1gb' });
  await act(201, { type: 'resize', size: 's-1vcpu-2gb', disk: false });
  expect(await look()).toMatchObject({ size_slug: 's-1vcpu-2gb', memory: 2048, disk: 25 });
  await act(201, { type: 'resize', size: 's-2vcpu-2gb', disk: true });
  expect(await look()).toMatchObject({ size_slug: 's-2vcpu-2gb', vcpus: 2, disk: 60 });
  expect(await act(422, { type: 'resize', size: 's-1vcpu-2gb', disk: true })).toMatchObject({
    message: 'This size is not available because it has a smaller disk.',
  });
  expect(await act(422, { type: 'resize', size: 's-9vcpu', disk: true })).toMatchObject({
    message: 'You specified an invalid size for Droplet resize.',
  });
  const { action } = await act(201, { type: 'power_on' });
  expect(action).toMatchObject({
    status: 'in-progress',
    resource_id: id,
    resource_type: 'droplet',
    region_slug: 'fra1',
  });
  expect((await account.expect(200, 'GET', `/v2/actions/${action.id}`)).action).toMatchObject({
    status: 'completed',
    completed_at: expect.any(String),
  });
  expect((await account.expect(200, 'GET', `/v2/droplets/${id}/actions/${action.id}`)).action.id).toBe(action.id);
  expect(await look()).toMatchObject({ status: 'active', size: { slug: 's-2vcpu-2gb', price_monthly: 18 } });
});

test.each([
  ['power_on', {}, 'Droplet is already powered on.'],
  ['change_backup_policy', { backup_policy: { plan: 'daily', hour: 4 } }, 'Backups are not enabled for this Droplet.'],
  ['disable_backups', {}, 'Backups are not enabled for this Droplet.'],
  ['rename', { name: 'not a host name' }, 'Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)'],
])('an action that makes no sense now is refused in words: %s', async (type, more, message) => {
  const { id } = await account.droplet();
  expect(await account.expect(422, 'POST', `/v2/droplets/${id}/actions`, { type, ...more })).toMatchObject({
    id: 'unprocessable_entity',
    message,
  });
});

test('backups, their policy, ipv6 and the name change in place', async () => {
  const { id } = await account.droplet({ backups: true, backup_policy: { plan: 'weekly', weekday: 'SUN', hour: 4 } });
  const policy = async () => (await account.expect(200, 'GET', `/v2/droplets/${id}/backups/policy`)).policy;
  expect(await policy()).toMatchObject({
    backup_enabled: true,
    backup_policy: { plan: 'weekly', weekday: 'SUN', hour: 4, retention_period_days: 28 },
  });
  for (const action of [
    { type: 'change_backup_policy', backup_policy: { plan: 'daily', hour: 20 } },
    { type: 'enable_ipv6' },
    { type: 'rename', name: 'web-2' },
  ])
    await account.expect(201, 'POST', `/v2/droplets/${id}/actions`, action);
  expect(await policy()).toMatchObject({ backup_policy: { plan: 'daily', hour: 20, retention_period_days: 7 } });
  const { droplet } = await account.expect(200, 'GET', `/v2/droplets/${id}`);
  expect(droplet).toMatchObject({ name: 'web-2', features: expect.arrayContaining(['backups', 'ipv6']) });
  expect(droplet.next_backup_window.start).toMatch(/T20:00:00/);
  expect(droplet.networks.v6).toHaveLength(1);
});

test.each([
  [{ size: 's-9vcpu' }, 'You specified an invalid size for Droplet creation.'],
  [{ image: 'debian-99-x64' }, 'You specified an invalid image for Droplet creation.'],
  [{ region: 'mars1' }, 'You specified an invalid region for Droplet creation.'],
  [{ region: 'nyc2' }, 'You specified an invalid region for Droplet creation.'],
  [{ ssh_keys: [7, 'aa:bb'] }, '7, aa:bb are invalid key identifiers for Droplet creation.'],
  [{ name: 'not a host' }, 'Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)'],
  [{ user_data: 'x'.repeat(64 * 1024 + 1) }, 'User data is too long (maximum is 64 KiB).'],
  [
    { tags: ['no spaces'] },
    'Tag name may contain letters, numbers, colons, dashes, and underscores, and is at most 255 characters long.',
  ],
  [{ backup_policy: { plan: 'daily', hour: 4 } }, 'backup_policy can only be set when backups are enabled.'],
  [{ backups: true, backup_policy: { plan: 'daily', hour: 5 } }, 'backup hour must be one of 0, 4, 8, 12, 16, 20'],
  [{ vpc_uuid: '00000000-0000-4000-8000-000000000000' }, 'Failed to resolve VPC 00000000-0000-4000-8000-000000000000.'],
])('a wrong droplet is refused and nothing is made: %#', async (fields, message) => {
  const request = { name: 'web-1', region: 'fra1', size: 's-1vcpu-1gb', image: 'debian-13-x64', ...fields };
  expect(await account.expect(422, 'POST', '/v2/droplets', request)).toMatchObject({
    id: 'unprocessable_entity',
    message,
  });
  expect((await account.expect(200, 'GET', '/v2/droplets')).meta.total).toBe(0);
});

test('a droplet must be in the region of its network', async () => {
  const vpc = await account.vpc();
  const request = { name: 'web-1', region: 'ams3', size: 's-1vcpu-1gb', image: 'debian-13-x64', vpc_uuid: vpc.id };
  expect(await account.expect(422, 'POST', '/v2/droplets', request)).toMatchObject({
    message: 'VPC UUID specified is for a different region than the Droplet.',
  });
});

test('droplets are found, listed and destroyed by tag, which takes no notice of case', async () => {
  await account.droplet({ name: 'web-1', tags: ['Web'] });
  await account.droplet({ name: 'db-1', tags: ['db'] });
  const names = async (query: string) =>
    (await account.expect(200, 'GET', `/v2/droplets?${query}`)).droplets.map(({ name }: { name: string }) => name);
  expect(await names('tag_name=web')).toEqual(['web-1']);
  expect(await names('name=db-1')).toEqual(['db-1']);
  await account.expect(204, 'DELETE', '/v2/droplets?tag_name=web');
  expect(await names('')).toEqual(['db-1']);
});

test('several droplets can be made with one request', async () => {
  const { droplets } = await account.expect(202, 'POST', '/v2/droplets', {
    names: ['a', 'b'],
    region: 'fra1',
    size: 's-1vcpu-1gb',
    image: 'debian-13-x64',
  });
  expect(droplets.map(({ name }: { name: string }) => name)).toEqual(['a', 'b']);
});

test('two accounts with the same calls hold the same ids, addresses and times', async () => {
  const other = await openAccount();
  try {
    expect(await other.droplet()).toEqual(await account.droplet());
  } finally {
    await other.close();
  }
});

test('a volume is named by its id, by an object with its id, or by an object with its name in the region', async () => {
  const volumes = await Promise.all(
    ['one', 'two', 'three'].map(
      async (name) =>
        (await account.expect(201, 'POST', '/v2/volumes', { name, region: 'fra1', size_gigabytes: 1 })).volume.id,
    ),
  );
  const { volume_ids: attached } = await account.droplet({
    volumes: [volumes[0], { id: volumes[1] }, { name: 'three' }],
  });
  expect(attached).toEqual(volumes);
  await account.expect(404, 'POST', '/v2/droplets', {
    name: 'far',
    region: 'ams3',
    size: 's-1vcpu-1gb',
    image: 'debian-13-x64',
    volumes: [{ name: 'three' }],
  });
});

test('the vendor chooses a region when none is given', async () => {
  expect((await account.droplet({ region: '' })).region).toMatchObject({ slug: 'nyc3' });
});

test.each([
  [
    { plan: 'daily', weekday: '', hour: 4 },
    { plan: 'daily', hour: 4 },
  ],
  [
    { plan: 'weekly', weekday: 'TUE', hour: 8 },
    { plan: 'weekly', weekday: 'TUE', hour: 8 },
  ],
])('the backup policy %j is kept', async (given, kept) => {
  const { id } = await account.droplet({ backups: true, backup_policy: given });
  expect((await account.expect(200, 'GET', `/v2/droplets/${id}/backups/policy`)).policy.backup_policy).toMatchObject(
    kept,
  );
});
