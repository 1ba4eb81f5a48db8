import { atLeast, notZero, oneOf } from '../../terraform/check';
import { type Values } from '../../terraform/value';
import { omitEmpty } from '../go';
import { resource } from './define';
import { lower, sameTags, tag } from './rules';
import { retag } from './tagging';

export const volume = resource('volume', {
  forceNew: ['region', 'name', 'description', 'snapshot_id', 'initial_filesystem_type', 'initial_filesystem_label'],
  check: {
    name: notZero,
    size: atLeast(1),
    description: notZero,
    snapshot_id: notZero,
    initial_filesystem_type: oneOf('ext4', 'xfs'),
    initial_filesystem_label: notZero,
    filesystem_type: oneOf('ext4', 'xfs'),
  },
  each: { tags: tag },
  deprecated: { filesystem_type: 'This functionality has been replaced by `initial_filesystem_type`.' },
  conflicts: { filesystem_type: ['initial_filesystem_type'] },
  stored: { region: lower },
  suppress: { tags: sameTags },

  plan(change) {
    if (!change.prior || !change.known('size')) return;
    if (change.planned.size < change.prior.size) throw new Error('volumes `size` can only be expanded and not shrunk');
  },
  async create(api, v) {
    const body = {
      region: String(v.region).toLowerCase(),
      name: v.name,
      description: v.description ?? '',
      size_gigabytes: v.size,
      snapshot_id: v.snapshot_id ?? '',
      filesystem_type: v.initial_filesystem_type ?? v.filesystem_type ?? '',
      filesystem_label: v.initial_filesystem_label ?? '',
      tags: v.tags ?? [],
    };
    const answer = await api.post('/v2/volumes', body, 'Error creating Volume');
    return { id: answer.volume.id };
  },
  async read(api, s) {
    const answer = await api.find(`/v2/volumes/${s.id}`, 'Error retrieving volume');
    return answer && volumeValues(answer.volume);
  },
  async update(api, v, prior) {
    const path = `/v2/volumes/${v.id}/actions`;
    if (v.size !== prior.size) {
      const body = { type: 'resize', size_gigabytes: v.size, region: v.region };
      const { action } = await api.post(path, body, `Error resizing volume (${v.id})`);
      await api.completed(`/v2/actions/${action.id}`, `Error waiting for resize volume (${v.id})`);
    }
    await retag(api, 'volume', v.id, prior.tags, v.tags);
  },
  async delete(api, s) {
    await api.delete(`/v2/volumes/${s.id}`, 'Error deleting volume');
  },
});

export function volumeValues(from: Values): Values {
  const { name, region, size_gigabytes, tags, droplet_ids } = from;
  return {
    name,
    region: region.slug,
    size: size_gigabytes,
    tags: tags ?? [],
    droplet_ids: droplet_ids ?? [],
    urn: `do:volume:${from.id}`,
    // Set only when there is something to set.
    ...omitEmpty({
      description: from.description,
      filesystem_type: from.filesystem_type,
      filesystem_label: from.filesystem_label,
    }),
  };
}
