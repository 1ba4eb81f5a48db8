import { DatabaseCluster } from '@cdktf/provider-digitalocean/lib/database-cluster';
import { DatabaseFirewall } from '@cdktf/provider-digitalocean/lib/database-firewall';
import { Construct } from 'constructs';

export interface ManagedDatastoreProps {
  /** Changing it makes another, empty cluster. */
  readonly name: string;
  readonly engine: 'pg' | 'valkey';
  readonly version: number;
  readonly region: string;
  readonly size: string;
  readonly nodes: number;
  readonly networkId: string;
  /** Only machines with this tag can connect. */
  readonly tag: string;
  /** Keys are dropped when memory is full; for a cache. */
  readonly evictionPolicy?: string;
  readonly protect: boolean;
}

/** A database cluster that DigitalOcean runs, reachable from the environment's machine only. */
export class ManagedDatastore extends Construct {
  readonly id: string;
  readonly urn: string;
  /** With the cluster's own user and password, inside the environment's network. Terraform keeps it in its state. */
  readonly privateUri: string;

  constructor(scope: Construct, id: string, props: ManagedDatastoreProps) {
    super(scope, id);
    const cluster = new DatabaseCluster(this, 'Resource', {
      name: props.name,
      engine: props.engine,
      version: String(props.version),
      region: props.region,
      size: props.size,
      nodeCount: props.nodes,
      privateNetworkUuid: props.networkId,
      evictionPolicy: props.evictionPolicy,
      tags: [props.tag],
      lifecycle: { preventDestroy: props.protect },
    });
    new DatabaseFirewall(this, 'firewall', { clusterId: cluster.id, rule: [{ type: 'tag', value: props.tag }] });
    this.id = cluster.id;
    this.urn = cluster.urn;
    this.privateUri = cluster.privateUri;
  }
}
