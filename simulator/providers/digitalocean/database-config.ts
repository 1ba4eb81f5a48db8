import { all, between, lengthBetween, notZero, oneOf } from '../../terraform/check';
import { type Values } from '../../terraform/value';
import { first } from '../define';
import { type DigitalOcean } from './api';
import { resource } from './define';

/** Settings of a cluster's engine. What is not configured is the vendor's to choose, and is read back. */
const settings = (
  kind: string,
  apiName: (attribute: string) => string,
  attributeOf: (name: string) => string,
  blocks: string[] = [],
) => {
  const failure = `Error updating ${kind} configuration`;
  const path = (v: Values) => `/v2/databases/${v.cluster_id}/config`;
  async function write(api: DigitalOcean, v: Values, before: Values): Promise<void> {
    const config: Values = {};
    for (const [name, value] of Object.entries(v)) {
      if (
        ['id', 'cluster_id'].includes(name) ||
        value === null ||
        JSON.stringify(value) === JSON.stringify(before[name])
      )
        continue;
      if (!blocks.includes(name)) config[apiName(name)] = value;
      else if (first(value)) config[name] = first(value);
    }
    await api.patch(path(v), { config }, failure);
  }
  return {
    create: async (api: DigitalOcean, v: Values) => {
      await write(api, v, {});
      return { id: `${v.cluster_id}/${kind}-config` };
    },
    read: async (api: DigitalOcean, s: Values) => {
      const answer = await api.find(path(s), `Error retrieving ${kind} configuration`);
      if (!answer) return null;
      const told = Object.entries(answer.config as Values).filter(([name]) => !blocks.includes(name));
      return Object.fromEntries(told.map(([name, value]) => [attributeOf(name), value]));
    },
    update: write,
    // There is nothing to delete: the settings stay as they are.
    delete: async () => undefined,
    importId: (id: string) => ({ id: `${id}/${kind}-config`, cluster_id: id }),
  };
};

const dotted: Record<string, string> = {
  pg_partman_bgw_interval: 'pg_partman_bgw.interval',
  pg_partman_bgw_role: 'pg_partman_bgw.role',
  pg_stat_statements_track: 'pg_stat_statements.track',
};

export const databasePostgresqlConfig = resource('database-postgresql-config', {
  forceNew: ['cluster_id'],
  check: {
    cluster_id: notZero,
    default_toast_compression: oneOf('lz4', 'pglz'),
    log_line_prefix: oneOf(
      'pid=%p,user=%u,db=%d,app=%a,client=%h',
      '%m [%p] %q[user=%u,db=%d,app=%a]',
      '%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h',
    ),
    log_error_verbosity: oneOf('TERSE', 'DEFAULT', 'VERBOSE'),
    shared_buffers_percentage: (value, key) =>
      value < 20 || value > 60
        ? `expected ${key} to be in the range (20.000000 - 60.000000), got ${Number(value).toFixed(6)}`
        : undefined,
    track_commit_timestamp: oneOf('off', 'on'),
    track_functions: oneOf('all', 'pl', 'none'),
    track_io_timing: oneOf('off', 'on'),
  },
  ...settings(
    'postgresql',
    (attribute) => dotted[attribute] ?? attribute,
    (name) => name.replace('.', '_'),
    ['pgbouncer', 'timescaledb'],
  ),
});

const bare = ['frequent_snapshots', 'valkey_active_expire_effort'];

export const databaseValkeyConfig = resource('database-valkey-config', {
  forceNew: ['cluster_id'],
  check: {
    cluster_id: notZero,
    acl_channels_default: oneOf('allchannels', 'resetchannels'),
    io_threads: between(1, 32),
    lfu_decay_time: between(1, 120),
    lfu_log_factor: between(1, 100),
    notify_keyspace_events: all(lengthBetween(0, 32), (value) =>
      /^[KEg$lshzxeA]*$/.test(value)
        ? undefined
        : 'invalid value for notify_keyspace_events (must only contain: K, E, g, $, l, s, h, z, x, e, A)',
    ),
    number_of_databases: between(1, 128),
    persistence: oneOf('off', 'rdb'),
    pubsub_client_output_buffer_limit: between(32, 512),
    valkey_active_expire_effort: between(1, 10),
  },
  ...settings(
    'valkey',
    (attribute) => (bare.includes(attribute) ? attribute : `valkey_${attribute}`),
    (name) => (bare.includes(name) ? name : name.replace(/^valkey_/, '')),
  ),
});
