import { z } from 'zod';
import { conflict, forbidden, notFound, unprocessable } from './api-error';
import type { Cloud } from './cloud';
import type { Database, DatabaseUser } from './database';
import { newPassword, newUser, renderPool } from './database-cluster';
import { engines, poolConnections } from './database-engines';
import { body, optionalText, type Api, type Call } from './http';

const name = z.string().regex(/^[a-zA-Z0-9_-]{1,63}$/, 'invalid name: 1 to 63 letters, digits, dashes and underscores');
const modes = z.enum(
  ['session', 'transaction', 'statement'],
  'invalid pool mode: it must be one of session, transaction, statement',
);
const poolSize = z.number().int().min(1, 'invalid pool size');
const poolRequest = z.object({ name, mode: modes, size: poolSize, db: z.string(), user: optionalText });

const userRequest = z.object({
  settings: z.looseObject({ acl: z.array(z.looseObject({ id: optionalText })).optional() }).nullish(),
  mysql_settings: z
    .object({ auth_plugin: z.enum(['mysql_native_password', 'caching_sha2_password'], 'invalid auth_plugin') })
    .nullish(),
});

/** What lives inside a cluster: users, databases and connection pools. */
export function mountDatabaseContents(api: Api, cloud: Cloud): void {
  const cluster = (call: Call): Database => cloud.find(cloud.state.databases, call.req.param('cluster')!);

  function named<T extends { name: string }>(list: T[], wanted: string): T {
    const found = list.find((item) => item.name === wanted);
    if (!found) throw notFound();
    return found;
  }

  /** A new cluster answers for itself, but nothing can be made in it before it is online. */
  function ready(call: Call): Database {
    const database = cluster(call);
    if (database.status === 'creating') throw unprocessable('cluster is not ready: it is still being created');
    return database;
  }

  /** Kafka's rules for topics have ids of the vendor's; MySQL's users have a way to log in. */
  function settingsOf(
    { engine }: Database,
    { settings, mysql_settings: mysql }: z.infer<typeof userRequest>,
    before: Partial<DatabaseUser> = {},
  ) {
    const rules = settings?.acl?.map((rule) => ({ ...rule, id: rule.id ?? cloud.uuid('database_acl') }));
    return {
      ...(settings && { settings: { ...settings, ...(rules && { acl: rules }) } }),
      ...(engine === 'mysql' && {
        mysql_settings: mysql ?? before.mysql_settings ?? { auth_plugin: 'caching_sha2_password' },
      }),
    };
  }

  /** The cluster, when its engine has such a thing. */
  function having(call: Call, what: 'databases' | 'connection pools'): Database {
    const database = ready(call);
    const engine = engines[database.engine];
    if (what === 'databases' ? engine.db === undefined : engine.poolPort === undefined)
      throw unprocessable(`${database.engine} has no ${what}`);
    return database;
  }

  /** Pools share the connections of their cluster. */
  function checkPool(
    database: Database,
    { db, user, size }: { db: string; user?: string; size: number },
    except?: { name: string },
  ): void {
    if (!database.dbs.includes(db)) throw unprocessable(`database ${db} does not exist`);
    if (user !== undefined && !database.users.some((other) => other.name === user))
      throw unprocessable(`user ${user} does not exist`);
    const [all, used] = [
      poolConnections(database.size),
      database.pools.filter((pool) => pool !== except).reduce((sum, pool) => sum + pool.size, 0),
    ];
    if (used + size > all) throw unprocessable(`not enough available connections: pools have ${used} of ${all}`);
  }

  api.get('/v2/databases/:cluster/users', (call) => call.json({ users: cluster(call).users }));

  api.post('/v2/databases/:cluster/users', async (call) => {
    const database = ready(call);
    const given = await body(call, userRequest.extend({ name }));
    if (database.users.some((user) => user.name === given.name)) throw conflict('user already exists');
    const user = { ...newUser(given.name, 'normal'), ...settingsOf(database, given) };
    database.users.push(user);
    return call.json({ user }, 201);
  });

  api.get('/v2/databases/:cluster/users/:user', (call) =>
    call.json({ user: named(cluster(call).users, call.req.param('user')) }),
  );

  api.put('/v2/databases/:cluster/users/:user', async (call) => {
    const database = cluster(call);
    const user = named(database.users, call.req.param('user'));
    Object.assign(user, settingsOf(database, await body(call, userRequest), user));
    return call.json({ user }, 201);
  });

  api.delete('/v2/databases/:cluster/users/:user', (call) => {
    const database = cluster(call);
    const user = named(database.users, call.req.param('user'));
    if (user.role === 'primary') throw forbidden('cannot delete the primary user');
    database.users = database.users.filter((other) => other !== user);
    return call.body(null, 204);
  });

  api.post('/v2/databases/:cluster/users/:user/reset_auth', async (call) => {
    const database = cluster(call);
    const user = named(database.users, call.req.param('user'));
    Object.assign(user, settingsOf(database, await body(call, userRequest), user), { password: newPassword() });
    return call.json({ user });
  });

  api.get('/v2/databases/:cluster/dbs', (call) => call.json({ dbs: cluster(call).dbs.map((db) => ({ name: db })) }));

  api.post('/v2/databases/:cluster/dbs', async (call) => {
    const database = having(call, 'databases');
    const given = await body(call, z.object({ name }));
    if (database.dbs.includes(given.name)) throw conflict('database already exists');
    database.dbs.push(given.name);
    return call.json({ db: given }, 201);
  });

  api.get('/v2/databases/:cluster/dbs/:db', (call) =>
    call.json({
      db: named(
        cluster(call).dbs.map((db) => ({ name: db })),
        call.req.param('db'),
      ),
    }),
  );

  api.delete('/v2/databases/:cluster/dbs/:db', (call) => {
    const database = cluster(call);
    const db = call.req.param('db');
    if (!database.dbs.includes(db)) throw notFound();
    if (db === engines[database.engine].db) throw forbidden('cannot delete the default database');
    database.dbs = database.dbs.filter((other) => other !== db);
    return call.body(null, 204);
  });

  api.get('/v2/databases/:cluster/pools', (call) => {
    const database = cluster(call);
    return call.json({ pools: database.pools.map((pool) => renderPool(database, pool)) });
  });

  api.post('/v2/databases/:cluster/pools', async (call) => {
    const database = having(call, 'connection pools');
    const pool = await body(call, poolRequest);
    if (database.pools.some((other) => other.name === pool.name)) throw conflict('connection pool already exists');
    checkPool(database, pool);
    database.pools.push(pool);
    return call.json({ pool: renderPool(database, pool) }, 201);
  });

  api.get('/v2/databases/:cluster/pools/:pool', (call) => {
    const database = cluster(call);
    return call.json({ pool: renderPool(database, named(database.pools, call.req.param('pool'))) });
  });

  api.put('/v2/databases/:cluster/pools/:pool', async (call) => {
    const database = cluster(call);
    const pool = named(database.pools, call.req.param('pool'));
    const given = await body(call, poolRequest.omit({ name: true }));
    checkPool(database, given, pool);
    Object.assign(pool, given);
    return call.body(null, 204);
  });

  api.delete('/v2/databases/:cluster/pools/:pool', (call) => {
    const database = cluster(call);
    const pool = named(database.pools, call.req.param('pool'));
    database.pools = database.pools.filter((other) => other !== pool);
    return call.body(null, 204);
  });
}
