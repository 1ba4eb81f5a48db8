import { Vpc } from '@cdktf/provider-digitalocean/lib/vpc';
import { Construct } from 'constructs';

export interface NetworkProps {
  readonly name: string;
  readonly region: string;
  /** Left out, DigitalOcean chooses a range that is free. */
  readonly ipRange?: string;
}

/** The environment's private network. */
export class Network extends Construct {
  readonly id: string;

  constructor(scope: Construct, id: string, { name, region, ipRange }: NetworkProps) {
    super(scope, id);
    const vpc = new Vpc(this, 'Resource', { name, region, ipRange });
    this.id = vpc.id;
  }
}
