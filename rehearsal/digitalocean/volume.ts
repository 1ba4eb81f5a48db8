import { notFound, unprocessable } from './api-error';
import { renderRegion } from './catalogue';
import type { Cloud } from './cloud';
import type { Droplet, Volume } from './state';

/** https://docs.digitalocean.com/products/volumes/details/limits/ */
const MAX_VOLUMES_PER_DROPLET = 15;

export const renderVolume = ({ droplet, region, ...volume }: Volume) => ({
  ...volume,
  region: renderRegion(region),
  droplet_ids: droplet === null ? [] : [droplet],
});

/** Why this volume cannot go to this machine. */
export function refuseAttach(cloud: Cloud, volume: Volume, droplet: Droplet): void {
  if (volume.droplet === droplet.id) throw unprocessable('This volume is already attached to the Droplet.');
  if (volume.droplet !== null) throw unprocessable('This volume is already attached to a Droplet: detach it there first.');
  if (volume.region !== droplet.region)
    throw unprocessable('Volume must be in the same region as the Droplet it is attached to.');
  const attached = Object.values(cloud.state.volumes).filter((other) => other.droplet === droplet.id).length;
  if (attached >= MAX_VOLUMES_PER_DROPLET) throw unprocessable(`A Droplet can have ${MAX_VOLUMES_PER_DROPLET} volumes at most.`);
}

export function attachAtCreation(cloud: Cloud, droplet: Droplet, ids: string[]): void {
  for (const id of ids) {
    const volume = cloud.state.volumes[id];
    if (!volume) throw notFound(`volume ${id} was not found`);
    refuseAttach(cloud, volume, droplet);
    volume.droplet = droplet.id;
  }
}
