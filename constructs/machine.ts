import { Droplet } from '@cdktf/provider-digitalocean/lib/droplet';
import { type ITerraformDependable, Token } from 'cdktf';
import { Construct } from 'constructs';
import { ofGeneration } from '../definition/addresses';

export interface MachineProps {
  readonly name: string;
  readonly region: string;
  /** Changing it powers the machine off, resizes it and powers it on: about a minute. */
  readonly size: string;
  readonly image: string;
  /** Part of the address: another one is another machine, made beside this one, which then goes. Nothing else replaces it. */
  readonly generation: number;
  readonly networkId: string;
  readonly tag: string;
  readonly sshKeyIds: readonly string[];
  readonly userData: string;
  readonly backups: 'off' | 'weekly' | 'daily';
  /** What must stand before the machine does: its firewall. */
  readonly after: readonly ITerraformDependable[];
}

/**
 * The droplet. Its image, user-data and SSH keys are read once, when it is made: DigitalOcean cannot change them, and
 * would replace the machine for one letter. They are ignored until `generation` is raised.
 */
export class Machine extends Construct {
  readonly id: string;
  readonly urn: string;
  readonly name: string;
  readonly generation: number;

  /** As most resources want it. */
  get number(): number {
    return Token.asNumber(this.id);
  }

  constructor(scope: Construct, id: string, props: MachineProps) {
    super(scope, id);
    const droplet = new Droplet(this, ofGeneration('Resource', props.generation), {
      name: props.name,
      region: props.region,
      size: props.size,
      image: props.image,
      vpcUuid: props.networkId,
      tags: [props.tag],
      sshKeys: props.sshKeyIds.length > 0 ? [...props.sshKeyIds] : undefined,
      userData: props.userData,
      monitoring: true,
      // the disk keeps its size, so that a machine can be made smaller again
      resizeDisk: false,
      // services get to stop before the machine is taken away
      gracefulShutdown: true,
      backups: props.backups !== 'off',
      backupPolicy: backupPolicy(props.backups),
      dependsOn: [...props.after],
      lifecycle: { ignoreChanges: ['image', 'user_data', 'ssh_keys'] },
    });
    this.id = droplet.id;
    this.urn = droplet.urn;
    this.name = props.name;
    this.generation = props.generation;
  }
}

// hours are UTC; the API takes 0, 4, 8, 12, 16 and 20
const backupPolicy = (plan: MachineProps['backups']) => {
  if (plan === 'daily') return { plan, hour: 4 };
  return plan === 'weekly' ? { plan, weekday: 'SUN', hour: 4 } : undefined;
};
