import { type Values } from '../../terraform/value';
import { goTime, pathEscape } from '../go';
import { type GitHub, GitHubError } from './api';
import { resource } from './define';
import { secretName } from './rules';

const variablesPath = (api: GitHub, repository: string, environment: string) =>
  `${api.repo(repository)}/environments/${pathEscape(environment)}/variables`;

function address(id: string): [string, string, string] {
  const [repository, environment, ...name] = id.split(':');
  return [repository, environment, name.join(':')];
}

/** Creating and changing are one: it is created, and changed if it was there. */
async function write(api: GitHub, v: Values): Promise<Values> {
  const path = variablesPath(api, v.repository, v.environment);
  const body = { name: v.variable_name, value: v.value };
  await api.post(path, body).catch(async (error: Error) => {
    if (!(error instanceof GitHubError && error.status === 409)) throw error;
    await api.patch(`${path}/${v.variable_name}`, body);
  });
  return { id: `${v.repository}:${v.environment}:${v.variable_name}` };
}

export const actionsEnvironmentVariable = resource('actions-environment-variable', {
  forceNew: ['environment', 'variable_name'],
  check: { variable_name: secretName },
  volatile: ['updated_at'],

  create: write,
  update: write,
  async read(api, s) {
    const [repository, environment, name] = address(s.id);
    const variable = await api.find(`${variablesPath(api, repository, environment)}/${name}`);
    if (!variable) return null;
    const { value, created_at, updated_at } = variable;
    return {
      repository,
      environment,
      variable_name: name,
      value,
      created_at: goTime(created_at),
      updated_at: goTime(updated_at),
    };
  },
  async delete(api, s) {
    const [repository, environment, name] = address(s.id);
    await api.delete(`${variablesPath(api, repository, environment)}/${name}`);
  },
});
