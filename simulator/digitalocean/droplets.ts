import { z } from 'zod';
import { unprocessable } from './api-error';
import { renderAction } from './actions';
import { freeAddress, parseRange } from './cidr';
import type { Cloud } from './cloud';
import { destroyDroplet, publicAddress, renderDroplet } from './droplet';
import { backupPolicy } from './droplet-actions';
import { body, listOf, optionalText, page, type Api } from './http';
import { findImage, imageKey, isPrivate } from './image';
import { assignToDefault } from './projects';
import { findSshKey } from './ssh-keys';
import type { Droplet } from './state';
import { hasTag, useTags } from './tags';
import { attachAtCreation } from './volume';
import { defaultVpc } from './vpcs';

/** Bytes: https://docs.digitalocean.com/products/droplets/how-to/provide-user-data/ */
const MAX_USER_DATA = 64 * 1024;
export const DROPLET_LIMIT = 25;

export const dropletName = z
  .string()
  .max(255, 'Name is too long (maximum is 255 characters)')
  .regex(
    /^[a-zA-Z0-9]?[a-z0-9A-Z.-]*[a-z0-9A-Z]$/,
    'Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)',
  );

const request = z.object({
  name: dropletName.optional(),
  names: z.array(dropletName).max(10, 'names: at most 10 droplets can be created at once').optional(),
  /** The vendor chooses when it is left out. */
  region: optionalText,
  size: z.string(),
  image: z.union([z.string(), z.number()]),
  ssh_keys: listOf(z.union([z.string(), z.number()])),
  backups: z.boolean().default(false),
  backup_policy: backupPolicy.optional(),
  ipv6: z.boolean().default(false),
  monitoring: z.boolean().default(false),
  tags: listOf(z.string()),
  user_data: z.string().nullish(),
  volumes: listOf(z.union([z.string(), z.object({ id: z.string() }), z.object({ name: z.string() })])),
  vpc_uuid: optionalText,
  with_droplet_agent: z.boolean().optional(),
});

type Request = z.infer<typeof request>;

const invalid = (what: string) => unprocessable(`You specified an invalid ${what} for Droplet creation.`);

/** All checks of the vendor, before anything is made. */
function check(cloud: Cloud, given: Request) {
  const { state } = cloud;
  const size = cloud.sizes.find(given.size);
  if (!size) throw invalid('size');
  const image = findImage(cloud, given.image);
  if (!image || (isPrivate(image) && image.status !== 'available')) throw invalid('image');
  const network = given.vpc_uuid === undefined ? undefined : state.vpcs[given.vpc_uuid];
  if (given.vpc_uuid !== undefined && !network) throw unprocessable(`Failed to resolve VPC ${given.vpc_uuid}.`);
  const region = cloud.regions.require(
    given.region ?? network?.region ?? 'nyc3',
    'You specified an invalid region for Droplet creation.',
  );
  if (network && network.region !== region)
    throw unprocessable('VPC UUID specified is for a different region than the Droplet.');
  if (isPrivate(image) && !image.regions.includes(region))
    throw unprocessable(`The image is not available in ${region}: it is in ${image.regions.join(', ')}.`);
  if (isPrivate(image) && image.min_disk_size > size.disk)
    throw unprocessable(`The image needs a disk of ${image.min_disk_size} GB at least.`);
  const keys = given.ssh_keys.map((wanted) => ({ wanted, key: findSshKey(cloud, wanted) }));
  const strangers = keys.filter(({ key }) => !key).map(({ wanted }) => wanted);
  if (strangers.length > 0)
    throw unprocessable(`${strangers.join(', ')} are invalid key identifiers for Droplet creation.`);
  if (Buffer.byteLength(given.user_data ?? '') > MAX_USER_DATA)
    throw unprocessable('User data is too long (maximum is 64 KiB).');
  if (given.backup_policy && !given.backups)
    throw unprocessable('backup_policy can only be set when backups are enabled.');
  const names = given.names ?? (given.name === undefined ? [] : [given.name]);
  if (names.length === 0) throw unprocessable("Name can't be blank");
  if (Object.keys(state.droplets).length + names.length > DROPLET_LIMIT) {
    throw unprocessable('creating this/these droplet(s) will exceed your droplet limit');
  }
  return { size, image, region, network, names, ssh_keys: keys.map(({ key }) => key!.id) };
}

function create(
  cloud: Cloud,
  name: string,
  given: Request,
  { size, image, region, network, ssh_keys }: ReturnType<typeof check>,
): Droplet {
  const { state } = cloud;
  const vpc = network ?? defaultVpc(cloud, region);
  const taken = new Set(
    Object.values(state.droplets)
      .filter((d) => d.vpc === vpc.id)
      .map((d) => d.private_ip),
  );
  const private_ip = freeAddress(parseRange(vpc.ip_range)!, taken);
  if (!private_ip) throw unprocessable(`VPC ${vpc.name} (${vpc.ip_range}) has no free address left.`);
  const count = cloud.count('droplet');
  const droplet: Droplet = {
    id: 500_000_000 + count,
    name,
    region,
    size: size.slug,
    image: imageKey(image),
    status: 'new',
    memory: size.memory,
    vcpus: size.vcpus,
    disk: size.disk,
    tags: useTags(cloud, given.tags),
    vpc: vpc.id,
    ssh_keys,
    user_data: given.user_data ?? '',
    backups: given.backups,
    backup_policy: given.backup_policy,
    ipv6: given.ipv6,
    monitoring: given.monitoring,
    agent: given.with_droplet_agent ?? true,
    public_ip: publicAddress('droplet', count),
    private_ip,
    created_at: cloud.now(),
  };
  state.droplets[droplet.id] = droplet;
  assignToDefault(cloud, `do:droplet:${droplet.id}`);
  return droplet;
}

export function mountDroplets(api: Api, cloud: Cloud): void {
  const { droplets } = cloud.state;
  const render = (droplet: Droplet) => renderDroplet(cloud, droplet);
  const actions = 'https://api.digitalocean.com/v2/actions';

  cloud.on('droplet.create', ({ droplet }) => {
    droplets[droplet!].status = 'active';
  });

  api.get('/v2/droplets', (call) => {
    const { tag_name: tag, name } = call.req.query();
    const wanted = Object.values(droplets).filter((d) => (!tag || hasTag(d, tag)) && (!name || d.name === name));
    return page(call, 'droplets', wanted.map(render));
  });

  api.post('/v2/droplets', async (call) => {
    const given = await body(call, request);
    const checked = check(cloud, given);
    const made = checked.names.map((name) => {
      const droplet = create(cloud, name, given, checked);
      attachAtCreation(cloud, droplet, given.volumes);
      const action = cloud.begin({
        type: 'create',
        resource_type: 'droplet',
        resource: String(droplet.id),
        droplet: droplet.id,
        region: droplet.region,
      });
      return {
        droplet: render(droplet),
        action: { id: renderAction(cloud, action).id, rel: 'create', href: `${actions}/${action.id}` },
      };
    });
    const links = { actions: made.map(({ action }) => action) };
    return call.json(
      given.names ? { droplets: made.map(({ droplet }) => droplet), links } : { droplet: made[0].droplet, links },
      202,
    );
  });

  api.delete('/v2/droplets', (call) => {
    const tag = call.req.query('tag_name');
    if (!tag) throw unprocessable('tag_name is required to delete Droplets without an id.');
    for (const droplet of Object.values(droplets).filter((d) => hasTag(d, tag))) destroyDroplet(cloud, droplet);
    return call.body(null, 204);
  });

  api.get('/v2/droplets/:droplet', (call) =>
    call.json({ droplet: render(cloud.find(droplets, call.req.param('droplet'))) }),
  );

  api.delete('/v2/droplets/:droplet', (call) => {
    const droplet = cloud.find(droplets, call.req.param('droplet'));
    cloud.refuseIfBusy(droplet.id);
    destroyDroplet(cloud, droplet);
    return call.body(null, 204);
  });

  api.get('/v2/droplets/:droplet/backups', (call) => {
    cloud.find(droplets, call.req.param('droplet'));
    return page(call, 'backups', []);
  });
}
