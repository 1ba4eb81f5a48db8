import { notEmpty, notZero, oneOf } from '../../terraform/check';
import { type DataSource } from '../../terraform/resource';
import { type Dynamic, type Values } from '../../terraform/value';
import { goTime } from '../go';
import { type DigitalOcean } from './api';
import { dataSource } from './define';
import { dropletValues } from './droplet';
import { filtered, listFacts } from './filter';
import { projectValues } from './project';
import { lower, spacesRegions, tag as tagName } from './rules';
import { tagValues } from './tag';
import { volumeValues } from './volume';

/** The one thing in a list that was asked for. */
function only(found: Dynamic[], none: string, several: string): Dynamic {
  if (found.length === 0) throw new Error(none);
  if (found.length > 1) throw new Error(several);
  return found[0];
}

const accountData = dataSource('account', {
  async read(api) {
    const { account } = await api.get('/v2/account', 'Error retrieving account');
    const { droplet_limit, floating_ip_limit, email, uuid, email_verified, status, status_message } = account;
    return { id: uuid, droplet_limit, floating_ip_limit, email, uuid, email_verified, status, status_message };
  },
});

const imageValues = (from: Values): Values => ({
  id: from.id,
  name: from.name,
  slug: from.slug ?? '',
  // What a machine takes as its image: the slug, or the number of an image that has none.
  image: from.slug || String(from.id),
  type: from.type,
  distribution: from.distribution,
  private: !from.public,
  min_disk_size: from.min_disk_size,
  size_gigabytes: from.size_gigabytes,
  regions: from.regions ?? [],
  tags: from.tags ?? [],
  created: from.created_at,
  status: from.status,
  description: from.description ?? '',
  error_message: from.error_message ?? '',
});

const imageData = dataSource('image', {
  check: { id: notZero, name: notEmpty, slug: notEmpty, source: oneOf('all', 'applications', 'distributions', 'user') },
  exactlyOneOf: ['id', 'slug', 'name'],
  defaults: { source: 'user' },
  conflicts: { source: ['id', 'slug'] },
  async read(api, c) {
    if (c.id || c.slug)
      return imageValues((await api.get(`/v2/images/${c.id ?? c.slug}`, 'Error retrieving image')).image);
    const queries: Record<string, string> = {
      all: '',
      applications: '?type=application',
      distributions: '?type=distribution',
      user: '?private=true',
    };
    const images = await api.list(`/v2/images${queries[c.source]}`, 'images', 'Error retrieving images');
    const named = images.filter((one) => one.name === c.name);
    return imageValues(
      only(
        named,
        `no image found with name ${c.name}`,
        `too many images found with name ${c.name} (found ${named.length}, expected 1)`,
      ),
    );
  },
});

const imageKeys = [
  'image',
  'private',
  'description',
  'size_gigabytes',
  'created',
  'name',
  'min_disk_size',
  'id',
  'status',
  'error_message',
  'type',
  'distribution',
  'slug',
];

const imagesData = dataSource('images', {
  ...listFacts(imageKeys, ['regions', 'tags']),
  async read(api, c) {
    return {
      id: 'images',
      images: filtered((await api.list('/v2/images', 'images', 'Error retrieving images')).map(imageValues), c),
    };
  },
});

const regionValues = ({ slug, name, available, sizes, features }: Values): Values => ({
  slug,
  name,
  available,
  sizes,
  features,
});
const regionsOf = async (api: DigitalOcean) =>
  (await api.list('/v2/regions', 'regions', 'Error retrieving regions')).map(regionValues);

const regionData = dataSource('region', {
  check: { slug: notEmpty },
  async read(api, c) {
    const region = (await regionsOf(api)).find((one) => one.slug === c.slug);
    if (!region) throw new Error(`Region does not exist: ${c.slug}`);
    return { id: region.slug, ...region };
  },
});

const regionsData = dataSource('regions', {
  ...listFacts(['available', 'slug', 'name'], ['sizes', 'features']),
  read: async (api, c) => ({ id: 'regions', regions: filtered(await regionsOf(api), c) }),
});

const sizeKeys = ['disk', 'price_monthly', 'price_hourly', 'slug', 'available', 'memory', 'transfer', 'vcpus'];

const sizesData = dataSource('sizes', {
  ...listFacts(sizeKeys, ['regions']),
  async read(api, c) {
    const sizes = (await api.list('/v2/sizes', 'sizes', 'Error retrieving sizes')).map((one: Values) => {
      const { slug, available, transfer, price_monthly, price_hourly, memory, vcpus, disk, regions } = one;
      return { slug, available, transfer, price_monthly, price_hourly, memory, vcpus, disk, regions };
    });
    return { id: 'sizes', sizes: filtered(sizes, c) };
  },
});

const keyValues = ({ id, name, public_key, fingerprint }: Values): Values => ({ id, name, public_key, fingerprint });
const keysOf = async (api: DigitalOcean) =>
  (await api.list('/v2/account/keys', 'ssh_keys', 'Error retrieving ssh keys')).map(keyValues);

const sshKeyData = dataSource('ssh-key', {
  async read(api, c) {
    const named = (await keysOf(api)).filter((one) => one.name === c.name);
    return only(named, `ssh key not found: ${c.name}`, `too many ssh keys found with name ${c.name}`);
  },
});

const sshKeysData = dataSource('ssh-keys', {
  ...listFacts(['id', 'name', 'public_key', 'fingerprint'], []),
  read: async (api, c) => ({ id: 'ssh_keys', ssh_keys: filtered(await keysOf(api), c) }),
});

const projectData = dataSource('project', {
  conflicts: { id: ['name'], name: ['id'] },
  async read(api, c) {
    let found: Dynamic;
    if (c.id) found = (await api.get(`/v2/projects/${c.id}`, `Unable to load project ID ${c.id}`)).project;
    else if (c.name) {
      const named = (await api.list('/v2/projects', 'projects', 'Error retrieving projects')).filter(
        (one) => one.name === c.name,
      );
      found = only(named, `No projects found with name: ${c.name}`, `Multiple projects found with name: ${c.name}`);
    } else found = (await api.get('/v2/projects/default', 'Unable to load default project')).project;
    const resources = await api.list(
      `/v2/projects/${found.id}/resources`,
      'resources',
      'Error loading project resources',
    );
    return { id: found.id, ...projectValues(found), resources: resources.map((one) => one.urn) };
  },
});

const domainData = dataSource('domain', {
  check: { name: notZero },
  async read(api, c) {
    const { domain } = await api.get(`/v2/domains/${c.name}`, 'Error retrieving domain');
    return {
      id: domain.name,
      name: domain.name,
      ttl: domain.ttl ?? 0,
      zone_file: domain.zone_file ?? '',
      urn: `do:domain:${domain.name}`,
    };
  },
});

const recordData = dataSource('record', {
  check: { domain: notZero, name: notZero },
  async read(api, c) {
    const records = await api.list(`/v2/domains/${c.domain}/records`, 'domain_records', 'Error retrieving records');
    const named = records.filter((one) => one.name === c.name);
    const found = only(named, `no records found with name ${c.name}`, `too many records found with name ${c.name}`);
    const { id, type, data, priority, port, ttl, weight, flags, tag } = found;
    return {
      id: String(id),
      type,
      data,
      priority: priority ?? 0,
      port: port ?? 0,
      ttl,
      weight: weight ?? 0,
      flags: flags ?? 0,
      tag: tag ?? '',
    };
  },
});

const vpcData = dataSource('vpc', {
  check: { id: notZero, name: notZero, region: notZero },
  exactlyOneOf: ['id', 'name', 'region'],
  async read(api, c) {
    let found: Dynamic;
    if (c.id) found = (await api.get(`/v2/vpcs/${c.id}`, 'Error retrieving VPC')).vpc;
    else {
      const vpcs = await api.list('/v2/vpcs', 'vpcs', 'Error retrieving VPC');
      const named = c.name
        ? vpcs.filter((one) => one.name === c.name)
        : vpcs.filter((one) => one.region === c.region && one.default);
      found = only(
        named,
        c.name ? `no VPCs found with name: ${c.name}` : `unable to find default VPC in ${c.region} region`,
        `multiple VPCs found with name: ${c.name}`,
      );
    }
    const { id, name, region, description, ip_range, urn, default: isDefault, created_at } = found;
    return { id, name, region, description, ip_range, urn, default: isDefault, created_at: goTime(created_at) };
  },
});

const dropletData = dataSource('droplet', {
  check: { tag: notZero },
  exactlyOneOf: ['id', 'tag', 'name'],
  defaults: { gpu: false },
  conflicts: { gpu: ['tag'] },
  async read(api, c) {
    let found: Dynamic;
    if (c.id) found = (await api.get(`/v2/droplets/${c.id}`, 'Error retrieving droplet')).droplet;
    else {
      const list = await api.list(
        `/v2/droplets${c.tag ? `?tag_name=${encodeURIComponent(c.tag)}` : ''}`,
        'droplets',
        'Error retrieving droplets',
      );
      const by = c.tag ? `tag ${c.tag}` : `name ${c.name}`;
      const named = c.tag ? list : list.filter((one) => one.name === c.name);
      found = only(
        named,
        `no droplet found with ${by}`,
        `too many droplets found with ${by} (found ${named.length}, expected 1)`,
      );
    }
    return { id: found.id, ...dropletValues(found), image: found.image.slug || String(found.image.id) };
  },
});

const volumeData = dataSource('volume', {
  stored: { region: lower },
  check: { name: notZero, region: notZero },
  async read(api, c) {
    const volumes = await api.list(
      `/v2/volumes?name=${encodeURIComponent(c.name)}`,
      'volumes',
      'Error retrieving volume',
    );
    const named = volumes.filter((one) => one.name === c.name && (!c.region || one.region.slug === lower(c.region)));
    const found = only(named, `no volumes found with name ${c.name}`, `too many volumes found with name ${c.name}`);
    return { id: found.id, ...volumeValues(found) };
  },
});

const reservedIpData = dataSource('reserved-ip', {
  check: { ip_address: notZero },
  async read(api, c) {
    const { ip, region, droplet } = (await api.get(`/v2/reserved_ips/${c.ip_address}`, 'Error retrieving reserved IP'))
      .reserved_ip;
    return { id: ip, ip_address: ip, region: region.slug, urn: `do:reservedip:${ip}`, droplet_id: droplet?.id ?? null };
  },
});

const tagData = dataSource('tag', {
  check: { name: tagName },
  async read(api, c) {
    const { tag } = await api.get(`/v2/tags/${c.name}`, 'Error retrieving tag');
    return { id: tag.name, ...tagValues(tag) };
  },
});

const spacesBucketData = dataSource('spaces-bucket', {
  check: { region: oneOf(...spacesRegions) },
  async read(api, { name, region }) {
    await api.spaces.call({ method: 'HEAD', region, bucket: name }, `Spaces Bucket (${name}) not found`);
    const endpoint = `${region}.digitaloceanspaces.com`;
    return { id: name, name, region, urn: `do:space:${name}`, endpoint, bucket_domain_name: `${name}.${endpoint}` };
  },
});

export const dataSources: DataSource<DigitalOcean>[] = [
  accountData,
  domainData,
  dropletData,
  imageData,
  imagesData,
  projectData,
  recordData,
  regionData,
  regionsData,
  reservedIpData,
  sizesData,
  spacesBucketData,
  sshKeyData,
  sshKeysData,
  tagData,
  volumeData,
  vpcData,
];
