import { parts } from '../define';
import { goTime } from '../go';
import { resource } from './define';
import { secretName } from './rules';

export const actionsVariable = resource('actions-variable', {
  forceNew: ['variable_name'],
  check: { variable_name: secretName },
  volatile: ['updated_at'],

  async create(api, v) {
    await api.post(`${api.repo(v.repository)}/actions/variables`, { name: v.variable_name, value: v.value });
    return { id: `${v.repository}:${v.variable_name}` };
  },
  async read(api, s) {
    const [repository, name] = parts(s.id, ':', `unexpected ID format (${s.id}); expected repository:variable_name`);
    const variable = await api.find(`${api.repo(repository)}/actions/variables/${name}`);
    if (!variable) return null;
    const { value, created_at, updated_at } = variable;
    // The name is stored as it was written, not in the capitals that GitHub makes of it.
    return { repository, variable_name: name, value, created_at: goTime(created_at), updated_at: goTime(updated_at) };
  },
  async update(api, v) {
    // Another repository is not taken for a replacement: the variable is looked for where it is not, and the answer is 404.
    await api.patch(`${api.repo(v.repository)}/actions/variables/${v.variable_name}`, {
      name: v.variable_name,
      value: v.value,
    });
    return { id: `${v.repository}:${v.variable_name}` };
  },
  async delete(api, s) {
    const [repository, name] = parts(s.id, ':', `unexpected ID format (${s.id}); expected repository:variable_name`);
    await api.delete(`${api.repo(repository)}/actions/variables/${name}`);
  },
});
