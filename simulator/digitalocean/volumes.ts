import { z } from 'zod';
import { actionsOf, renderAction } from './actions';
import { conflict, notFound, unprocessable } from './api-error';
import type { Cloud } from './cloud';
import { body, listOf, page, type Api, type Call } from './http';
import { assignToDefault } from './projects';
import { contentsOf } from './snapshots';
import type { Volume } from './state';
import { useTags } from './tags';
import { refuseAttach, renderVolume } from './volume';

const MAX_GIGABYTES = 16_384;
const LABEL_LENGTHS: Record<string, number> = { ext4: 16, xfs: 12 };

const gigabytes = z
  .number()
  .int()
  .min(1, 'size_gigabytes must be at least 1')
  .max(MAX_GIGABYTES, `size_gigabytes must be at most ${MAX_GIGABYTES}`);

const request = z.object({
  name: z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{0,63}$/,
      'name may only contain lower case letters, digits and "-", must begin with a letter and be at most 64 characters long',
    ),
  description: z.string().default(''),
  region: z.string(),
  size_gigabytes: gigabytes,
  snapshot_id: z.string().default(''),
  filesystem_type: z.string().default(''),
  filesystem_label: z.string().default(''),
  tags: listOf(z.string()),
});

/** Actions may name the volume in the body instead of the path; both forms exist. */
const actionRequest = z.object({
  type: z.enum(['attach', 'detach', 'resize']),
  droplet_id: z.coerce.number().optional(),
  size_gigabytes: gigabytes.optional(),
  region: z.string().optional(),
  volume_name: z.string().optional(),
});

export function mountVolumes(api: Api, cloud: Cloud): void {
  const { volumes, droplets } = cloud.state;

  cloud.on('volume.attach', ({ resource, droplet }) => {
    if (volumes[resource] && droplets[droplet!]) volumes[resource].droplet = droplet!;
  });
  cloud.on('volume.detach', ({ resource }) => {
    if (volumes[resource]) volumes[resource].droplet = null;
  });
  cloud.on('volume.resize', ({ resource, params }) => {
    if (volumes[resource]) volumes[resource].size_gigabytes = params.size as number;
  });

  const named = (name: string, region?: string) =>
    Object.values(volumes).filter((volume) => volume.name === name && (!region || volume.region === region));

  function begin(volume: Volume, given: z.infer<typeof actionRequest>) {
    const action = { type: given.type, resource_type: 'volume' as const, resource: volume.id, region: volume.region };
    if (given.region && given.region !== volume.region)
      throw unprocessable(`Volume is in ${volume.region}, not in ${given.region}.`);
    if (given.type === 'resize') {
      if (given.size_gigabytes === undefined) throw unprocessable('size_gigabytes is required to resize a volume.');
      if (given.size_gigabytes <= volume.size_gigabytes)
        throw unprocessable('New size must be larger than the current size: volumes can only grow.');
      cloud.refuseIfBusy(volume.droplet);
      return cloud.begin({
        ...action,
        ...(volume.droplet !== null && { droplet: volume.droplet }),
        params: { size: given.size_gigabytes },
      });
    }
    if (given.droplet_id === undefined) throw unprocessable('droplet_id is required.');
    const droplet = droplets[given.droplet_id];
    if (!droplet) throw notFound('Droplet not found.');
    if (given.type === 'attach') {
      refuseAttach(cloud, volume, droplet);
      if (cloud.running('volume', volume.id)) throw unprocessable('Volume already has a pending event.');
    } else if (volume.droplet !== droplet.id) throw unprocessable('Attachment not found');
    cloud.refuseIfBusy(droplet.id);
    return cloud.begin({ ...action, droplet: droplet.id });
  }

  function remove(volume: Volume): void {
    if (volume.droplet !== null || cloud.running('volume', volume.id)) {
      throw conflict(
        "A volume that's attached to a Droplet cannot be deleted. Please detach it first before deleting.",
      );
    }
    delete cloud.state.assignments[`do:volume:${volume.id}`];
    delete volumes[volume.id];
  }

  function oneNamed(call: Call): Volume {
    const [volume] = named(call.req.query('name') ?? '', call.req.query('region'));
    if (!volume) throw notFound();
    return volume;
  }

  api.get('/v2/volumes', (call) => {
    const { name, region } = call.req.query();
    const wanted = Object.values(volumes).filter(
      (volume) => (!name || volume.name === name) && (!region || volume.region === region),
    );
    return page(
      call,
      'volumes',
      wanted.map((volume) => renderVolume(cloud, volume)),
    );
  });

  api.post('/v2/volumes', async (call) => {
    const { snapshot_id: snapshot, ...given } = await body(call, request);
    const region = cloud.regions.require(given.region, `region ${given.region} is not valid`);
    const longest = LABEL_LENGTHS[given.filesystem_type];
    if (given.filesystem_type !== '' && !longest) throw unprocessable('filesystem_type must be ext4 or xfs');
    if (longest && given.filesystem_label.length > longest)
      throw unprocessable(`filesystem_label is too long (maximum is ${longest} characters)`);
    const contents = snapshot === '' ? {} : contentsOf(cloud, snapshot, region, given.size_gigabytes);
    if (named(given.name, region).length > 0) throw conflict('already exists');
    const id = cloud.uuid('volume');
    volumes[id] = {
      id,
      ...given,
      ...contents,
      region,
      tags: useTags(cloud, given.tags),
      droplet: null,
      created_at: cloud.now(),
    };
    assignToDefault(cloud, `do:volume:${id}`);
    return call.json({ volume: renderVolume(cloud, volumes[id]) }, 201);
  });

  api.delete('/v2/volumes', (call) => {
    remove(oneNamed(call));
    return call.body(null, 204);
  });

  api.post('/v2/volumes/actions', async (call) => {
    const given = await body(call, actionRequest);
    const [volume] = named(given.volume_name ?? '', given.region);
    if (!volume) throw notFound();
    return call.json({ action: renderAction(cloud, begin(volume, given)) }, 202);
  });

  api.get('/v2/volumes/:volume', (call) =>
    call.json({ volume: renderVolume(cloud, cloud.find(volumes, call.req.param('volume'))) }),
  );

  api.delete('/v2/volumes/:volume', (call) => {
    remove(cloud.find(volumes, call.req.param('volume')));
    return call.body(null, 204);
  });

  api.post('/v2/volumes/:volume/actions', async (call) => {
    const volume = cloud.find(volumes, call.req.param('volume'));
    return call.json({ action: renderAction(cloud, begin(volume, await body(call, actionRequest))) }, 202);
  });

  api.get('/v2/volumes/:volume/actions', (call) => {
    const { id } = cloud.find(volumes, call.req.param('volume'));
    return page(
      call,
      'actions',
      actionsOf(cloud, 'volume', id).map((action) => renderAction(cloud, action)),
    );
  });

  api.get('/v2/volumes/:volume/actions/:action', (call) => {
    const action = cloud.find(cloud.state.actions, call.req.param('action'));
    if (action.resource !== call.req.param('volume')) throw notFound();
    return call.json({ action: renderAction(cloud, action) });
  });
}
