import { notZero } from '../../terraform/check';
import { resource } from './define';
import { sameTrimmed } from './rules';

export const sshKey = resource('ssh-key', {
  forceNew: ['public_key'],
  check: { name: notZero, public_key: notZero },
  suppress: { public_key: sameTrimmed },

  async create(api, v, made) {
    const answer = await api.post(
      '/v2/account/keys',
      { name: v.name, public_key: v.public_key },
      'Error creating SSH Key',
    );
    const id = String(answer.ssh_key.id);
    made({ id });
    // A key is not always there at once: the provider asks until it is.
    const found = () => api.find(`/v2/account/keys/${id}`, 'Error creating SSH Key');
    if (!(await found())) await api.wait(found, 'Error creating SSH Key', 12);
  },
  async read(api, s) {
    const answer = await api.find(`/v2/account/keys/${s.id}`, 'Error retrieving SSH key');
    if (!answer) return null;
    const { name, fingerprint, public_key } = answer.ssh_key;
    return { name, fingerprint, public_key };
  },
  async update(api, v) {
    await api.put(`/v2/account/keys/${v.id}`, { name: v.name }, 'Failed to update SSH key');
  },
  async delete(api, s) {
    await api.delete(`/v2/account/keys/${s.id}`, 'Error deleting SSH key');
  },
});
