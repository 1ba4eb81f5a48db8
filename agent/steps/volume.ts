import { join } from 'node:path';
import type { Desired } from '../../contract/desired';
import type { Host } from '../host';

/** Where the data volume is mounted, and what on it is the agent's. */
export const volumeFolder = '/mnt/data';
export const ownFolder = join(volumeFolder, 'berth');

export interface VolumePlaces {
  readonly volume: string;
  readonly mounts: string;
}

export const isMounted = ({ mounts, volume }: VolumePlaces, machine: Pick<Host, 'read'>): boolean =>
  (machine.read(mounts) ?? '').split('\n').some((line) => line.split(' ')[1] === volume);

/** The volume as the kernel shows it while it is attached. */
export const volumeDevice = (name: string): string => `/dev/disk/by-id/scsi-0DO_Volume_${name}`;

/** Mounts a volume that was attached late, and claims it; true when it is this environment's. */
export async function convergeVolume(
  machine: Host,
  places: VolumePlaces,
  desired: Pick<Desired, 'product' | 'environment'>,
): Promise<true> {
  if (!isMounted(places, machine)) await machine.run('systemctl', ['start', 'berth-volume']);
  claimVolume(machine, places, desired);
  return true;
}

/**
 * Ends unless the volume is there and this environment's. A volume with data and without a name, or with another's, is left
 * exactly as it is: it may be the only copy of something.
 */
export function claimVolume(
  machine: Host,
  places: VolumePlaces,
  { product, environment }: Pick<Desired, 'product' | 'environment'>,
): void {
  const { volume } = places;
  if (!isMounted(places, machine))
    throw new Error(`the data volume is not mounted at ${volume}: nothing that writes data is started`);
  const owner = join(volume, 'berth/owner.json');
  const text = machine.read(owner);
  if (text === undefined) {
    const found = machine.list(volume).filter((name) => !['lost+found', 'berth'].includes(name));
    if (found.length > 0)
      throw new Error(
        `the data volume holds data of unknown origin (${found.slice(0, 3).join(', ')}): it is left untouched. If it belongs to ${environment}, say so in ${owner}: {"product":"${product}","environment":"${environment}"}`,
      );
    machine.write(owner, `${JSON.stringify({ product, environment })}\n`);
    return;
  }
  const named = JSON.parse(text) as { product: string; environment: string };
  if (named.product !== product || named.environment !== environment) {
    throw new Error(
      `the data volume belongs to ${named.product}, ${named.environment}: it is left untouched. Attach the volume of ${product}, ${environment}, or correct ${owner}`,
    );
  }
}
