import { goTime, pathEscape } from '../go';
import { type GitHub } from './api';
import { resource } from './define';
import { base64, secretName } from './rules';
import { sealed } from './sealing';

/** Secrets of an environment are addressed by the repository's number. */
async function secretsPath(api: GitHub, repository: string, environment: string): Promise<string> {
  const { id } = await api.get(api.repo(repository));
  return `repositories/${id}/environments/${pathEscape(environment)}/secrets`;
}

/** `repository:environment:name`, split at the first two colons: an environment with a colon in its name is not found again. */
function address(id: string): [string, string, string] {
  const [repository, environment, ...name] = id.split(':');
  return [repository, environment, name.join(':')];
}

export const actionsEnvironmentSecret = resource('actions-environment-secret', {
  forceNew: ['repository', 'environment', 'secret_name', 'encrypted_value', 'plaintext_value'],
  sensitive: ['encrypted_value', 'plaintext_value'],
  check: { secret_name: secretName, encrypted_value: base64 },
  conflicts: { encrypted_value: ['plaintext_value'], plaintext_value: ['encrypted_value'] },

  async create(api, v) {
    const secrets = await secretsPath(api, v.repository, v.environment);
    await api.put(`${secrets}/${v.secret_name}`, await sealed(api, `${secrets}/public-key`, v));
    return { id: `${v.repository}:${v.environment}:${v.secret_name}` };
  },
  async read(api, s) {
    const [repository, environment, name] = address(s.id);
    if (!(await api.find(api.repo(repository)))) return null;
    const secret = await api.find(`${await secretsPath(api, repository, environment)}/${name}`);
    if (!secret) return null;
    const updated = goTime(secret.updated_at);
    // The time is stored once and never again: after a change from outside, each read forgets the values.
    const drifted = s.updated_at && s.updated_at !== updated;
    return {
      created_at: goTime(secret.created_at),
      ...(s.updated_at ? {} : { updated_at: updated }),
      ...(drifted ? { encrypted_value: null, plaintext_value: null } : {}),
    };
  },
  async delete(api, s) {
    const [repository, environment, name] = address(s.id);
    await api.delete(`${await secretsPath(api, repository, environment)}/${name}`);
  },
  importId: false,
});
