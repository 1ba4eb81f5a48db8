import { z } from 'zod';
import { notFound, unprocessable } from './api-error';
import type { Cloud } from './cloud';
import { body, listOf, optionalText, page, type Api } from './http';
import { findImage, privateImages } from './image';
import type { Droplet, PrivateImage, VolumeSnapshot } from './state';
import { useTags } from './tags';

const NAME = z.string().min(1, "name can't be blank").max(255, 'name is too long (maximum is 255 characters)');

/** Gigabytes of every snapshot: the vendor's depends on what is written. */
const SIZE_GIGABYTES = 1.5;

/** A machine's snapshot is an image of the account's own. */
export function snapshotDroplet(cloud: Cloud, droplet: Droplet, name: string): void {
  const made = findImage(cloud, droplet.image, true)!;
  const id = 188_000_000 + cloud.count('image');
  cloud.state.images[id] = {
    id,
    type: 'snapshot',
    name,
    distribution: made.distribution,
    description: '',
    droplet: droplet.id,
    regions: [droplet.region],
    tags: [],
    min_disk_size: droplet.disk,
    size_gigabytes: SIZE_GIGABYTES,
    status: 'available',
    created_at: cloud.now(),
  };
}

export const snapshotsOfDroplet = (cloud: Cloud, droplet: number): PrivateImage[] =>
  privateImages(cloud).filter((image) => image.type === 'snapshot' && image.droplet === droplet);

/** Snapshots of machines and of volumes, which share a list and nothing else. */
export function mountSnapshots(api: Api, cloud: Cloud): void {
  const { volumes, volume_snapshots: ofVolumes, droplets } = cloud.state;

  const renderImage = ({
    id,
    name,
    created_at,
    regions,
    min_disk_size,
    size_gigabytes,
    tags,
    droplet,
  }: PrivateImage) => ({
    id: String(id),
    name,
    created_at,
    regions,
    min_disk_size,
    size_gigabytes,
    tags,
    resource_id: String(droplet ?? ''),
    resource_type: 'droplet',
  });
  const renderVolume = ({ volume, filesystem_type: _type, filesystem_label: _label, ...snapshot }: VolumeSnapshot) => ({
    ...snapshot,
    resource_id: volume,
    resource_type: 'volume',
  });
  const images = () => privateImages(cloud).filter(({ type }) => type === 'snapshot');
  const image = (id: string) => images().find((one) => String(one.id) === id);

  api.get('/v2/snapshots', (call) => {
    const type = call.req.query('resource_type');
    return page(call, 'snapshots', [
      ...(type === 'volume' ? [] : images().map(renderImage)),
      ...(type === 'droplet' ? [] : Object.values(ofVolumes).map(renderVolume)),
    ]);
  });

  api.get('/v2/snapshots/:snapshot', (call) => {
    const id = call.req.param('snapshot');
    const ofDroplet = image(id);
    return call.json({ snapshot: ofDroplet ? renderImage(ofDroplet) : renderVolume(cloud.find(ofVolumes, id)) });
  });

  api.delete('/v2/snapshots/:snapshot', (call) => {
    const id = call.req.param('snapshot');
    const ofDroplet = image(id);
    if (ofDroplet) ofDroplet.status = 'deleted';
    else delete ofVolumes[cloud.find(ofVolumes, id).id];
    return call.body(null, 204);
  });

  api.get('/v2/droplets/:droplet/snapshots', (call) => {
    const { id } = cloud.find(droplets, call.req.param('droplet'));
    const rendered = snapshotsOfDroplet(cloud, id).map(
      ({ id: number, name, created_at, regions, min_disk_size, size_gigabytes }) => ({
        id: number,
        name,
        created_at,
        regions,
        min_disk_size,
        size_gigabytes,
        type: 'snapshot',
      }),
    );
    return page(call, 'snapshots', rendered);
  });

  api.get('/v2/volumes/:volume/snapshots', (call) => {
    const { id } = cloud.find(volumes, call.req.param('volume'));
    return page(
      call,
      'snapshots',
      Object.values(ofVolumes)
        .filter(({ volume }) => volume === id)
        .map(renderVolume),
    );
  });

  api.post('/v2/volumes/:volume/snapshots', async (call) => {
    const volume = cloud.find(volumes, call.req.param('volume'));
    const given = await body(call, z.object({ name: NAME, description: optionalText, tags: listOf(z.string()) }));
    if (Object.values(ofVolumes).some((other) => other.volume === volume.id && other.name === given.name))
      throw unprocessable('a snapshot of this name already exists for the volume');
    const id = cloud.uuid('volume_snapshot');
    ofVolumes[id] = {
      id,
      volume: volume.id,
      name: given.name,
      tags: useTags(cloud, given.tags),
      created_at: cloud.now(),
      regions: [volume.region],
      min_disk_size: volume.size_gigabytes,
      size_gigabytes: SIZE_GIGABYTES,
      filesystem_type: volume.filesystem_type,
      filesystem_label: volume.filesystem_label,
    };
    return call.json({ snapshot: renderVolume(ofVolumes[id]) }, 201);
  });

  api.get('/v2/volumes/snapshots/:snapshot', (call) =>
    call.json({ snapshot: renderVolume(cloud.find(ofVolumes, call.req.param('snapshot'))) }),
  );

  api.delete('/v2/volumes/snapshots/:snapshot', (call) => {
    delete ofVolumes[cloud.find(ofVolumes, call.req.param('snapshot')).id];
    return call.body(null, 204);
  });
}

/** What a volume that is made of a snapshot begins with; a volume cannot be smaller than what is in it. */
export function contentsOf(
  cloud: Cloud,
  id: string,
  region: string,
  gigabytes: number,
): Pick<VolumeSnapshot, 'filesystem_type' | 'filesystem_label'> {
  const snapshot = Object.hasOwn(cloud.state.volume_snapshots, id) ? cloud.state.volume_snapshots[id] : undefined;
  if (!snapshot) throw notFound('snapshot not found');
  if (!snapshot.regions.includes(region))
    throw unprocessable(`the snapshot is in ${snapshot.regions.join(', ')}, not in ${region}`);
  if (gigabytes < snapshot.min_disk_size)
    throw unprocessable(`size_gigabytes must be at least ${snapshot.min_disk_size}, the size of the snapshot's volume`);
  return { filesystem_type: snapshot.filesystem_type, filesystem_label: snapshot.filesystem_label };
}
