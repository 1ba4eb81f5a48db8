import { ipv4, notZero } from '../../terraform/check';
import { parts } from '../define';
import { uniqueId } from '../go';
import { type DigitalOcean } from './api';
import { resource } from './define';
import { lower } from './rules';

async function act(api: DigitalOcean, ip: string, body: object, failure: string): Promise<void> {
  const path = `/v2/reserved_ips/${ip}/actions`;
  const { action } = await api.post(path, body, failure);
  await api.completed(`${path}/${action.id}`, failure);
}

const assign = (api: DigitalOcean, ip: string, droplet: number) =>
  act(api, ip, { droplet_id: droplet, type: 'assign' }, `Error assigning reserved IP (${ip}) to the Droplet`);
const unassign = (api: DigitalOcean, ip: string) =>
  act(api, ip, { type: 'unassign' }, `Error unassigning reserved IP (${ip})`);

export const reservedIp = resource('reserved-ip', {
  forceNew: ['region'],
  check: { ip_address: ipv4 },
  stored: { region: lower },

  async create(api, v, made) {
    const answer = await api.post('/v2/reserved_ips', { region: v.region }, 'Error creating reserved IP');
    const id: string = answer.reserved_ip.ip;
    made({ id });
    if (v.droplet_id) await assign(api, id, v.droplet_id);
  },
  async read(api, s) {
    const answer = await api.find(`/v2/reserved_ips/${s.id}`, 'Error retrieving reserved IP');
    if (!answer) return null;
    const { ip, region, droplet } = answer.reserved_ip;
    // An assignment made elsewhere is none of this resource's business.
    const shown = droplet && s.droplet_id ? { droplet_id: droplet.id } : {};
    return { ip_address: ip, region: region.slug, urn: `do:reservedip:${ip}`, ...shown };
  },
  async update(api, v, prior) {
    if (v.droplet_id === prior.droplet_id) return;
    if (v.droplet_id) await assign(api, v.id, v.droplet_id);
    else await unassign(api, v.id);
  },
  async delete(api, s) {
    if (s.droplet_id) await unassign(api, s.id);
    await api.delete(`/v2/reserved_ips/${s.id}`, 'Error deleting reserved IP');
  },
});

export const reservedIpAssignment = resource('reserved-ip-assignment', {
  forceNew: ['ip_address', 'droplet_id'],
  check: { ip_address: ipv4, droplet_id: notZero },

  async create(api, v) {
    await assign(api, v.ip_address, v.droplet_id);
    return { id: uniqueId(`${v.droplet_id}-${v.ip_address}-`) };
  },
  async read(api, s) {
    // Unlike everywhere else, an address that is gone is an error here.
    const { reserved_ip: now } = await api.get(`/v2/reserved_ips/${s.ip_address}`, 'Error retrieving reserved IP');
    return now.droplet?.id === s.droplet_id ? {} : null;
  },
  async delete(api, s) {
    const { reserved_ip: now } = await api.get(`/v2/reserved_ips/${s.ip_address}`, 'Error retrieving reserved IP');
    // Already with another machine, as after create_before_destroy: that is the new assignment's, and stays.
    if (now.droplet?.id === s.droplet_id) await unassign(api, s.ip_address);
  },
  importId(id) {
    const [ip, droplet] = parts(
      id,
      ',',
      'must use the reserved IP and the ID of the Droplet joined with a comma (e.g. `ip_address,droplet_id`)',
    );
    return { id: uniqueId(`${droplet}-${ip}-`), ip_address: ip, droplet_id: Number(droplet) };
  },
});
