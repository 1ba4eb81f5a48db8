import { pathEscape } from '../go';
import { type GitHub } from './api';
import { resource } from './define';

/** `repository:environment:number`, the environment's name escaped. */
function path(api: GitHub, id: string): string {
  const [repository, environment, policy] = id.split(':');
  const escaped = pathEscape(decodeURIComponent(environment));
  return `${api.repo(repository)}/environments/${escaped}/deployment-branch-policies/${policy}`;
}

export const repositoryEnvironmentDeploymentPolicy = resource('repository-environment-deployment-policy', {
  forceNew: ['repository', 'environment'],
  conflicts: { branch_pattern: ['tag_pattern'], tag_pattern: ['branch_pattern'] },

  plan(change) {
    // A policy for branches cannot become one for tags.
    if (!change.prior) return;
    for (const name of ['branch_pattern', 'tag_pattern']) {
      const [before, after] = [!!change.prior[name], change.planned[name] !== null && change.planned[name] !== ''];
      if (before !== after) change.forceNew(name);
    }
  },
  async create(api, v) {
    const pattern = v.branch_pattern || v.tag_pattern;
    if (!pattern) throw new Error('exactly one of "branch_pattern" and "tag_pattern" must be specified');
    const environment = pathEscape(v.environment);
    const url = `${api.repo(v.repository)}/environments/${environment}/deployment-branch-policies`;
    const { id } = await api.post(url, { name: pattern, type: v.branch_pattern ? 'branch' : 'tag' });
    return { id: `${v.repository}:${environment}:${id}` };
  },
  async read(api, s) {
    const policy = await api.find(path(api, s.id));
    if (!policy) return null;
    return policy.type === 'tag' ? { tag_pattern: policy.name } : { branch_pattern: policy.name };
  },
  async update(api, v) {
    await api.put(path(api, v.id), { name: v.branch_pattern || v.tag_pattern });
  },
  async delete(api, s) {
    await api.delete(path(api, s.id));
  },
});
