import type { DatastoreName } from '../definition/service';

/** The variable that a service finds each datastore's URL in, on a laptop and on a machine alike. */
export const datastoreVariable: Readonly<Record<DatastoreName, string>> = { postgres: 'DATABASE_URL', redis: 'REDIS_URL' };
