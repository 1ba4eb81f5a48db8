import { AssetType, type ITerraformDependable, TerraformAsset } from 'cdktf';
import { Construct } from 'constructs';
import type { Bucket } from './bucket';
import { ofGeneration } from '../definition/addresses';
import type { Machine } from './machine';
import { TerraformData } from './terraform-data';

export interface ConvergenceProps {
  /** Where machine and deploy leave messages for each other. */
  readonly exchange: Bucket;
  readonly region: string;
  /** SHA-256 of the desired state, and of the agent that brings the machine there. */
  readonly desired: string;
  readonly agent: string;
  /** Another one has to get there anew. */
  readonly machine: Machine;
  /** A program that waits and judges, for the Node of whoever deploys. */
  readonly path: string;
  /** What must stand before waiting makes sense. */
  readonly after: readonly ITerraformDependable[];
}

/** Seconds. A new machine installs its packages first, which takes two or three minutes. */
const patience = 900;

/**
 * The end of an apply: it waits until the machine reports that it is what was reviewed, and fails with the machine's own words when
 * it could not get there. Terraform marks it as tainted then, so that the next apply waits again, and the machine tries again.
 */
export class Convergence extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { exchange, region, desired, agent, machine, path, after }: ConvergenceProps,
  ) {
    super(scope, id);
    const program = new TerraformAsset(this, 'program', { path, type: AssetType.FILE });
    new TerraformData(
      this,
      ofGeneration('Resource', machine.generation),
      { desired, agent, machine: machine.id },
      {
        dependsOn: [...after],
        provisioners: [
          {
            type: 'local-exec',
            command: `node ${program.path}`,
            environment: { BUCKET: exchange.name, REGION: region, DIGEST: desired, PATIENCE: String(patience) },
          },
        ],
      },
    );
  }
}
