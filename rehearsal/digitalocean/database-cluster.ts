import { createHash, randomBytes } from 'node:crypto';
import type { Cloud } from './cloud';
import type { Database, DatabasePool, DatabaseUser } from './database';

/** MiB of disk that come with a size. */
export const databaseSizes: Record<string, number> = {
  'db-s-1vcpu-1gb': 10_240,
  'db-s-1vcpu-2gb': 30_720,
  'db-s-2vcpu-4gb': 61_440,
  'db-s-4vcpu-8gb': 117_760,
  'db-s-6vcpu-16gb': 276_480,
};

interface Engine {
  versions: string[];
  default: string;
  scheme: string;
  port: number;
  poolPort?: number;
  db?: string;
  user: string;
}

export const engines: Record<Database['engine'], Engine> = {
  pg: {
    versions: ['14', '15', '16', '17'],
    default: '17',
    scheme: 'postgresql',
    port: 25060,
    poolPort: 25061,
    db: 'defaultdb',
    user: 'doadmin',
  },
  valkey: { versions: ['8'], default: '8', scheme: 'rediss', port: 25061, user: 'default' },
};

/** `AVNS_` and 19 characters, as the vendor's. */
export const newPassword = () => `AVNS_${randomBytes(14).toString('base64url')}`;

export const newUser = (name: string, role: DatabaseUser['role']): DatabaseUser => ({ name, role, password: newPassword() });

function host({ name, id }: Database, access: 'public' | 'private'): string {
  const shard = createHash('sha256').update(id).digest('hex').slice(0, 6);
  return `${access === 'private' ? 'private-' : ''}${name}-do-user-1-${shard}.db.ondigitalocean.com`;
}

function connection(database: Database, access: 'public' | 'private', user: DatabaseUser, db: string | undefined, port: number) {
  const { scheme } = engines[database.engine];
  const at = `${user.name}:${user.password}@${host(database, access)}:${port}`;
  return {
    protocol: scheme,
    uri: db ? `${scheme}://${at}/${db}?sslmode=require` : `${scheme}://${at}`,
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

export const renderRules = (database: Database) => database.rules.map((rule) => ({ ...rule, cluster_uuid: database.id }));

export function renderDatabase(cloud: Cloud, database: Database) {
  const { port, db } = engines[database.engine];
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
    db_names: database.engine === 'pg' ? database.dbs : null,
    connection: connection(database, 'public', owner, db, port),
    private_connection: connection(database, 'private', owner, db, port),
    users: database.users,
    rules: renderRules(database),
    storage_size_mib: database.storage_size_mib,
    maintenance_window: { ...database.maintenance, pending: false },
    project_id: cloud.state.assignments[`do:dbaas:${database.id}`].project,
  };
}
