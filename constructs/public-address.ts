import { ReservedIp } from '@cdktf/provider-digitalocean/lib/reserved-ip';
import { ReservedIpAssignment } from '@cdktf/provider-digitalocean/lib/reserved-ip-assignment';
import { Construct } from 'constructs';
import type { Machine } from './machine';

export interface PublicAddressProps {
  readonly region: string;
  readonly machine: Machine;
}

/** The address that the records point to. It stays when the machine is replaced. */
export class PublicAddress extends Construct {
  readonly ipv4: string;
  readonly urn: string;

  constructor(scope: Construct, id: string, { region, machine }: PublicAddressProps) {
    super(scope, id);
    const address = new ReservedIp(this, 'Resource', { region });
    new ReservedIpAssignment(this, 'assignment', { ipAddress: address.ipAddress, dropletId: machine.id });
    this.ipv4 = address.ipAddress;
    this.urn = address.urn;
  }
}
