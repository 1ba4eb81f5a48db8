import { createHash, randomBytes } from 'node:crypto';
import type { Cloud } from './cloud';
import type { Database, DatabasePool, DatabaseUser } from './database';
import { engines } from './database-engines';

/** `AVNS_` and 19 characters, as the vendor's. */
export const newPassword = () => `AVNS_${randomBytes(14).toString('base64url')}`;

export const newUser = (name: string, role: DatabaseUser['role']): DatabaseUser => ({
  name,
  role,
  password: newPassword(),
});

/** Where metrics can be scraped: https://docs.digitalocean.com/products/databases/postgresql/how-to/monitor-clusters/ */
const METRICS_PORT = 9273;

function host({ name, id, engine }: Database, access: 'public' | 'private'): string {
  const shard = createHash('sha256').update(id).digest('hex').slice(0, 6);
  return `${access === 'private' ? 'private-' : ''}${name}-do-user-1-${shard}.${engine === 'mongodb' ? 'mongo' : 'db'}.ondigitalocean.com`;
}

function connection(
  database: Database,
  access: 'public' | 'private',
  user: DatabaseUser,
  db: string | undefined,
  port: number,
) {
  const { scheme, query } = engines[database.engine];
  // a name of MongoDB stands for all nodes and their ports
  const at = `${user.name}:${user.password}@${host(database, access)}${scheme.endsWith('+srv') ? '' : `:${port}`}`;
  return {
    protocol: scheme,
    uri: `${scheme}://${at}${db ? `/${db}` : ''}${query ? `?${query}` : ''}`,
    database: db ?? '',
    host: host(database, access),
    port,
    user: user.name,
    password: user.password,
    ssl: true,
  };
}

export function renderPool(database: Database, pool: DatabasePool) {
  const user = database.users.find(({ name }) => name === pool.user) ?? database.users[0];
  const port = engines[database.engine].poolPort!;
  return {
    ...pool,
    connection: connection(database, 'public', user, pool.name, port),
    private_connection: connection(database, 'private', user, pool.name, port),
  };
}

export const renderRules = (database: Database) =>
  database.rules.map((rule) => ({ ...rule, cluster_uuid: database.id }));

/** How a cluster, or a replica of one, is reached. */
export function renderConnections(database: Database) {
  const { port, db } = engines[database.engine];
  const [owner] = database.users;
  return {
    connection: connection(database, 'public', owner, db, port),
    private_connection: connection(database, 'private', owner, db, port),
  };
}

export function renderDatabase(cloud: Cloud, database: Database) {
  const { db } = engines[database.engine];
  const [owner] = database.users;
  return {
    id: database.id,
    name: database.name,
    engine: database.engine,
    version: database.version,
    semantic_version: `${database.version}.0`,
    num_nodes: database.num_nodes,
    size: database.size,
    region: database.region,
    status: database.status,
    created_at: database.created_at,
    private_network_uuid: database.vpc,
    tags: database.tags,
    db_names: db ? database.dbs : null,
    ...renderConnections(database),
    ...(database.engine === 'opensearch' && { ui_connection: connection(database, 'public', owner, db, 443) }),
    metrics_endpoints: [{ host: host(database, 'public'), port: METRICS_PORT }],
    users: database.users,
    rules: renderRules(database),
    storage_size_mib: database.storage_size_mib,
    maintenance_window: { ...database.maintenance, pending: false },
    project_id: cloud.state.assignments[`do:dbaas:${database.id}`].project,
  };
}
