import { X509Certificate } from 'node:crypto';
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
  expect(made).toMatchObject({
    ...pool,
    connection: { port: 25061, user: 'api', database: 'pool', password: reset.password },
  });
  await account.expect(204, 'PUT', `${path}/pools/pool`, { mode: 'session', size: 5, db: 'app', user: 'api' });
  expect((await account.expect(200, 'GET', `${path}/pools/pool`)).pool).toMatchObject({ mode: 'session', size: 5 });
  await account.expect(422, 'POST', `${path}/pools`, { ...pool, name: 'other', db: 'nope' });
  // 25 connections for each GB of memory, without three that the vendor keeps
  expect((await account.expect(422, 'POST', `${path}/pools`, { ...pool, name: 'other', size: 18 })).message).toBe(
    'not enough available connections: pools have 5 of 22',
  );
  await account.expect(422, 'PUT', `${path}/pools/pool`, { mode: 'session', size: 23, db: 'app', user: 'api' });
  await account.expect(204, 'PUT', `${path}/pools/pool`, { mode: 'session', size: 22, db: 'app', user: 'api' });

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
  expect((await account.expect(200, 'GET', path)).database.maintenance_window).toMatchObject({
    day: 'sunday',
    hour: '02:00:00',
  });
  const { ca } = await account.expect(200, 'GET', `${path}/ca`);
  expect(new X509Certificate(Buffer.from(ca.certificate, 'base64')).ca).toBe(true);
  await account.expect(202, 'PUT', `${path}/resize`, { size: 'db-s-2vcpu-4gb', num_nodes: 2 });
  expect((await account.expect(200, 'GET', path)).database).toMatchObject({
    status: 'online',
    size: 'db-s-2vcpu-4gb',
    num_nodes: 2,
    storage_size_mib: 61_440,
  });
  // doctl's reference, "databases resize": because of the risk of data loss
  expect((await account.expect(422, 'PUT', `${path}/resize`, { size: 'db-s-1vcpu-2gb', num_nodes: 2 })).message).toBe(
    'invalid size: nodes cannot be resized to smaller sizes',
  );
});

test('valkey has an eviction policy and neither databases nor pools', async () => {
  const database = await make({ name: 'shop-cache', engine: 'valkey', version: '8' });
  const path = `/v2/databases/${database.id}`;
  expect(database.connection.uri).toMatch(/^rediss:\/\/default:/);
  await account.expect(204, 'PUT', `${path}/eviction_policy`, { eviction_policy: 'allkeys_lru' });
  expect(await account.expect(200, 'GET', `${path}/eviction_policy`)).toEqual({ eviction_policy: 'allkeys_lru' });
  expect(await account.expect(422, 'POST', `${path}/dbs`, { name: 'app' })).toMatchObject({
    message: 'valkey has no databases',
  });
});

test.each([
  [409, {}, 'cluster name is not available'],
  [422, { name: 'other', version: '9' }, 'invalid version 9 for pg: it must be one of 13, 14, 15, 16, 17'],
  [422, { name: 'other', size: 's-1vcpu-1gb' }, 'invalid size: s-1vcpu-1gb'],
  [422, { name: 'other', num_nodes: 3 }, 'invalid layout: pg has no db-s-1vcpu-1gb with 3 node(s)'],
  [422, { name: 'other', num_nodes: 4 }, 'invalid layout: pg has 1 or 2 or 3 nodes'],
  [
    422,
    { name: 'other', engine: 'oracle' },
    'invalid engine: it must be one of pg, mysql, valkey, mongodb, kafka, opensearch',
  ],
  [422, { name: 'other', region: 'mars1' }, 'invalid region: mars1'],
  [
    422,
    { name: 'Other' },
    'invalid cluster name: 3 to 63 lower case letters, digits and dashes, beginning with a letter',
  ],
])('a wrong cluster is refused: %i %j', async (status, fields, message) => {
  await make();
  expect(await account.expect(status, 'POST', '/v2/databases', { ...request, ...fields })).toMatchObject({ message });
});

test('a cluster says where its metrics are scraped: a provider that is told nothing plans a change for ever', async () => {
  const { connection, metrics_endpoints: endpoints } = await make();
  expect(endpoints).toEqual([{ host: connection.host, port: 9273 }]);
});

test('a pool without a user of its own is used by whoever connects, and answers no user', async () => {
  const path = `/v2/databases/${(await make()).id}/pools`;
  const { pool } = await account.expect(201, 'POST', path, {
    name: 'pool',
    mode: 'session',
    size: 3,
    db: 'defaultdb',
    user: '',
  });
  expect(pool).not.toHaveProperty('user');
});

test('the catalogue names the engines, versions and layouts that can be had', async () => {
  const { options, version_availability: versions } = await account.expect(200, 'GET', '/v2/databases/options');
  expect(Object.keys(options)).toEqual(['pg', 'mysql', 'valkey', 'mongodb', 'kafka', 'opensearch']);
  expect(options.pg).toMatchObject({
    versions: ['13', '14', '15', '16', '17'],
    regions: expect.arrayContaining(['fra1']),
  });
  expect(versions.mysql).toEqual([{ version: '8', end_of_life: null, end_of_availability: null }]);
});

test.each([
  ['mysql', '8', 1, 'db-s-1vcpu-1gb', /^mysql:\/\/doadmin:.+:25060\/defaultdb\?ssl-mode=REQUIRED$/],
  [
    'mongodb',
    '7',
    1,
    'db-s-1vcpu-1gb',
    /^mongodb\+srv:\/\/doadmin:[^:]+\.mongo\.ondigitalocean\.com\/admin\?tls=true&authSource=admin$/,
  ],
  ['kafka', '3.8', 3, 'db-s-2vcpu-2gb', /^https:\/\/doadmin:.+:25073$/],
  ['opensearch', '2', 1, 'db-s-1vcpu-2gb', /^https:\/\/doadmin:.+:25060$/],
])('a cluster of %s is made, resized, given a user, and deleted', async (engine, version, nodes, size, uri) => {
  const database = await make({ name: 'other', engine, version, num_nodes: nodes, size });
  const path = `/v2/databases/${database.id}`;
  expect(database.connection.uri).toMatch(uri);
  expect((await account.expect(200, 'GET', path)).database).toMatchObject({ engine, version, status: 'online' });
  await account.expect(202, 'PUT', `${path}/resize`, { size: 'db-s-2vcpu-4gb', num_nodes: nodes });
  await account.expect(201, 'POST', `${path}/users`, { name: 'app' });
  await account.expect(204, 'DELETE', `${path}/users/app`);
  await account.expect(204, 'DELETE', path);
  await account.expect(404, 'GET', path);
});

test('MySQL has a mode, Redis becomes Valkey, and a cluster can begin with the backup of another', async () => {
  const mysql = `/v2/databases/${(await make({ name: 'first', engine: 'mysql', version: '8' })).id}`;
  await account.expect(204, 'PUT', `${mysql}/sql_mode`, { sql_mode: 'ANSI' });
  expect(await account.expect(200, 'GET', `${mysql}/sql_mode`)).toEqual({ sql_mode: 'ANSI' });
  await account.expect(201, 'POST', `${mysql}/dbs`, { name: 'app' });
  const restored = await make({
    name: 'second',
    engine: 'mysql',
    version: '8',
    backup_restore: { database_name: 'first' },
  });
  expect(restored.db_names).toEqual(['defaultdb', 'app']);
  expect(await make({ name: 'cache', engine: 'redis', version: '7' })).toMatchObject({
    engine: 'valkey',
    version: '8',
  });
  await account.expect(404, 'POST', '/v2/databases', {
    ...request,
    name: 'third',
    backup_restore: { database_name: 'gone' },
  });
});

test("MySQL's users log in as they are told, and Kafka's rules for topics are given ids", async () => {
  const mysql = `/v2/databases/${(await make({ name: 'first', engine: 'mysql', version: '8' })).id}/users`;
  expect((await account.expect(201, 'POST', mysql, { name: 'a' })).user.mysql_settings).toEqual({
    auth_plugin: 'caching_sha2_password',
  });
  const old = { auth_plugin: 'mysql_native_password' };
  expect((await account.expect(201, 'POST', mysql, { name: 'b', mysql_settings: old })).user.mysql_settings).toEqual(
    old,
  );
  expect(
    (await account.expect(200, 'POST', `${mysql}/a/reset_auth`, { mysql_settings: old })).user.mysql_settings,
  ).toEqual(old);
  const kafka = `/v2/databases/${(await make({ name: 'second', engine: 'kafka', version: '3.8', num_nodes: 3, size: 'db-s-2vcpu-2gb' })).id}/users`;
  await account.expect(422, 'POST', kafka.replace('/users', '/dbs'), { name: 'app' });
  const { user } = await account.expect(201, 'POST', kafka, {
    name: 'c',
    settings: { acl: [{ permission: 'consume', topic: 'a' }] },
  });
  expect(user.settings.acl).toEqual([{ id: expect.any(String), permission: 'consume', topic: 'a' }]);
});

test("Kafka's topics are made with the vendor's settings, changed, and deleted", async () => {
  const kafka = { name: 'events', engine: 'kafka', version: '3.8', num_nodes: 3, size: 'db-s-2vcpu-2gb' };
  const path = `/v2/databases/${(await make(kafka)).id}/topics`;
  const { topic } = await account.expect(201, 'POST', path, {
    name: 'orders',
    partition_count: 3,
    replication_factor: 2,
    config: { retention_ms: 1000 },
  });
  expect(topic).toMatchObject({
    state: 'active',
    replication_factor: 2,
    config: { retention_ms: 1000, cleanup_policy: 'delete' },
  });
  expect(topic.partitions).toHaveLength(3);
  await account.expect(409, 'POST', path, { name: 'orders' });
  await account.expect(422, 'POST', path, { name: 'wide', replication_factor: 4 });
  await account.expect(200, 'PUT', `${path}/orders`, { partition_count: 5 });
  await account.expect(422, 'PUT', `${path}/orders`, { partition_count: 4 });
  expect((await account.expect(200, 'GET', path)).topics).toEqual([
    { name: 'orders', state: 'active', replication_factor: 2, partition_count: 5 },
  ]);
  await account.expect(204, 'DELETE', `${path}/orders`);
  await account.expect(404, 'GET', `${path}/orders`);
  await account.expect(404, 'GET', `/v2/databases/${(await make()).id}/topics`);
});

test('a replica is reached by a name of its own, in another region, with the login of its cluster', async () => {
  const database = await make({ size: 'db-s-1vcpu-2gb' });
  const path = `/v2/databases/${database.id}/replicas`;
  const { replica } = await account.expect(201, 'POST', path, {
    name: 'reader',
    region: 'ams3',
    size: '',
    private_network_uuid: '',
  });
  expect(replica).toMatchObject({
    status: 'online',
    region: 'ams3',
    size: 'db-s-1vcpu-2gb',
    connection: { user: 'doadmin', password: database.connection.password },
  });
  expect(replica.connection.host).toMatch(/^reader-/);
  await account.expect(409, 'POST', path, { name: 'reader', region: 'ams3' });
  expect((await account.expect(200, 'GET', path)).replicas).toHaveLength(1);
  await account.expect(204, 'DELETE', `${path}/reader`);
  await account.expect(404, 'GET', `${path}/reader`);
});
