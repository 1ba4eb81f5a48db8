import { AssetType, type ITerraformDependable, TerraformAsset } from 'cdktf';
import { Construct } from 'constructs';
import type { Bucket } from './bucket';
import { TerraformData } from './terraform-data';

export interface SuccessionProps {
  readonly exchange: Bucket;
  readonly region: string;
  /** Id of the machine that has the volume, and its generation. */
  readonly machine: string;
  readonly generation: number;
  /** A program that sees to it, for the Node of whoever deploys. */
  readonly path: string;
  /** What must not go before the machine has stopped: the volume's attachment, and the address. */
  readonly after: readonly ITerraformDependable[];
}

/**
 * The moment before a machine loses its volume. Terraform destroys what depends on the attachment before it detaches, and this runs
 * a program then, which has the machine stop its services and unmount cleanly. What it needs is kept as values, because a
 * provisioner at destruction sees nothing else. It cannot wait for the new machine: Terraform makes that one only afterwards.
 */
export class Succession extends Construct {
  constructor(scope: Construct, id: string, { exchange, region, machine, generation, path, after }: SuccessionProps) {
    super(scope, id);
    const program = new TerraformAsset(this, 'program', { path, type: AssetType.FILE });
    new TerraformData(this, 'Resource', { machine, generation, bucket: exchange.name, region }, {
      dependsOn: [...after],
      provisioners: [{
        type: 'local-exec',
        when: 'destroy',
        command: `node ${program.path}`,
        environment: Object.fromEntries(['BUCKET', 'REGION', 'GENERATION'].map((name) => [name, `\${self.triggers_replace.${name.toLowerCase()}}`])),
      }],
    });
  }
}
