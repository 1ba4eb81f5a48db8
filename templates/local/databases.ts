import { identifier, sqlText } from '../../lib/text/postgres';
import { databaseOf, localPassword } from './local-service';
import type { Product } from './product';

/** SQL that gives each service that uses Postgres its user and database; run again, it changes nothing. */
export function renderDatabases({ services }: Product): string {
  return services
    .filter(({ needs }) => needs.includes('postgres'))
    .map(({ name }) => {
      const database = databaseOf(name);
      return [
        `SELECT ${sqlText(`CREATE ROLE ${identifier(database)} LOGIN PASSWORD ${sqlText(localPassword)}`)} WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${sqlText(database)})\\gexec`,
        `SELECT ${sqlText(`CREATE DATABASE ${identifier(database)} OWNER ${identifier(database)}`)} WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = ${sqlText(database)})\\gexec`,
        '',
      ].join('\n');
    })
    .join('');
}
