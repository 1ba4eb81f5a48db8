import { AssetType, type ITerraformDependable, TerraformAsset } from 'cdktf';
import { Construct } from 'constructs';
import type { Bucket } from './bucket';
import type { Machine } from './machine';
import { TerraformData } from './terraform-data';
import { expression } from './terraform-text';

export interface SuccessionProps {
  readonly exchange: Bucket;
  readonly region: string;
  /** The machine that has the volume. */
  readonly machine: Machine;
  /** A program that sees to it, for the Node of whoever deploys. */
  readonly path: string;
  /** What must not go before the machine has stopped: the volume's attachment, and the address. */
  readonly after: readonly ITerraformDependable[];
}

/**
 * How one machine follows another, in two moments that Terraform's order of destruction gives: whatever depends on a thing is
 * destroyed before it. Before the volume is detached, a program waits until the next machine, which is made meanwhile, is ready,
 * and has this one stop its services and unmount. Before this machine is destroyed, it waits until the next one serves. What the
 * program needs is kept as values, because a provisioner at destruction sees nothing else.
 *
 * One address with the generation as its key: for one whose block is gone, as the machine's is, Terraform runs no provisioner;
 * and one that is replaced takes on the next machine's dependencies before it goes, and would have that machine wait for it.
 */
export class Succession extends Construct {
  constructor(scope: Construct, id: string, { exchange, region, machine, path, after }: SuccessionProps) {
    super(scope, id);
    const program = new TerraformAsset(this, 'program', { path, type: AssetType.FILE });
    const values = { machine: expression('each.value'), generation: expression('each.key') };
    // a bucket or a machine that is named anew is no succession
    const input = { name: machine.name, bucket: exchange.name, region };
    const selves = (attribute: string, names: object) =>
      Object.keys(names).map((name) => [name.toUpperCase(), expression(`self.${attribute}.${name}`)]);
    const moment = (name: string, step: 'succeed' | 'relieved', dependsOn: ITerraformDependable[]): TerraformData => {
      const data = new TerraformData(this, name, values, {
        dependsOn,
        input,
        provisioners: [
          {
            type: 'local-exec',
            when: 'destroy',
            command: `node ${program.path}`,
            environment: {
              STEP: step,
              ...Object.fromEntries([...selves('triggers_replace', values), ...selves('input', input)]),
            },
          },
        ],
      });
      data.addOverride('for_each', { [machine.generation]: machine.id });
      return data;
    };
    // depends on the machine alone: its destruction may wait, and nothing else waits for that
    const relieved = moment('relieved', 'relieved', []);
    moment('Resource', 'succeed', [...after, relieved]);
  }
}
