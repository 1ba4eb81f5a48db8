import { type Account, openAccount } from './account';

let account: Account;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

const request = { name: 'shop-pg', engine: 'pg', version: '17', num_nodes: 1, size: 'db-s-1vcpu-1gb', region: 'fra1' };
const make = async (fields: object = {}) =>
  (await account.expect(201, 'POST', '/v2/databases', { ...request, ...fields })).database;

test('a cluster is creating first and online then, in its network and project, and 404 once it is deleted', async () => {
  const vpc = await account.vpc();
  const database = await make({ private_network_uuid: vpc.id, tags: ['shop'] });
  expect(database).toMatchObject({
    status: 'creating',
    engine: 'pg',
    version: '17',
    db_names: ['defaultdb'],
    private_network_uuid: vpc.id,
  });
  const path = `/v2/databases/${database.id}`;
  const { database: online } = await account.expect(200, 'GET', path);
  expect(online).toMatchObject({
    status: 'online',
    connection: { port: 25060, user: 'doadmin', database: 'defaultdb', ssl: true },
  });
  expect(online.connection.uri).toBe(
    `postgresql://doadmin:${online.connection.password}@${online.connection.host}:25060/defaultdb?sslmode=require`,
  );
  expect(online.private_connection.host).toBe(`private-${online.connection.host}`);
  await account.expect(409, 'DELETE', `/v2/vpcs/${vpc.id}`);
  await account.expect(204, 'DELETE', path);
  await account.expect(404, 'GET', path);
  await account.expect(204, 'DELETE', `/v2/vpcs/${vpc.id}`);
});

test('nothing can be made in a cluster that is still being created', async () => {
  const slow = await openAccount({ actionMs: 60_000 });
  try {
    const { database } = await slow.expect(201, 'POST', '/v2/databases', request);
    expect(await slow.expect(422, 'POST', `/v2/databases/${database.id}/dbs`, { name: 'app' })).toMatchObject({
      message: 'cluster is not ready: it is still being created',
    });
  } finally {
    await slow.close();
  }
});

test('databases, users and pools live and die in their cluster', async () => {
  const path = `/v2/databases/${(await make()).id}`;
  await account.expect(201, 'POST', `${path}/dbs`, { name: 'app' });
  await account.expect(409, 'POST', `${path}/dbs`, { name: 'app' });
  expect((await account.expect(200, 'GET', `${path}/dbs`)).dbs).toEqual([{ name: 'defaultdb' }, { name: 'app' }]);

  const { user } = await account.expect(201, 'POST', `${path}/users`, { name: 'api' });
  expect(user).toEqual({ name: 'api', role: 'normal', password: expect.stringMatching(/^AVNS_/) });
  const { user: reset } = await account.expect(200, 'POST', `${path}/users/api/reset_auth`, {});
  expect(reset.password).not.toBe(user.password);
  await account.expect(201, 'PUT', `${path}/users/api`, { settings: { pg_allow_replication: true } });

  const pool = { name: 'pool', mode: 'transaction', size: 10, db: 'app', user: 'api' };
  const { pool: made } = await account.expect(201, 'POST', `${path}/pools`, pool);
  expect(made).toMatchObject({ ...pool, connection: { port: 25061, user: 'api', database: 'pool', password: reset.password } });
  await account.expect(204, 'PUT', `${path}/pools/pool`, { mode: 'session', size: 5, db: 'app', user: 'api' });
  expect((await account.expect(200, 'GET', `${path}/pools/pool`)).pool).toMatchObject({ mode: 'session', size: 5 });
  await account.expect(422, 'POST', `${path}/pools`, { ...pool, name: 'other', db: 'nope' });

  for (const inside of ['pools/pool', 'users/api', 'dbs/app']) {
    await account.expect(204, 'DELETE', `${path}/${inside}`);
    await account.expect(404, 'GET', `${path}/${inside}`);
  }
  await account.expect(403, 'DELETE', `${path}/users/doadmin`);
  await account.expect(403, 'DELETE', `${path}/dbs/defaultdb`);
});

test('firewall, configuration, maintenance, certificate and size change in place', async () => {
  const path = `/v2/databases/${(await make()).id}`;
  await account.expect(204, 'PUT', `${path}/firewall`, { rules: [{ type: 'ip_addr', value: '198.51.100.7' }] });
  expect((await account.expect(200, 'GET', `${path}/firewall`)).rules).toEqual([
    expect.objectContaining({ type: 'ip_addr', value: '198.51.100.7', uuid: expect.any(String) }),
  ]);
  await account.expect(200, 'PATCH', `${path}/config`, { config: { work_mem: 8 } });
  expect((await account.expect(200, 'GET', `${path}/config`)).config).toEqual({ work_mem: 8 });
  await account.expect(204, 'PUT', `${path}/maintenance`, { day: 'sunday', hour: '02:00' });
  expect((await account.expect(200, 'GET', path)).database.maintenance_window).toMatchObject({ day: 'sunday', hour: '02:00:00' });
  const { ca } = await account.expect(200, 'GET', `${path}/ca`);
  expect(Buffer.from(ca.certificate, 'base64').toString()).toMatch(/^-----BEGIN CERTIFICATE-----/);
  await account.expect(202, 'PUT', `${path}/resize`, { size: 'db-s-2vcpu-4gb', num_nodes: 2 });
  expect((await account.expect(200, 'GET', path)).database).toMatchObject({
    status: 'online',
    size: 'db-s-2vcpu-4gb',
    num_nodes: 2,
    storage_size_mib: 61_440,
  });
});

test('valkey has an eviction policy and neither databases nor pools', async () => {
  const database = await make({ name: 'shop-cache', engine: 'valkey', version: '8' });
  const path = `/v2/databases/${database.id}`;
  expect(database.connection.uri).toMatch(/^rediss:\/\/default:/);
  await account.expect(204, 'PUT', `${path}/eviction_policy`, { eviction_policy: 'allkeys_lru' });
  expect(await account.expect(200, 'GET', `${path}/eviction_policy`)).toEqual({ eviction_policy: 'allkeys_lru' });
  expect(await account.expect(422, 'POST', `${path}/dbs`, { name: 'app' })).toMatchObject({
    message: 'valkey has no databases and pools',
  });
});

test.each([
  [409, {}, 'cluster name is not available'],
  [422, { name: 'other', version: '9' }, 'invalid version 9 for pg: it must be one of 14, 15, 16, 17'],
  [422, { name: 'other', size: 's-1vcpu-1gb' }, 'invalid size: s-1vcpu-1gb'],
  [422, { name: 'other', num_nodes: 3 }, 'invalid layout: db-s-1vcpu-1gb has one node only'],
  [422, { name: 'other', region: 'mars1' }, 'invalid region: mars1'],
  [422, { name: 'Other' }, 'invalid cluster name: 3 to 63 lower case letters, digits and dashes, beginning with a letter'],
])('a wrong cluster is refused: %i %j', async (status, fields, message) => {
  await make();
  expect(await account.expect(status, 'POST', '/v2/databases', { ...request, ...fields })).toMatchObject({ message });
});
