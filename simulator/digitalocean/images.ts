import { z } from 'zod';
import { actionsOf, renderAction } from './actions';
import { forbidden, notFound, unprocessable } from './api-error';
import type { Cloud } from './cloud';
import { body, listOf, page, type Api, type Call } from './http';
import { baseImages, findImage, isPrivate, privateImages, renderImage } from './image';
import type { PrivateImage } from './state';
import { hasTag, useTags } from './tags';

const DISTRIBUTIONS = [
  'Arch Linux',
  'CentOS',
  'CoreOS',
  'Debian',
  'Fedora',
  'Fedora Atomic',
  'FreeBSD',
  'Gentoo',
  'openSUSE',
  'RancherOS',
  'Rocky Linux',
  'Ubuntu',
  'Unknown',
];

const fields = z.object({
  name: z.string().min(1, "name can't be blank"),
  distribution: z
    .string()
    .refine((name) => DISTRIBUTIONS.includes(name), `distribution must be one of ${DISTRIBUTIONS.join(', ')}`),
  description: z.string(),
});
const request = fields.partial({ distribution: true, description: true }).extend({
  url: z.url('url must be the address of an image'),
  region: z.string(),
  tags: listOf(z.string()),
});

/** Images of one's own: an uploaded one, and what snapshots of machines are. Nothing is fetched; a machine of any image boots Debian. */
export function mountImages(api: Api, cloud: Cloud): void {
  const { images } = cloud.state;

  cloud.on('image.create', ({ resource }) => {
    if (images[resource]?.status === 'NEW') images[resource].status = 'available';
  });
  cloud.on('image.transfer', ({ resource, region }) => {
    const image = images[resource];
    if (image && !image.regions.includes(region!)) image.regions.push(region!);
  });
  cloud.on('image.convert', ({ resource }) => {
    if (images[resource]) images[resource].type = 'snapshot';
  });

  function own(call: Call): PrivateImage {
    const image = findImage(cloud, call.req.param('image')!);
    if (!image) throw notFound();
    if (!isPrivate(image)) throw forbidden('You do not have access for the attempted action.');
    return image;
  }

  api.get('/v2/images', (call) => {
    const { type, private: onlyOwn, tag_name: tag } = call.req.query();
    const all =
      onlyOwn === 'true' || tag
        ? privateImages(cloud)
        : type === undefined
          ? [...baseImages, ...privateImages(cloud)]
          : type === 'application'
            ? []
            : baseImages;
    return page(
      call,
      'images',
      all.filter((image) => !tag || (isPrivate(image) && hasTag(image, tag))).map((image) => renderImage(cloud, image)),
    );
  });

  api.post('/v2/images', async (call) => {
    const given = await body(call, request);
    const region = cloud.regions.require(given.region, `region ${given.region} is not valid`);
    const id = 188_000_000 + cloud.count('image');
    images[id] = {
      id,
      type: 'custom',
      name: given.name,
      distribution: given.distribution ?? 'Unknown',
      description: given.description ?? '',
      regions: [region],
      tags: useTags(cloud, given.tags),
      min_disk_size: 10,
      size_gigabytes: 2,
      status: 'NEW',
      created_at: cloud.now(),
    };
    cloud.begin({ type: 'create', resource_type: 'image', resource: String(id), region });
    return call.json({ image: renderImage(cloud, images[id]) }, 202);
  });

  api.get('/v2/images/:image', (call) => {
    const image = findImage(cloud, call.req.param('image'));
    if (!image) throw notFound();
    return call.json({ image: renderImage(cloud, image) });
  });

  api.put('/v2/images/:image', async (call) => {
    const image = own(call);
    Object.assign(image, await body(call, fields.partial()));
    return call.json({ image: renderImage(cloud, image) });
  });

  api.delete('/v2/images/:image', (call) => {
    own(call).status = 'deleted';
    return call.body(null, 204);
  });

  api.post('/v2/images/:image/actions', async (call) => {
    const image = own(call);
    const given = await body(
      call,
      z.object({
        type: z.enum(['transfer', 'convert'], 'type must be transfer or convert'),
        region: z.string().optional(),
      }),
    );
    if (given.type === 'convert' && image.type !== 'custom')
      throw unprocessable(`only a custom image can be converted, this one is a ${image.type}`);
    const region =
      given.type === 'transfer'
        ? cloud.regions.require(given.region ?? '', 'You specified an invalid region for the transfer.')
        : image.regions[0];
    return call.json(
      renderAction(
        cloud,
        cloud.begin({ type: given.type, resource_type: 'image', resource: String(image.id), region }),
      ),
      201,
    );
  });

  api.get('/v2/images/:image/actions', (call) =>
    page(
      call,
      'actions',
      actionsOf(cloud, 'image', String(own(call).id)).map((action) => renderAction(cloud, action)),
    ),
  );

  api.get('/v2/images/:image/actions/:action', (call) => {
    const action = cloud.find(cloud.state.actions, call.req.param('action'));
    if (action.resource_type !== 'image' || action.resource !== String(own(call).id)) throw notFound();
    return call.json(renderAction(cloud, action));
  });
}
