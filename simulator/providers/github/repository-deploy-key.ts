import { parts } from '../define';
import { resource } from './define';

/** What follows the key proper is a comment, which GitHub drops. */
const bare = (key: unknown): string =>
  String(key ?? '')
    .trim()
    .split(/\s+/)
    .slice(0, 2)
    .join(' ');

export const repositoryDeployKey = resource('repository-deploy-key', {
  forceNew: ['key', 'read_only', 'repository', 'title'],
  defaults: { read_only: true },
  suppress: { key: (prior, next) => bare(prior) === bare(next) },

  async create(api, v) {
    const body = { key: v.key, title: v.title, read_only: v.read_only };
    const key = await api.post(`${api.repo(v.repository)}/keys`, body);
    return { id: `${v.repository}:${key.id}` };
  },
  async read(api, s) {
    const [repository, id] = parts(s.id, ':', `unexpected ID format (${s.id}); expected repository:key_id`);
    const real = await api.find(`${api.repo(repository)}/keys/${id}`);
    if (!real) return null;
    const { key, title, read_only } = real;
    return { repository, key, title, read_only, etag: real.etag ?? '' };
  },
  async delete(api, s) {
    const [repository, id] = parts(s.id, ':', `unexpected ID format (${s.id}); expected repository:key_id`);
    await api.delete(`${api.repo(repository)}/keys/${id}`);
  },
});
