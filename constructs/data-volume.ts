import { Volume } from '@cdktf/provider-digitalocean/lib/volume';
import { VolumeAttachment } from '@cdktf/provider-digitalocean/lib/volume-attachment';
import { Construct } from 'constructs';
import { ofGeneration, parts } from '../definition/addresses';
import type { Machine } from './machine';
import { TerraformData } from './terraform-data';

export interface DataVolumeProps {
  /** The machine finds the volume by this name. Changing it makes another, empty volume. */
  readonly name: string;
  readonly region: string;
  /** GiB; can grow, never shrink. */
  readonly size: number;
  readonly machine: Machine;
  /** Terraform refuses to destroy the volume. */
  readonly protect: boolean;
}

/** What must survive the machine: it moves from one generation to the next. */
export class DataVolume extends Construct {
  readonly urn: string;
  readonly attachment: VolumeAttachment;

  constructor(scope: Construct, id: string, { name, region, size, machine, protect }: DataVolumeProps) {
    super(scope, id);
    const volume = new Volume(this, 'Resource', {
      name,
      region,
      size,
      initialFilesystemType: 'ext4',
      lifecycle: { preventDestroy: protect },
    });
    // a volume is attached to one machine at a time: the former attachment goes before this, and the next one comes after it
    const holder = new TerraformData(this, parts.holder, { generation: machine.generation });
    this.attachment = new VolumeAttachment(this, ofGeneration(parts.attachment, machine.generation), {
      volumeId: volume.id,
      dropletId: machine.number,
      dependsOn: [holder],
    });
    this.urn = volume.urn;
  }
}
