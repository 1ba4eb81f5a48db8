import { Volume } from '@cdktf/provider-digitalocean/lib/volume';
import { VolumeAttachment } from '@cdktf/provider-digitalocean/lib/volume-attachment';
import { Construct } from 'constructs';
import type { Machine } from './machine';

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
    const volume = new Volume(this, 'Resource', { name, region, size, initialFilesystemType: 'ext4', lifecycle: { preventDestroy: protect } });
    // a volume is attached to one machine at a time: detached from the old one before the new one gets it
    this.attachment = new VolumeAttachment(this, 'attachment', { volumeId: volume.id, dropletId: machine.id });
    this.urn = volume.urn;
  }
}
