import { createHash } from 'node:crypto';
import { between, notZero, oneOf } from '../../terraform/check';
import { type Change } from '../../terraform/resource';
import { type Values } from '../../terraform/value';
import { nullIfEmpty, omitEmpty } from '../go';
import { DigitalOceanError } from './api';
import { policyBody } from './backup-policy';
import { resource } from './define';
import { updateDroplet } from './droplet-update';
import { lower, sameTags, tag } from './rules';
import { detach } from './volume-attachment';

const numberOr = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);

export const droplet = resource('droplet', {
  version: 1,
  forceNew: ['image', 'region', 'ssh_keys', 'user_data', 'monitoring', 'droplet_agent', 'vpc_uuid'],
  defaults: { backups: false, graceful_shutdown: false, ipv6: false, monitoring: false, resize_disk: true },
  check: {
    image: notZero,
    name: notZero,
    region: notZero,
    size: notZero,
    user_data: notZero,
    vpc_uuid: notZero,
    'backup_policy.plan': oneOf('daily', 'weekly'),
    'backup_policy.weekday': oneOf('SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'),
    'backup_policy.hour': between(0, 20),
  },
  each: { ssh_keys: notZero, tags: tag },
  deprecated: {
    private_networking:
      'This parameter has been deprecated. Use `vpc_uuid` instead to specify a VPC network for the Droplet. If no `vpc_uuid` is ' +
      "provided, the Droplet will be placed in your account's default VPC for the region.",
  },
  requiredWith: { backup_policy: ['backups'] },
  // The state keeps a hash of the user data: the API never gives it back.
  stored: { region: lower, size: lower, user_data: (text) => createHash('sha1').update(text).digest('hex') },
  suppress: { tags: sameTags },
  volatile: [
    'disk',
    'memory',
    'vcpus',
    'price_hourly',
    'price_monthly',
    'status',
    'locked',
    'volume_ids',
    'private_networking',
  ],

  plan(change: Change) {
    if (!change.prior || !change.changed('ipv6')) return;
    // A machine gets an IPv6 address in place, and never loses it again.
    if (change.prior.ipv6 === true && change.planned.ipv6 === false) change.forceNew('ipv6');
    else change.setUnknown('ipv6_address');
  },

  async create(api, v, made) {
    if (v.backup_policy?.length && !v.backups)
      throw new Error('backup_policy can only be set when backups are enabled');
    const body = {
      name: v.name,
      region: v.region,
      size: v.size,
      image: numberOr(v.image),
      ssh_keys: nullIfEmpty((v.ssh_keys ?? []).map(numberOr)),
      backups: v.backups,
      ipv6: v.ipv6,
      private_networking: v.private_networking ?? false,
      monitoring: v.monitoring,
      ...omitEmpty({ user_data: v.user_data, volumes: (v.volume_ids ?? []).map((id: string) => ({ id })) }),
      tags: v.tags ?? [],
      ...omitEmpty({ vpc_uuid: v.vpc_uuid }),
      ...(v.droplet_agent === null ? {} : { with_droplet_agent: v.droplet_agent }),
      ...omitEmpty({ backup_policy: policyBody(v) }),
    };
    const answer = await api.post('/v2/droplets', body, 'Error creating droplet');
    const id = String(answer.droplet.id);
    made({ id });
    const failure = `Error waiting for droplet (${id}) to become ready`;
    await api.wait(async () => {
      const { droplet: now } = await api.get(`/v2/droplets/${id}`, failure);
      return now.status === 'active' && !now.locked;
    }, failure);
  },
  async read(api, s) {
    const answer = await api.find(`/v2/droplets/${s.id}`, 'Error retrieving droplet');
    return answer && dropletValues(answer.droplet);
  },
  update: updateDroplet,
  async delete(api, s) {
    const path = `/v2/droplets/${s.id}`;
    const unlocking = `Error waiting for droplet to be unlocked for destroy (${s.id})`;
    let gone = false;
    await api.wait(async () => {
      const answer = await api.find(path, unlocking);
      gone = !answer;
      return gone || !answer.droplet.locked;
    }, unlocking);
    if (gone) return;
    if (s.graceful_shutdown) {
      const { action } = await api.post(`${path}/actions`, { type: 'shutdown' }, 'Error shutting down droplet');
      await api.completed(`/v2/actions/${action.id}`, 'Error shutting down droplet');
    }
    for (const volume of s.volume_ids ?? []) {
      // The state still lists volumes that an attachment of their own has taken off meanwhile.
      await detach(api, s.id, volume).catch((error: Error) => {
        if (!(error instanceof DigitalOceanError && [404, 422].includes(error.status))) throw error;
      });
    }
    await api.delete(path, 'Error deleting droplet');
    const failure = `Error waiting for droplet (${s.id}) to become archived`;
    await api.wait(async () => (await api.find(path, failure)) === null, failure);
  },
  async importId(id, api) {
    const answer = await api.find(`/v2/droplets/${id}`, 'Error importing droplet');
    if (!answer) throw new Error(`invalid droplet id: ${id}`);
    // A later read does not tell the image: an import is the one time to learn it.
    return { id, image: answer.droplet.image.slug || String(answer.droplet.image.id), resize_disk: true };
  },
});

export function dropletValues(from: Values): Values {
  const address = (version: 'v4' | 'v6', type: string): string =>
    from.networks?.[version]?.find((one: Values) => one.type === type)?.ip_address ?? '';
  const features: string[] = from.features ?? [];
  return {
    name: from.name,
    urn: `do:droplet:${from.id}`,
    region: from.region.slug,
    size: from.size_slug,
    price_hourly: from.size.price_hourly,
    price_monthly: from.size.price_monthly,
    disk: from.disk,
    vcpus: from.vcpus,
    memory: from.memory,
    status: from.status,
    locked: from.locked,
    created_at: from.created_at,
    vpc_uuid: from.vpc_uuid,
    ipv4_address: address('v4', 'public'),
    ipv4_address_private: address('v4', 'private'),
    ipv6_address: address('v6', 'public').toLowerCase(),
    volume_ids: from.volume_ids ?? [],
    tags: from.tags ?? [],
    backups: features.includes('backups'),
    ipv6: features.includes('ipv6'),
    private_networking: features.includes('private_networking'),
    monitoring: features.includes('monitoring'),
  };
}
