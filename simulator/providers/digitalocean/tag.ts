import { resource } from './define';
import { tag as tagName } from './rules';

export const tag = resource('tag', {
  forceNew: ['name'],
  check: { name: tagName },

  async create(api, v) {
    const answer = await api.post('/v2/tags', { name: v.name }, 'Error creating tag');
    return { id: answer.tag.name };
  },
  async read(api, s) {
    const answer = await api.find(`/v2/tags/${s.id}`, 'Error retrieving tag');
    return answer && tagValues(answer.tag);
  },
  async delete(api, s) {
    await api.delete(`/v2/tags/${s.id}`, 'Error deleting tag');
  },
});

interface Tag {
  name: string;
  resources?: { count?: number } & Record<string, { count?: number } | number | undefined>;
}

export function tagValues(from: Tag) {
  const count = (kind: string) => (from.resources?.[kind] as { count?: number } | undefined)?.count ?? 0;
  return {
    name: from.name,
    total_resource_count: from.resources?.count ?? 0,
    droplets_count: count('droplets'),
    images_count: count('images'),
    volumes_count: count('volumes'),
    volume_snapshots_count: count('volume_snapshots'),
    databases_count: count('databases'),
  };
}
