import { lengthBetween, all, notZero, notEmpty, oneOfAnyCase } from '../../terraform/check';
import { type Values } from '../../terraform/value';
import { type DigitalOcean, DigitalOceanError } from './api';
import { resource } from './define';
import { sameText } from './rules';

const urnsOf = async (api: DigitalOcean, project: string): Promise<string[]> =>
  (await api.list(`/v2/projects/${project}/resources`, 'resources', 'Error loading project resources')).map(
    (one) => one.urn as string,
  );

const assign = (api: DigitalOcean, project: string, urns: string[]) =>
  api.post(`/v2/projects/${project}/resources`, { resources: urns }, `Error assigning resources to project ${project}`);

/** What belongs to no project of one's own belongs to the default one: that is how something leaves a project. */
async function release(api: DigitalOcean, urns: string[]): Promise<void> {
  const { project } = await api.get('/v2/projects/default', 'Error locating default project');
  if (urns.length > 0) await assign(api, project.id, urns);
}

const settings = (v: Values): Values => ({
  name: v.name,
  description: v.description,
  purpose: v.purpose,
  environment: v.environment ?? '',
  is_default: v.is_default,
});

export const project = resource('project', {
  defaults: { description: '', purpose: 'Web Application', is_default: false },
  check: {
    name: all(notZero, lengthBetween(1, 175)),
    description: lengthBetween(0, 255),
    purpose: lengthBetween(0, 255),
    environment: oneOfAnyCase('development', 'staging', 'production'),
  },
  suppress: { environment: sameText },
  volatile: ['updated_at', 'resources'],

  async create(api, v, made) {
    const { is_default: isDefault, ...body } = settings(v);
    const answer = await api.post('/v2/projects', body, 'Error creating Project');
    const { id } = answer.project;
    made({ id });
    if (v.resources?.length) await assign(api, id, v.resources);
    if (isDefault) await api.patch(`/v2/projects/${id}`, settings(v), `Error setting Project to default`);
  },
  async read(api, s) {
    const answer = await api.find(`/v2/projects/${s.id}`, 'Error reading Project');
    return answer && { ...projectValues(answer.project), resources: await urnsOf(api, s.id) };
  },
  async update(api, v, prior) {
    await api.patch(`/v2/projects/${v.id}`, settings(v), 'Error updating Project');
    if (!v.resources) return;
    const [old, now] = [(prior.resources ?? []) as string[], v.resources as string[]];
    const removed = old.filter((urn) => !now.includes(urn));
    const added = now.filter((urn) => !old.includes(urn));
    if (removed.length > 0) await release(api, removed);
    if (added.length > 0) await assign(api, v.id, added);
  },
  async delete(api, s) {
    await release(api, s.resources ?? []);
    const attempt = async () => {
      try {
        await api.delete(`/v2/projects/${s.id}`, 'Error deleting Project');
        return true;
      } catch (error) {
        // Until the last resource has left. The provider tries for three minutes.
        if (error instanceof DigitalOceanError && error.status === 412) return false;
        throw error;
      }
    };
    if (!(await attempt())) await api.wait(attempt, 'Error deleting Project', 36);
  },
});

export function projectValues(from: Values): Values {
  const { name, purpose, description, environment, is_default, owner_uuid, owner_id, created_at, updated_at } = from;
  return {
    name,
    description,
    is_default,
    owner_uuid,
    owner_id,
    created_at,
    updated_at,
    environment: environment ?? '',
    // The API puts this before a purpose of one's own.
    purpose: String(purpose).replace(/^Other: /, ''),
  };
}

export const projectResources = resource('project-resources', {
  forceNew: ['project'],
  check: { project: notEmpty },

  async create(api, v) {
    if (v.resources.length > 0) await assign(api, v.project, v.resources);
    return { id: v.project };
  },
  async read(api, s) {
    if (!(await api.find(`/v2/projects/${s.id}`, `Error while retrieving project ${s.id}`))) return null;
    const there = new Set(await urnsOf(api, s.id));
    return { project: s.id, resources: (s.resources ?? []).filter((urn: string) => there.has(urn)) };
  },
  async update(api, v, prior) {
    const [old, now] = [(prior.resources ?? []) as string[], v.resources as string[]];
    const removed = old.filter((urn) => !now.includes(urn));
    if (removed.length > 0) await release(api, removed);
    if (now.length > 0) await assign(api, v.project, now);
  },
  async delete(api, s) {
    await release(api, s.resources ?? []);
  },
  importId: false,
});
