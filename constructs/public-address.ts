import { ReservedIp } from '@cdktf/provider-digitalocean/lib/reserved-ip';
import { ReservedIpAssignment } from '@cdktf/provider-digitalocean/lib/reserved-ip-assignment';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { ofGeneration, parts } from '../definition/addresses';
import type { Machine } from './machine';

export interface PublicAddressProps {
  readonly region: string;
  readonly machine: Machine;
  /**
   * What happens to the machine before requests reach it: a machine takes one event at a time, and two at once end with
   * "Droplet already has a pending event". So the volume comes first and goes last.
   */
  readonly after: readonly ITerraformDependable[];
}

/**
 * The address that the records point to. It stays when the machine is replaced. It follows its machine into the project by
 * itself; named there it would differ in every plan (digitalocean/terraform-provider-digitalocean#1031).
 */
export class PublicAddress extends Construct {
  readonly ipv4: string;
  readonly assignment: ReservedIpAssignment;

  constructor(scope: Construct, id: string, { region, machine, after }: PublicAddressProps) {
    super(scope, id);
    const address = new ReservedIp(this, 'Resource', { region });
    this.assignment = new ReservedIpAssignment(this, ofGeneration(parts.assignment, machine.generation), {
      ipAddress: address.ipAddress,
      dropletId: machine.number,
      dependsOn: [...after],
    });
    this.ipv4 = address.ipAddress;
  }
}
