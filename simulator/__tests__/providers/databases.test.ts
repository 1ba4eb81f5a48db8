import { Vendors } from './vendors';

jest.setTimeout(60_000);

const cluster_id = '${digitalocean_database_cluster.main.id}';
const everything: Record<string, object> = {
  'digitalocean_database_cluster.main': {
    name: 'main',
    engine: 'pg',
    version: '17',
    size: 'db-s-1vcpu-1gb',
    region: 'fra1',
    node_count: 1,
    maintenance_window: { day: 'sunday', hour: '02:00' },
    tags: ['production'],
  },
  'digitalocean_database_cluster.cache': {
    name: 'cache',
    engine: 'valkey',
    version: '8',
    size: 'db-s-1vcpu-1gb',
    region: 'fra1',
    node_count: 1,
    eviction_policy: 'allkeys_lru',
  },
  'digitalocean_database_db.app': { cluster_id, name: 'app' },
  'digitalocean_database_user.app': { cluster_id, name: 'app' },
  'digitalocean_database_connection_pool.app': {
    cluster_id,
    name: 'app-pool',
    mode: 'transaction',
    size: 10,
    db_name: '${digitalocean_database_db.app.name}',
    user: '${digitalocean_database_user.app.name}',
  },
  'digitalocean_database_firewall.main': { cluster_id, rule: [{ type: 'ip_addr', value: '192.0.2.1' }] },
  'digitalocean_database_postgresql_config.main': { cluster_id, timezone: 'UTC', max_worker_processes: 16 },
  'digitalocean_database_valkey_config.cache': {
    cluster_id: '${digitalocean_database_cluster.cache.id}',
    io_threads: 2,
    persistence: 'off',
  },
};

test.each([
  ['as in production', false],
  ['with Terraform checking every plan and result', true],
])('clusters and what is in them live through the stand-in, %s', async (_, strict) => {
  const vendors = await new Vendors().start({ strict });
  try {
    vendors.write(everything);
    await vendors.workspace.apply();
    expect(await vendors.workspace.plan()).toEqual({});
    const state = await vendors.workspace.state();
    const { id } = state['digitalocean_database_cluster.main'];
    expect(state['digitalocean_database_cluster.main']).toMatchObject({
      urn: `do:dbaas:${id}`,
      uri: expect.stringMatching(/^postgresql:\/\//),
      port: 25060,
    });
    expect(state['digitalocean_database_user.app']).toMatchObject({
      id: `${id}/user/app`,
      role: 'normal',
      password: expect.any(String),
    });
    expect(state['digitalocean_database_connection_pool.app']).toMatchObject({ id: `${id}/app-pool` });
    expect(state['digitalocean_database_firewall.main'].rule).toEqual([
      { type: 'ip_addr', value: '192.0.2.1', uuid: expect.any(String), created_at: expect.any(String) },
    ]);

    const changed = structuredClone(everything) as Record<string, Record<string, unknown>>;
    Object.assign(changed['digitalocean_database_cluster.main'], {
      size: 'db-s-2vcpu-4gb',
      node_count: 2,
      tags: ['blue'],
    });
    Object.assign(changed['digitalocean_database_cluster.cache'], { eviction_policy: 'noeviction' });
    changed['digitalocean_database_firewall.main'].rule = [
      { type: 'ip_addr', value: '192.0.2.1' },
      { type: 'tag', value: 'web' },
    ];
    Object.assign(changed['digitalocean_database_postgresql_config.main'], { timezone: 'Europe/Berlin' });
    Object.assign(changed['digitalocean_database_connection_pool.app'], { size: 12 });
    vendors.write(changed);
    expect(await vendors.workspace.plan()).toEqual({
      'digitalocean_database_cluster.main': 'update',
      'digitalocean_database_cluster.cache': 'update',
      'digitalocean_database_firewall.main': 'update',
      'digitalocean_database_postgresql_config.main': 'update',
      'digitalocean_database_connection_pool.app': 'delete,create',
    });
    await vendors.workspace.apply('plan.bin');
    expect(await vendors.workspace.plan()).toEqual({});
    await vendors.workspace.ok('destroy', '-auto-approve');
    expect(vendors.digitalocean.state.databases).toEqual({});
  } finally {
    await vendors.close();
  }
});
