import { databaseOf, localPassword } from './local-service';
import type { Product } from './product';

/** SQL that gives each service that uses Postgres its user and database; run again, it changes nothing. */
export function renderDatabases({ services }: Product): string {
  return services.filter(({ needs }) => needs.includes('postgres')).map(({ name }) => {
    const database = databaseOf(name);
    return [
      `SELECT 'CREATE ROLE "${database}" LOGIN PASSWORD ''${localPassword}''' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${database}')\\gexec`,
      `SELECT 'CREATE DATABASE "${database}" OWNER "${database}"' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '${database}')\\gexec`,
      '',
    ].join('\n');
  }).join('');
}
