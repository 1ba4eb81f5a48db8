import { notZero } from '../../terraform/check';
import { omitEmpty } from '../go';
import { resource } from './define';

export const domain = resource('domain', {
  forceNew: ['name', 'ip_address'],
  check: { name: notZero, ip_address: notZero },

  async create(api, v) {
    const body = { name: v.name, ...omitEmpty({ ip_address: v.ip_address }) };
    const answer = await api.post('/v2/domains', body, 'Error creating Domain');
    return { id: answer.domain.name };
  },
  async read(api, s) {
    const answer = await api.find(`/v2/domains/${s.id}`, 'Error retrieving domain');
    if (!answer) return null;
    const { name, ttl } = answer.domain;
    return { name, ttl: ttl ?? 0, urn: `do:domain:${name}` };
  },
  async delete(api, s) {
    await api.delete(`/v2/domains/${s.id}`, 'Error deleting Domain');
  },
});
