import { Firewall as FirewallResource } from '@cdktf/provider-digitalocean/lib/firewall';
import { Construct } from 'constructs';

export interface FirewallProps {
  readonly name: string;
  /** Applies to whatever carries this tag, so that a machine is behind it from its first second. */
  readonly tag: string;
  /** Who reaches port 443. Port 80 is open to everybody: the authority that issues certificates asks there, from addresses that it does not publish. */
  readonly webFrom: readonly string[];
  /** Who reaches port 22; nobody when empty. */
  readonly sshFrom: readonly string[];
}

const everywhere = ['0.0.0.0/0', '::/0'];

/** Lets web traffic in, SSH only from where it is allowed, and everything out. */
export class Firewall extends Construct {
  readonly resource: FirewallResource;

  constructor(scope: Construct, id: string, { name, tag, webFrom, sshFrom }: FirewallProps) {
    super(scope, id);
    const inbound = (protocol: string, portRange: string | undefined, from: readonly string[]) => ({
      protocol,
      portRange,
      sourceAddresses: [...from],
    });
    const outbound = (protocol: string, portRange?: string) => ({
      protocol,
      portRange,
      destinationAddresses: everywhere,
    });
    this.resource = new FirewallResource(this, 'Resource', {
      name,
      tags: [tag],
      inboundRule: [
        inbound('tcp', '80', everywhere),
        inbound('tcp', '443', webFrom),
        // HTTP/3
        inbound('udp', '443', webFrom),
        ...(sshFrom.length > 0 ? [inbound('tcp', '22', sshFrom)] : []),
        // path MTU discovery
        inbound('icmp', undefined, everywhere),
      ],
      // "all" is how the API reads back a whole range; written so, the next plan is clean
      outboundRule: [outbound('tcp', 'all'), outbound('udp', 'all'), outbound('icmp')],
    });
  }
}

/** Where `access.web` says nothing. */
export const fromEverywhere: readonly string[] = everywhere;
