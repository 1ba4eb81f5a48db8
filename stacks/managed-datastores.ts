import { Construct } from 'constructs';
import { ManagedDatastore } from '../constructs/managed-datastore';
import { ManagedPostgres } from '../constructs/managed-postgres';
import type { Environment } from '../definition/resolve';

export interface ManagedDatastoresProps {
  readonly networkId: string;
  readonly tag: string;
}

/** The datastores that this environment leaves to DigitalOcean; often none. */
export class ManagedDatastores extends Construct {
  readonly urns: readonly string[];

  constructor(scope: Construct, id: string, environment: Environment, { networkId, tag }: ManagedDatastoresProps) {
    super(scope, id);
    this.urns = environment.datastores.flatMap((store) => {
      if (store.placement === 'machine') return [];
      const props = {
        ...store.placement.managed,
        version: store.version, region: environment.platform.region, networkId, tag, protect: environment.protected,
      };
      if (store.name === 'postgres') {
        const services = environment.services.filter((service) => service.needs.includes('postgres')).map((service) => service.name);
        return new ManagedPostgres(this, 'postgres', { ...props, name: environment.names.postgres, services }).urn;
      }
      // DigitalOcean's Redis is Valkey since 2025; 8 speaks what Redis 8 clients say
      return new ManagedDatastore(this, 'redis', { ...props, name: environment.names.redis, engine: 'valkey', evictionPolicy: 'noeviction' }).urn;
    });
  }
}
