import { datastoreVariables } from '../definition/service-variables';
import type { DatastoreName } from '../definition/service';

/**
 * What a service finds a datastore in: its URL under `variable`, and the parts of the URL, for clients that take them apart. Clients of Postgres want
 * `postgresql://`: some refuse the shorter `postgres://` that DigitalOcean writes.
 */
export function variablesOfUrl(store: DatastoreName, variable: string, given: string): Record<string, string> {
  const text = store === 'postgres' ? given.replace(/^postgres:\/\//, 'postgresql://') : given;
  const names: Partial<Record<string, string>> = datastoreVariables[store];
  const parts = partsOf(text, store);
  return {
    [variable]: text,
    ...Object.fromEntries(
      Object.entries(parts).flatMap(([part, value]) =>
        value === undefined || names[part] === undefined ? [] : [[names[part], value]],
      ),
    ),
  };
}

const ports: Readonly<Record<DatastoreName, string>> = { postgres: '5432', redis: '6379' };

function partsOf(text: string, store: DatastoreName): Record<string, string | undefined> {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    // whoever made it knows what it is
    return {};
  }
  const decoded = (part: string): string | undefined => {
    try {
      return part === '' ? undefined : decodeURIComponent(part);
    } catch {
      return undefined;
    }
  };
  return {
    host: decoded(url.hostname.replace(/^\[(.*)\]$/, '$1')),
    port: url.port || ports[store],
    user: decoded(url.username),
    password: decoded(url.password),
    database: decoded(url.pathname.slice(1)),
    sslmode: url.searchParams.get('sslmode') ?? undefined,
  };
}
