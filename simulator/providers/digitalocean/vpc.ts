import { cidr, lengthBetween, notZero } from '../../terraform/check';
import { goTime, omitEmpty } from '../go';
import { DigitalOceanError } from './api';
import { resource } from './define';

export const vpc = resource('vpc', {
  forceNew: ['region', 'ip_range'],
  check: { name: notZero, region: notZero, description: lengthBetween(0, 255), ip_range: cidr },
  volatile: ['default'],

  async create(api, v) {
    const body = { name: v.name, region: v.region, ...omitEmpty({ description: v.description, ip_range: v.ip_range }) };
    const answer = await api.post('/v2/vpcs', body, 'Error creating VPC');
    return { id: answer.vpc.id };
  },
  async read(api, s) {
    const answer = await api.find(`/v2/vpcs/${s.id}`, 'Error reading VPC');
    if (!answer) return null;
    const { name, region, description, ip_range, urn, default: isDefault, created_at } = answer.vpc;
    return { name, region, description, ip_range, urn, default: isDefault, created_at: goTime(created_at) };
  },
  async update(api, v) {
    // A description that was emptied is not sent, so it stays: the next plan shows the same difference again.
    const body = { name: v.name, ...omitEmpty({ description: v.description }), default: v.default ?? false };
    await api.put(`/v2/vpcs/${v.id}`, body, 'Error updating VPC ');
  },
  async delete(api, s) {
    // Members leave a network some time after they are deleted: 403 and 409 are tried again for two minutes.
    let refused: Error | undefined;
    const gone = async () => {
      try {
        await api.delete(`/v2/vpcs/${s.id}`, 'error deleting VPC');
        return true;
      } catch (error) {
        refused = error as Error;
        if (error instanceof DigitalOceanError && [403, 409].includes(error.status)) return false;
        throw error;
      }
    };
    if (await gone()) return;
    await api.wait(gone, 'error deleting VPC', 40).catch((error: Error) => {
      throw refused && error.message.includes('timeout') ? refused : error;
    });
  },
});
