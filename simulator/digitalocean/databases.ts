import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { conflict, notFound, unprocessable } from './api-error';
import type { Cloud } from './cloud';
import type { Database } from './database';
import { newUser, renderDatabase, renderRules } from './database-cluster';
import { mountDatabaseContents } from './database-contents';
import { databaseSizes, engines, isSmaller, renderOptions } from './database-engines';
import { mountDatabaseReplicas } from './database-replicas';
import { mountDatabaseTopics } from './database-topics';
import { body, listOf, optionalText, type Api, type Call } from './http';
import { assignToDefault } from './project';
import { hasTag, useTags } from './tags';
import { defaultVpc } from './vpcs';

const EVICTIONS = [
  'noeviction',
  'allkeys_lru',
  'allkeys_random',
  'volatile_lru',
  'volatile_random',
  'volatile_ttl',
] as const;
const ENGINES = Object.keys(engines) as Database['engine'][];
const DEFAULT_SQL_MODE =
  'ANSI,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_ZERO_DATE,NO_ZERO_IN_DATE,STRICT_ALL_TABLES';
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

const rule = z.object({
  uuid: optionalText,
  type: z.enum(
    ['droplet', 'k8s', 'ip_addr', 'tag', 'app'],
    'invalid rule type: it must be one of droplet, k8s, ip_addr, tag, app',
  ),
  value: z.string(),
  description: optionalText,
});

const request = z.object({
  name: z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{2,62}$/,
      'invalid cluster name: 3 to 63 lower case letters, digits and dashes, beginning with a letter',
    ),
  engine: z.enum(['redis', ...ENGINES], `invalid engine: it must be one of ${ENGINES.join(', ')}`),
  version: optionalText,
  num_nodes: z.number().int().min(1, 'invalid number of nodes'),
  size: z.string(),
  region: z.string(),
  private_network_uuid: optionalText,
  tags: listOf(z.string()),
  project_id: optionalText,
  storage_size_mib: z.coerce.number().optional(),
  rules: listOf(rule),
  /** Another cluster, whose backup the new one begins with. */
  backup_restore: z.object({ database_name: z.string(), backup_created_at: optionalText }).nullish(),
});

/** Managed clusters: they take minutes at the vendor and one action's time here. */
export function mountDatabases(api: Api, cloud: Cloud): void {
  const { databases, vpcs, projects, assignments } = cloud.state;
  const wanted = (call: Call) => cloud.find(databases, call.req.param('cluster')!);
  const online = ({ resource }: { resource: string }) => {
    if (databases[resource]) databases[resource].status = 'online';
  };
  cloud.on('database.create', online);
  cloud.on('database.resize', online);
  cloud.on('database.migrate', online);

  function change(database: Database, type: 'create' | 'resize' | 'migrate', status: Database['status']): void {
    database.status = status;
    cloud.begin({ type, resource_type: 'database', resource: database.id, region: database.region });
  }

  function checkSize({ engine, size, num_nodes: nodes }: Pick<Database, 'engine' | 'size' | 'num_nodes'>): void {
    if (!databaseSizes[size]) throw unprocessable(`invalid size: ${size}`);
    const { layouts } = engines[engine];
    if (!layouts[nodes])
      throw unprocessable(`invalid layout: ${engine} has ${Object.keys(layouts).join(' or ')} nodes`);
    if (!layouts[nodes].includes(size))
      throw unprocessable(`invalid layout: ${engine} has no ${size} with ${nodes} node(s)`);
  }

  function networkIn(region: string, id: string | undefined) {
    const vpc = id === undefined ? defaultVpc(cloud, region) : vpcs[id];
    if (vpc?.region !== region) throw unprocessable(`invalid private_network_uuid: it must be a VPC in ${region}`);
    return vpc;
  }

  const rules = (given: z.infer<typeof rule>[]) =>
    given.map(({ uuid, ...r }) => ({ ...r, uuid: uuid ?? cloud.uuid('database_rule'), created_at: cloud.now() }));

  api.get('/v2/databases/options', (call) => call.json(renderOptions([...cloud.regions.open])));

  api.get('/v2/databases', (call) => {
    const tag = call.req.query('tag_name');
    return call.json({
      databases: Object.values(databases)
        .filter((d) => !tag || hasTag(d, tag))
        .map((d) => renderDatabase(cloud, d)),
    });
  });

  api.post('/v2/databases', async (call) => {
    const asked = await body(call, request);
    // Redis has turned into Valkey, whatever version is asked for
    const given =
      asked.engine === 'redis'
        ? { ...asked, engine: 'valkey' as const, version: undefined }
        : { ...asked, engine: asked.engine };
    const engine = engines[given.engine];
    const version = given.version ?? engine.default;
    if (!engine.versions.some((known) => known === version || known.startsWith(`${version}.`)))
      throw unprocessable(
        `invalid version ${version} for ${given.engine}: it must be one of ${engine.versions.join(', ')}`,
      );
    checkSize(given);
    const source =
      given.backup_restore &&
      Object.values(databases).find((other) => other.name === given.backup_restore!.database_name);
    if (given.backup_restore && !source) throw notFound('backup not found');
    if (source && source.engine !== given.engine) throw unprocessable(`invalid backup: it is of ${source.engine}`);
    const region = cloud.regions.require(given.region, `invalid region: ${given.region}`);
    if (Object.values(databases).some(({ name }) => name === given.name))
      throw conflict('cluster name is not available');
    const vpc = networkIn(region, given.private_network_uuid);
    if (given.project_id !== undefined) cloud.find(projects, given.project_id);
    const id = cloud.uuid('database');
    const database: Database = {
      id,
      name: given.name,
      engine: given.engine,
      version,
      num_nodes: given.num_nodes,
      size: given.size,
      region,
      storage_size_mib: given.storage_size_mib ?? databaseSizes[given.size],
      status: 'creating',
      vpc: vpc.id,
      tags: useTags(cloud, given.tags),
      users: [newUser(engine.user, 'primary'), ...(source?.users.slice(1) ?? []).map((user) => ({ ...user }))],
      dbs: source ? [...source.dbs] : engine.db ? [engine.db] : [],
      pools: [],
      rules: rules(given.rules),
      config: {},
      eviction_policy: 'noeviction',
      sql_mode: DEFAULT_SQL_MODE,
      maintenance: { day: 'monday', hour: '00:00:00' },
      created_at: cloud.now(),
    };
    databases[id] = database;
    assignToDefault(cloud, `do:dbaas:${id}`);
    if (given.project_id) assignments[`do:dbaas:${id}`].project = given.project_id;
    change(database, 'create', 'creating');
    return call.json({ database: renderDatabase(cloud, database) }, 201);
  });

  api.get('/v2/databases/:cluster', (call) => call.json({ database: renderDatabase(cloud, wanted(call)) }));

  api.delete('/v2/databases/:cluster', (call) => {
    const { id } = wanted(call);
    delete assignments[`do:dbaas:${id}`];
    delete databases[id];
    return call.body(null, 204);
  });

  api.put('/v2/databases/:cluster/resize', async (call) => {
    const database = wanted(call);
    const to = await body(
      call,
      z.object({
        size: z.string(),
        num_nodes: z.number().int().min(1),
        storage_size_mib: z.coerce.number().optional(),
      }),
    );
    checkSize({ ...database, ...to });
    if (isSmaller(to.size, database.size))
      throw unprocessable('invalid size: nodes cannot be resized to smaller sizes');
    const storage = to.storage_size_mib ?? Math.max(database.storage_size_mib, databaseSizes[to.size]);
    if (storage < database.storage_size_mib)
      throw unprocessable('invalid storage size: the disk of a cluster cannot shrink');
    Object.assign(database, to, { storage_size_mib: storage });
    change(database, 'resize', 'resizing');
    return call.body(null, 202);
  });

  api.put('/v2/databases/:cluster/migrate', async (call) => {
    const database = wanted(call);
    const { region: to, private_network_uuid: vpc } = await body(
      call,
      z.object({ region: z.string(), private_network_uuid: optionalText }),
    );
    const region = cloud.regions.require(to, `invalid region: ${to}`);
    Object.assign(database, { region, vpc: networkIn(region, vpc).id });
    change(database, 'migrate', 'migrating');
    return call.body(null, 202);
  });

  api.put('/v2/databases/:cluster/upgrade', async (call) => {
    const database = wanted(call);
    const { version } = await body(call, z.object({ version: z.string() }));
    const { versions } = engines[database.engine];
    if (versions.indexOf(version) <= versions.indexOf(database.version))
      throw unprocessable(`invalid version ${version}: it must be newer than ${database.version}`);
    database.version = version;
    return call.body(null, 204);
  });

  api.put('/v2/databases/:cluster/maintenance', async (call) => {
    const database = wanted(call);
    const { day, hour } = await body(
      call,
      z.object({
        day: z
          .string()
          .refine((text) => (DAYS as readonly string[]).includes(text.toLowerCase()), 'invalid maintenance day'),
        hour: z.string().regex(/^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, 'invalid maintenance hour'),
      }),
    );
    database.maintenance = { day: day.toLowerCase(), hour: hour.length === 5 ? `${hour}:00` : hour };
    return call.body(null, 204);
  });

  api.get('/v2/databases/:cluster/firewall', (call) => call.json({ rules: renderRules(wanted(call)) }));

  api.put('/v2/databases/:cluster/firewall', async (call) => {
    const database = wanted(call);
    database.rules = rules((await body(call, z.object({ rules: listOf(rule) }))).rules);
    return call.body(null, 204);
  });

  api.get('/v2/databases/:cluster/config', (call) => {
    const { config } = wanted(call);
    return call.json({ config });
  });

  api.patch('/v2/databases/:cluster/config', async (call) => {
    const database = wanted(call);
    const { config } = await body(call, z.object({ config: z.record(z.string(), z.unknown()) }));
    Object.assign(database.config, config);
    return call.json({});
  });

  api.get('/v2/databases/:cluster/eviction_policy', (call) => {
    const database = wanted(call);
    if (database.engine !== 'valkey') throw notFound();
    return call.json({ eviction_policy: database.eviction_policy });
  });

  api.put('/v2/databases/:cluster/eviction_policy', async (call) => {
    const database = wanted(call);
    if (database.engine !== 'valkey') throw notFound();
    database.eviction_policy = (await body(call, z.object({ eviction_policy: z.enum(EVICTIONS) }))).eviction_policy;
    return call.body(null, 204);
  });

  api.get('/v2/databases/:cluster/sql_mode', (call) => {
    const database = wanted(call);
    if (database.engine !== 'mysql') throw notFound();
    return call.json({ sql_mode: database.sql_mode });
  });

  api.put('/v2/databases/:cluster/sql_mode', async (call) => {
    const database = wanted(call);
    if (database.engine !== 'mysql') throw notFound();
    database.sql_mode = (await body(call, z.object({ sql_mode: z.string() }))).sql_mode;
    return call.body(null, 204);
  });

  /** One authority for all clusters. Its key is thrown away: nothing listens behind them. */
  api.get('/v2/databases/:cluster/ca', (call) => {
    wanted(call);
    return call.json({ ca: { certificate: readFileSync(join(__dirname, 'database-ca.crt')).toString('base64') } });
  });

  api.get('/v2/databases/:cluster/backups', (call) =>
    call.json({ backups: [{ created_at: wanted(call).created_at, size_gigabytes: 0.03 }] }),
  );

  mountDatabaseContents(api, cloud);
  mountDatabaseReplicas(api, cloud);
  mountDatabaseTopics(api, cloud);
}
