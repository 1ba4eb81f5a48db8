import { type Values } from '../../terraform/value';
import { resource } from './define';

// A permission that the provider does not know is sent as none, and stored so.
const permissions = ['read', 'readwrite', 'fullaccess'];
const body = (v: Values) => ({
  name: v.name,
  grants: (v.grant ?? []).map(({ bucket, permission }: Values) => ({
    bucket,
    permission: permissions.includes(permission) ? permission : '',
  })),
});

export const spacesKey = resource('spaces-key', {
  sensitive: ['secret_key'],

  async create(api, v) {
    const { key } = await api.post('/v2/spaces/keys', body(v), 'Error creating Spaces key');
    // The secret is told once, and lives in the state from then on.
    return { id: key.access_key, secret_key: key.secret_key };
  },
  async read(api, s) {
    const answer = await api.find(`/v2/spaces/keys/${s.id}`, 'Error reading Spaces key');
    if (!answer) return null;
    const { name, access_key, grants, created_at } = answer.key;
    return {
      name,
      access_key,
      created_at,
      grant: (grants ?? []).map(({ bucket, permission }: Values) => ({ bucket, permission })),
    };
  },
  async update(api, v) {
    await api.put(`/v2/spaces/keys/${v.id}`, body(v), 'Error updating Spaces key');
  },
  async delete(api, s) {
    await api.delete(`/v2/spaces/keys/${s.id}`, 'Error deleting Spaces key');
  },
  importId: false,
});
