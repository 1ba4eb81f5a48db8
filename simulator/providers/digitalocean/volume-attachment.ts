import { notZero } from '../../terraform/check';
import { uniqueId } from '../go';
import { type DigitalOcean, DigitalOceanError } from './api';
import { resource } from './define';

/** A machine does one thing at a time: for five minutes the provider asks again. */
async function patiently(api: DigitalOcean, volume: string, body: object, failure: string): Promise<void> {
  const attempt = async () => {
    try {
      return await api.post(`/v2/volumes/${volume}/actions`, body, failure);
    } catch (error) {
      const busy =
        error instanceof DigitalOceanError &&
        error.status === 422 &&
        error.message.includes('Droplet already has a pending event.');
      if (!busy) throw error;
      return undefined;
    }
  };
  const { action } = (await attempt()) ?? (await api.wait(attempt, failure, 30));
  await api.completed(`/v2/actions/${action.id}`, failure);
}

export async function attach(api: DigitalOcean, droplet: number | string, volume: string): Promise<void> {
  const body = { droplet_id: Number(droplet), type: 'attach' };
  await patiently(api, volume, body, 'Error attaching volume to droplet after retry timeout');
}

export async function detach(api: DigitalOcean, droplet: number | string, volume: string): Promise<void> {
  const body = { droplet_id: Number(droplet), type: 'detach' };
  await patiently(api, volume, body, 'Error detaching volume from droplet after retry timeout');
}

export const volumeAttachment = resource('volume-attachment', {
  forceNew: ['droplet_id', 'volume_id'],
  check: { droplet_id: notZero, volume_id: notZero },

  async create(api, v) {
    const { volume } = await api.get(`/v2/volumes/${v.volume_id}`, 'Error retrieving volume');
    if (volume.droplet_ids?.[0] !== v.droplet_id) await attach(api, v.droplet_id, v.volume_id);
    return { id: uniqueId(`${v.droplet_id}-${v.volume_id}-`) };
  },
  async read(api, s) {
    const answer = await api.find(`/v2/volumes/${s.volume_id}`, 'Error retrieving volume');
    return answer?.volume.droplet_ids?.[0] === s.droplet_id ? {} : null;
  },
  async delete(api, s) {
    await detach(api, s.droplet_id, s.volume_id);
  },
  importId: false,
});
