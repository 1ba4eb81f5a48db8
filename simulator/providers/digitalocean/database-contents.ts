import { lengthBetween, notZero, oneOf } from '../../terraform/check';
import { type Values } from '../../terraform/value';
import { parts } from '../define';
import { omitEmpty, uniqueId } from '../go';
import { resource } from './define';

const clusterAnd =
  (what: string, ...kind: string[]) =>
  (id: string) => {
    const [cluster, name] = parts(
      id,
      ',',
      `must use the ID of the source database cluster and the name of the ${what} joined with a comma (e.g. \`id,name\`)`,
    );
    return { id: [cluster, ...kind, name].join('/'), cluster_id: cluster, name };
  };
const path = (v: Values, list: string) => `/v2/databases/${v.cluster_id}/${list}`;

export const databaseDb = resource('database-db', {
  forceNew: ['cluster_id', 'name'],
  check: { cluster_id: notZero, name: notZero },

  async create(api, v) {
    await api.post(path(v, 'dbs'), { name: v.name }, 'Error creating Database DB');
    return { id: `${v.cluster_id}/database/${v.name}` };
  },
  async read(api, s) {
    const answer = await api.find(`${path(s, 'dbs')}/${s.name}`, 'Error retrieving Database DB');
    return answer && { name: answer.db.name };
  },
  async delete(api, s) {
    await api.delete(`${path(s, 'dbs')}/${s.name}`, 'Error deleting Database DB');
  },
  importId: clusterAnd('database', 'database'),
});

export const databaseUser = resource('database-user', {
  forceNew: ['cluster_id', 'name'],
  sensitive: ['access_cert', 'access_key', 'password'],
  check: {
    cluster_id: notZero,
    name: notZero,
    mysql_auth_plugin: oneOf('mysql_native_password', 'caching_sha2_password'),
    'settings.acl.topic': notZero,
    'settings.acl.permission': oneOf('admin', 'consume', 'produce', 'produceconsume'),
    'settings.opensearch_acl.index': notZero,
    'settings.opensearch_acl.permission': oneOf('deny', 'admin', 'read', 'write', 'readwrite'),
  },
  // A cluster of another kind has no such thing, and says so by saying nothing.
  suppress: { mysql_auth_plugin: (prior) => prior === 'caching_sha2_password' },

  async create(api, v) {
    const body = { name: v.name, ...omitEmpty({ mysql_settings: omitEmpty({ auth_plugin: v.mysql_auth_plugin }) }) };
    const { user } = await api.post(path(v, 'users'), body, 'Error creating Database User');
    // The password is told here; Postgres tells it again, other engines need not.
    return { id: `${v.cluster_id}/user/${v.name}`, password: user.password ?? '' };
  },
  async read(api, s) {
    const answer = await api.find(`${path(s, 'users')}/${s.name}`, 'Error retrieving Database User');
    if (!answer) return null;
    const { name, role, password, access_cert = '', access_key = '' } = answer.user;
    return { name, role, access_cert, access_key, ...(password ? { password } : {}) };
  },
  async update() {
    // Only what belongs to MySQL, Kafka and OpenSearch can change, and the simulated cloud has none of them.
  },
  async delete(api, s) {
    await api.delete(`${path(s, 'users')}/${s.name}`, 'Error deleting Database User');
  },
  importId: clusterAnd('user', 'user'),
});

export const databaseConnectionPool = resource('database-connection-pool', {
  forceNew: ['cluster_id', 'name', 'user', 'mode', 'size', 'db_name'],
  sensitive: ['password', 'private_uri', 'uri'],
  check: {
    cluster_id: notZero,
    name: lengthBetween(3, 63),
    user: notZero,
    mode: oneOf('session', 'transaction', 'statement'),
    size: notZero,
    db_name: notZero,
  },

  async create(api, v) {
    const body = { name: v.name, mode: v.mode, size: v.size, db: v.db_name, user: v.user ?? '' };
    await api.post(path(v, 'pools'), body, 'Error creating DatabaseConnectionPool');
    return { id: `${v.cluster_id}/${v.name}` };
  },
  async read(api, s) {
    const answer = await api.find(`${path(s, 'pools')}/${s.name}`, 'Error retrieving DatabaseConnectionPool');
    if (!answer) return null;
    const { name, mode, size, db, user, connection = {}, private_connection: inside = {} } = answer.pool;
    return {
      name,
      mode,
      size,
      db_name: db,
      ...omitEmpty({ user }),
      host: connection.host,
      port: connection.port,
      uri: connection.uri,
      password: connection.password,
      private_host: inside.host ?? '',
      private_uri: inside.uri ?? '',
    };
  },
  async delete(api, s) {
    await api.delete(`${path(s, 'pools')}/${s.name}`, 'Error deleting DatabaseConnectionPool');
  },
  importId: clusterAnd('connection pool'),
});

export const databaseFirewall = resource('database-firewall', {
  forceNew: ['cluster_id'],
  check: { cluster_id: notZero, 'rule.type': oneOf('ip_addr', 'droplet', 'k8s', 'tag', 'app'), 'rule.value': notZero },

  async create(api, v) {
    await api.put(path(v, 'firewall'), rules(v), 'Error creating DatabaseFirewall');
    return { id: uniqueId(`${v.cluster_id}-`) };
  },
  async read(api, s) {
    const answer = await api.find(path(s, 'firewall'), 'Error retrieving DatabaseFirewall');
    if (!answer) return null;
    const rule = (answer.rules ?? []).map(({ uuid, type, value, created_at }: Values) => ({
      uuid,
      type,
      value,
      created_at,
    }));
    return { rule };
  },
  async update(api, v) {
    await api.put(path(v, 'firewall'), rules(v), 'Error updating DatabaseFirewall');
  },
  async delete(api, s) {
    await api.put(path(s, 'firewall'), { rules: [] }, 'Error deleting DatabaseFirewall');
  },
  importId: (id) => ({ id: uniqueId(`${id}-`), cluster_id: id }),
});

const rules = (v: Values) => ({
  rules: v.rule.map(({ uuid, type, value }: Values) => ({
    uuid: uuid ?? '',
    cluster_uuid: '',
    type,
    value,
    created_at: '0001-01-01T00:00:00Z',
  })),
});
