import { notFound, unprocessable } from './api-error';
import { renderRegion } from './catalogue';
import type { Cloud } from './cloud';
import type { Droplet, Volume } from './state';

/** https://docs.digitalocean.com/products/volumes/details/limits/ */
const MAX_VOLUMES_PER_DROPLET = 15;

export const renderVolume = (cloud: Cloud, { droplet, region, ...volume }: Volume) => ({
  ...volume,
  region: renderRegion(cloud, region),
  droplet_ids: droplet === null ? [] : [droplet],
});

/** Why this volume cannot go to this machine. */
export function refuseAttach(cloud: Cloud, volume: Volume, droplet: Droplet): void {
  if (volume.droplet === droplet.id) throw unprocessable('This volume is already attached to the Droplet.');
  if (volume.droplet !== null)
    throw unprocessable('This volume is already attached to a Droplet: detach it there first.');
  if (volume.region !== droplet.region)
    throw unprocessable('Volume must be in the same region as the Droplet it is attached to.');
  const attached = Object.values(cloud.state.volumes).filter((other) => other.droplet === droplet.id).length;
  if (attached >= MAX_VOLUMES_PER_DROPLET)
    throw unprocessable(`A Droplet can have ${MAX_VOLUMES_PER_DROPLET} volumes at most.`);
}

/** A volume as a request for a machine names it: by its id, or by its name in the machine's region. */
type Named = string | { id: string } | { name: string };

export function attachAtCreation(cloud: Cloud, droplet: Droplet, wanted: Named[]): void {
  for (const one of wanted) {
    const [key, text] =
      typeof one === 'string'
        ? (['id', one] as const)
        : 'id' in one
          ? (['id', one.id] as const)
          : (['name', one.name] as const);
    const volume = Object.values(cloud.state.volumes).find(
      (other) => other[key] === text && (key === 'id' || other.region === droplet.region),
    );
    if (!volume) throw notFound(`volume ${text} was not found`);
    refuseAttach(cloud, volume, droplet);
    volume.droplet = droplet.id;
  }
}
