import { notZero, oneOfAnyCase } from '../../terraform/check';
import { type Values } from '../../terraform/value';
import { first, same } from '../define';
import { omitEmpty } from '../go';
import { type DigitalOcean } from './api';
import { resource } from './define';
import { lower, sameTags, tag } from './rules';
import { retag } from './tagging';

const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const path = (id: string) => `/v2/databases/${id}`;

const online = (api: DigitalOcean, id: string, failure: string) =>
  api.wait(async () => (await api.get(path(id), failure)).database.status === 'online', failure);

/** What a cluster takes once it is online. */
async function applySettings(api: DigitalOcean, v: Values, prior: Values): Promise<void> {
  if (v.maintenance_window?.length && !same(v.maintenance_window, prior.maintenance_window)) {
    const { day, hour } = first<Values>(v.maintenance_window) ?? {};
    await api.put(`${path(v.id)}/maintenance`, { day, hour }, 'Error updating maintenance window for Database cluster');
  }
  if (v.eviction_policy && v.eviction_policy !== prior.eviction_policy) {
    const body = { eviction_policy: v.eviction_policy };
    await api.put(`${path(v.id)}/eviction_policy`, body, 'Error updating eviction policy for Database cluster');
  }
}

export const databaseCluster = resource('database-cluster', {
  forceNew: ['name', 'engine', 'private_network_uuid', 'project_id'],
  sensitive: ['password', 'private_uri', 'ui_password', 'ui_uri', 'uri'],
  check: {
    name: notZero,
    engine: notZero,
    size: notZero,
    region: notZero,
    node_count: notZero,
    eviction_policy: notZero,
    private_network_uuid: notZero,
    project_id: notZero,
    'maintenance_window.day': oneOfAnyCase(...days),
  },
  each: { tags: tag },
  stored: { region: lower },
  suppress: {
    tags: sameTags,
    // The vendor has turned Redis into Valkey.
    engine: (prior, next) => prior === 'valkey' && next === 'redis',
    // 02:00 comes back as 02:00:00.
    'maintenance_window.hour': (prior, next) => String(prior).startsWith(String(next)),
    // The vendor moves Valkey on by itself: a newer version is no difference.
    version: (prior, next, { config }) => ['redis', 'valkey'].includes(config.engine) && Number(prior) >= Number(next),
  },
  volatile: ['storage_size_mib', 'host', 'private_host', 'uri', 'private_uri'],

  plan(change) {
    if (change.known('version') && !change.planned.version) {
      throw new Error('The argument "version" is required, but no definition was found.');
    }
  },
  async create(api, v, made) {
    const body = {
      name: v.name,
      engine: v.engine,
      version: v.version,
      size: v.size,
      region: v.region,
      num_nodes: v.node_count,
      private_network_uuid: v.private_network_uuid ?? '',
      project_id: v.project_id ?? '',
      rules: null,
      ...omitEmpty({
        tags: v.tags ?? [],
        storage_size_mib: v.storage_size_mib && Number(v.storage_size_mib),
        backup_restore: first(v.backup_restore),
      }),
    };
    const { database } = await api.post('/v2/databases', body, 'Error creating database cluster');
    made({ id: database.id });
    await online(api, database.id, 'Error creating database cluster');
    await applySettings(api, { ...v, id: database.id }, {});
  },
  async read(api, s) {
    const answer = await api.find(path(s.id), 'Error retrieving database cluster');
    if (!answer) return null;
    const { maintenance_window: window, ...values } = clusterValues(answer.database);
    // Every cluster has a window; the state has one only when one was configured.
    return {
      ...values,
      ...(s.maintenance_window?.length ? { maintenance_window: window } : {}),
      ...(await engineValues(api, answer.database, s)),
    };
  },
  async update(api, v, prior) {
    if (['size', 'node_count', 'storage_size_mib'].some((name) => v[name] !== null && v[name] !== prior[name])) {
      const size = {
        size: v.size,
        num_nodes: v.node_count,
        ...omitEmpty({ storage_size_mib: v.storage_size_mib && Number(v.storage_size_mib) }),
      };
      await api.put(`${path(v.id)}/resize`, size, 'Error resizing database cluster');
      await online(api, v.id, 'Error resizing database cluster');
    }
    if (v.region !== prior.region) {
      await api.put(
        `${path(v.id)}/migrate`,
        { region: v.region, private_network_uuid: '' },
        'Error migrating database cluster',
      );
      await online(api, v.id, 'Error migrating database cluster');
    }
    await applySettings(api, v, prior);
    if (v.version !== prior.version)
      await api.put(`${path(v.id)}/upgrade`, { version: v.version }, 'Error upgrading version for cluster');
    await retag(api, 'database', v.id, prior.tags, v.tags);
  },
  async delete(api, s) {
    await api.delete(path(s.id), 'Error deleting database cluster');
  },
});

/** Only Valkey (and Redis) speaks of what it does when it is full; it is stored only when it was configured. */
async function engineValues(api: DigitalOcean, database: Values, s: Values): Promise<Values> {
  if (!['valkey', 'redis'].includes(database.engine) || !s.eviction_policy) return {};
  const { eviction_policy } = await api.get(
    `${path(database.id)}/eviction_policy`,
    'Error loading eviction policy for Database cluster',
  );
  return { eviction_policy };
}

function clusterValues(from: Values): Values {
  const { connection = {}, private_connection: inside = {}, ui_connection: ui, maintenance_window: maintenance } = from;
  return {
    name: from.name,
    engine: from.engine,
    version: from.version,
    size: from.size,
    region: from.region,
    node_count: from.num_nodes,
    storage_size_mib: String(from.storage_size_mib ?? ''),
    tags: from.tags ?? [],
    maintenance_window: maintenance ? [{ day: maintenance.day, hour: maintenance.hour }] : [],
    urn: `do:dbaas:${from.id}`,
    private_network_uuid: from.private_network_uuid,
    project_id: from.project_id,
    metrics_endpoints: (from.metrics_endpoints ?? []).map(
      ({ host, port }: Values) => `https://${host}:${port}/metrics`,
    ),
    host: connection.host,
    private_host: inside.host ?? '',
    port: connection.port,
    uri: connection.uri,
    private_uri: inside.uri ?? '',
    database: connection.database,
    user: connection.user,
    password: connection.password,
    ...(ui && {
      ui_host: ui.host,
      ui_port: ui.port,
      ui_uri: ui.uri,
      ui_database: ui.database,
      ui_user: ui.user,
      ui_password: ui.password,
    }),
  };
}
