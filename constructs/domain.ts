import { Domain as DomainResource } from '@cdktf/provider-digitalocean/lib/domain';
import { Record as DnsRecord } from '@cdktf/provider-digitalocean/lib/record';
import { Construct } from 'constructs';
import { partOf, parts } from '../definition/addresses';

export interface DomainProps {
  /** The zone. Its registrar, or the zone above it, must point to ns1 to ns3.digitalocean.com. */
  readonly name: string;
  /** Labels in front of it that are served too. */
  readonly hosts: readonly string[];
  readonly address: string;
}

/** The environment's zone: a record for the domain itself and one for each host. */
export class Domain extends Construct {
  readonly urn: string;

  constructor(scope: Construct, id: string, { name, hosts, address }: DomainProps) {
    super(scope, id);
    const zone = new DomainResource(this, 'Resource', { name });
    const point = (recordId: string, host: string) =>
      new DnsRecord(this, recordId, { domain: zone.id, type: 'A', name: host, value: address, ttl: 300 });
    point(parts.apex, '@');
    for (const host of hosts) point(partOf(parts.host, host), host);
    this.urn = zone.urn;
  }
}
