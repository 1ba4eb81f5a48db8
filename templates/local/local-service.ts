import type { Product } from './product';
import type { DatastoreName, Service } from '../../definition/service';
import { datastoreVariables } from '../../definition/service-variables';
import { variablesOfUrl } from '../../contract/datastore-variables';

/** Known to everybody, and good only behind a port of this very machine. */
export const localPassword = 'local';

export const datastorePort: Readonly<Record<DatastoreName, number>> = { postgres: 5432, redis: 6379 };

/** The database and the user of a service: its own name, as on the machine. */
export const databaseOf = (service: string): string => service.replaceAll('-', '_');

/** Where a service finds a datastore; `host` is the datastore's name inside compose and `localhost` outside. */
export function datastoreUrl(name: DatastoreName, service: string, host: string): string {
  const port = datastorePort[name];
  return name === 'postgres'
    ? `postgresql://${databaseOf(service)}:${localPassword}@${host}:${port}/${databaseOf(service)}`
    : `redis://${host}:${port}/0`;
}

/** What a service gets in its environment, beside its secrets. */
export function localVariables(service: Service, host: (name: DatastoreName) => string): Record<string, string> {
  return {
    ...(service.port === undefined ? {} : { PORT: String(service.port) }),
    ...service.variables,
    ...Object.fromEntries(
      service.needs.flatMap((name) =>
        Object.entries(
          variablesOfUrl(name, datastoreVariables[name].url, datastoreUrl(name, service.name, host(name))),
        ),
      ),
    ),
  };
}

/**
 * A port of the laptop for each service that has one: its own if nobody took it before, else the next that is free.
 * The datastores keep theirs.
 */
export function localPorts({ services, datastores }: Product): ReadonlyMap<string, number> {
  const taken = new Set(datastores.map(({ name }) => datastorePort[name]));
  const ports = new Map<string, number>();
  for (const { name, port } of services) {
    if (port === undefined) continue;
    let free = port;
    while (taken.has(free)) free += 1;
    taken.add(free);
    ports.set(name, free);
  }
  return ports;
}
