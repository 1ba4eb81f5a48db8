import type { DatastoreName } from '../contract/desired';
import { variablesOfUrl } from '../contract/datastore-variables';
import type { Credentials } from './credentials';
import { databaseOf } from './steps/postgres';

/** What a service finds its datastores in: their URLs, and the parts of them. */
export const datastoreEnvironment = (
  service: string,
  stores: readonly (readonly [DatastoreName, string])[],
  own: Credentials,
  managed: Readonly<Record<string, string>> = {},
): Record<string, string> =>
  Object.fromEntries(
    stores.flatMap(([store, variable]) =>
      Object.entries(variablesOfUrl(store, variable, managed[variable] ?? urlOf(store, service, own))),
    ),
  );

const urlOf = (store: DatastoreName, service: string, { postgres, redis }: Credentials): string =>
  store === 'postgres'
    ? `postgresql://${databaseOf(service)}:${postgres[service]}@postgres:5432/${databaseOf(service)}`
    : `redis://${service}:${redis[service]!.password}@redis:6379/${redis[service]!.database}`;
