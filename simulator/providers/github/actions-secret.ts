import { parts } from '../define';
import { goTime } from '../go';
import { resource } from './define';
import { secretName } from './rules';
import { sealed } from './sealing';

export const actionsSecret = resource('actions-secret', {
  version: 1,
  forceNew: ['repository', 'secret_name', 'encrypted_value', 'plaintext_value', 'destroy_on_drift'],
  sensitive: ['encrypted_value', 'plaintext_value'],
  defaults: { destroy_on_drift: true },
  check: { secret_name: secretName },
  conflicts: { encrypted_value: ['plaintext_value'], plaintext_value: ['encrypted_value'] },

  async create(api, v) {
    const secrets = `${api.repo(v.repository)}/actions/secrets`;
    await api.put(`${secrets}/${v.secret_name}`, await sealed(api, `${secrets}/public-key`, v));
    return { id: `${v.repository}:${v.secret_name}` };
  },
  async read(api, s) {
    const [repository, name] = parts(s.id, ':', `unexpected ID format (${s.id}); expected repository:secret_name`);
    const secret = await api.find(`${api.repo(repository)}/actions/secrets/${name}`);
    if (!secret) return null;
    const times = { created_at: goTime(secret.created_at), updated_at: goTime(secret.updated_at) };
    const drifted = s.updated_at && s.updated_at !== times.updated_at;
    // Written by somebody else: the secret is forgotten, so that the next apply writes it again. Told not to do so, the values
    // are forgotten instead, which plans a replacement unless changes of the value are ignored.
    if (drifted && s.destroy_on_drift !== false) return null;
    return { ...times, ...(drifted ? { encrypted_value: null, plaintext_value: null } : {}) };
  },
  async delete(api, s) {
    const [repository, name] = parts(s.id, ':', `unexpected ID format (${s.id}); expected repository:secret_name`);
    await api.delete(`${api.repo(repository)}/actions/secrets/${name}`);
  },
  importId(id) {
    const [repository, name] = parts(
      id,
      '/',
      'invalid import specified: supplied import must be written as <repository>/<secret_name>',
    );
    return { id: `${repository}:${name}`, repository, secret_name: name };
  },
});
