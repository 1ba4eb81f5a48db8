import { DatabaseConnectionPool } from '@cdktf/provider-digitalocean/lib/database-connection-pool';
import { DatabaseDb } from '@cdktf/provider-digitalocean/lib/database-db';
import { DatabaseUser } from '@cdktf/provider-digitalocean/lib/database-user';
import type { Construct } from 'constructs';
import { partOf, parts } from '../definition/addresses';
import { poolSize } from '../definition/database-size';
import { ManagedDatastore, type ManagedDatastoreProps } from './managed-datastore';

export interface ManagedPostgresProps extends Omit<ManagedDatastoreProps, 'engine' | 'evictionPolicy'> {
  /** Services that use it: each gets a database, a user and a pool of its own. */
  readonly services: readonly string[];
}

/** Postgres run by DigitalOcean. */
export class ManagedPostgres extends ManagedDatastore {
  /** By service, the URL of its pool. */
  readonly urls: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { services, ...props }: ManagedPostgresProps) {
    super(scope, id, { ...props, engine: 'pg' });
    this.urls = Object.fromEntries(
      services.map((service) => {
        const database = new DatabaseDb(this, partOf(parts.database, service), {
          clusterId: this.id,
          name: service,
          lifecycle: { preventDestroy: props.protect },
        });
        const user = new DatabaseUser(this, `user-${service}`, { clusterId: this.id, name: service });
        const pool = new DatabaseConnectionPool(this, `pool-${service}`, {
          clusterId: this.id,
          name: `${service}-pool`,
          mode: 'transaction',
          size: poolSize,
          dbName: database.name,
          user: user.name,
        });
        return [service, pool.privateUri];
      }),
    );
  }
}
