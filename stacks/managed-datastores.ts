import { Construct } from 'constructs';
import { ManagedDatastore } from '../constructs/managed-datastore';
import { ManagedPostgres } from '../constructs/managed-postgres';
import { parts } from '../definition/addresses';
import type { Environment } from '../definition/resolve';
import type { DatastoreName } from '../definition/service';
import { datastoreVariables } from '../definition/service-variables';

export interface ManagedDatastoresProps {
  readonly networkId: string;
  readonly tag: string;
}

/** The datastores that this environment leaves to DigitalOcean; often none. */
export class ManagedDatastores extends Construct {
  readonly urns: readonly string[];
  /** By service and variable, what a service connects with. */
  readonly urls: Readonly<Record<string, Readonly<Record<string, string>>>>;

  constructor(scope: Construct, id: string, environment: Environment, { networkId, tag }: ManagedDatastoresProps) {
    super(scope, id);
    const urls: Record<string, Record<string, string>> = {};
    this.urls = urls;
    const hand = (service: string, store: DatastoreName, url: string): void => {
      (urls[service] ??= {})[datastoreVariables[store].url] = url;
    };
    const users = (store: DatastoreName): string[] =>
      environment.services.filter((service) => service.needs.includes(store)).map((service) => service.name);
    this.urns = environment.datastores.flatMap((store) => {
      if (store.placement === 'machine') return [];
      const props = {
        ...store.placement.managed,
        version: store.version,
        region: environment.platform.region,
        networkId,
        tag,
        protect: environment.protected,
      };
      if (store.name === 'postgres') {
        const postgres = new ManagedPostgres(this, parts.postgres, {
          ...props,
          name: environment.names.postgres,
          services: users('postgres'),
        });
        for (const [service, url] of Object.entries(postgres.urls)) hand(service, 'postgres', url);
        return postgres.urn;
      }
      // DigitalOcean's Redis is Valkey since 2025; 8 speaks what Redis 8 clients say
      const redis = new ManagedDatastore(this, parts.redis, {
        ...props,
        name: environment.names.redis,
        engine: 'valkey',
        evictionPolicy: 'noeviction',
      });
      for (const service of users('redis')) hand(service, 'redis', redis.privateUri);
      return redis.urn;
    });
  }
}
