import type { DatastoreName } from './service';

/**
 * The variables that a service finds a datastore in, on a laptop and on a machine alike: its URL, and the parts of it, under the names that libpq
 * (postgresql.org/docs/17/libpq-envars.html) and most clients of Redis read by themselves.
 */
export const datastoreVariables = {
  postgres: {
    url: 'DATABASE_URL',
    host: 'PGHOST',
    port: 'PGPORT',
    user: 'PGUSER',
    password: 'PGPASSWORD',
    database: 'PGDATABASE',
    sslmode: 'PGSSLMODE',
  },
  redis: {
    url: 'REDIS_URL',
    host: 'REDIS_HOST',
    port: 'REDIS_PORT',
    user: 'REDIS_USERNAME',
    password: 'REDIS_PASSWORD',
    database: 'REDIS_DB',
  },
} as const satisfies Record<DatastoreName, Record<string, string>>;
