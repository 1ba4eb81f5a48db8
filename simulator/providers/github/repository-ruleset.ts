import { between, lengthBetween, oneOfQuoted } from '../../terraform/check';
import { type Values } from '../../terraform/value';
import { first, parts } from '../define';
import { resource } from './define';
import { rulesBody, rulesValues } from './ruleset-rules';

const queue = 'rules.merge_queue';
const actors = (list: Values[] | null) =>
  JSON.stringify((list ?? []).map((one) => `${one.actor_type}:${one.actor_id ?? 0}:${one.bypass_mode}`).sort());

export const repositoryRuleset = resource('repository-ruleset', {
  version: 1,
  defaults: {
    [`${queue}.check_response_timeout_minutes`]: 60,
    [`${queue}.grouping_strategy`]: 'ALLGREEN',
    [`${queue}.max_entries_to_build`]: 5,
    [`${queue}.max_entries_to_merge`]: 5,
    [`${queue}.merge_method`]: 'MERGE',
    [`${queue}.min_entries_to_merge`]: 1,
    [`${queue}.min_entries_to_merge_wait_minutes`]: 5,
    'rules.pull_request.dismiss_stale_reviews_on_push': false,
    'rules.pull_request.require_code_owner_review': false,
    'rules.pull_request.require_last_push_approval': false,
    'rules.pull_request.required_approving_review_count': 0,
    'rules.pull_request.required_review_thread_resolution': false,
    'rules.required_status_checks.do_not_enforce_on_create': false,
    'rules.required_status_checks.required_check.integration_id': 0,
    'rules.update_allows_fetch_and_merge': false,
  },
  check: {
    name: lengthBetween(1, 100),
    target: oneOfQuoted('branch', 'push', 'tag'),
    enforcement: oneOfQuoted('disabled', 'active', 'evaluate'),
    repository: (value) =>
      /^[-a-zA-Z0-9_.]{1,100}$/.test(value)
        ? undefined
        : 'invalid value for name (must include only alphanumeric characters, underscores or hyphens and consist of ' +
          '100 characters or less)',
    'bypass_actors.actor_type': oneOfQuoted('RepositoryRole', 'Team', 'Integration', 'OrganizationAdmin', 'DeployKey'),
    'bypass_actors.bypass_mode': oneOfQuoted('always', 'pull_request', 'exempt'),
    [`${queue}.check_response_timeout_minutes`]: between(0, 360),
    [`${queue}.grouping_strategy`]: oneOfQuoted('ALLGREEN', 'HEADGREEN'),
    // The provider names the wrong field here.
    [`${queue}.max_entries_to_build`]: (value) => between(0, 100)(value, 'max_entries_to_merge'),
    [`${queue}.max_entries_to_merge`]: between(0, 100),
    [`${queue}.merge_method`]: oneOfQuoted('MERGE', 'SQUASH', 'REBASE'),
    [`${queue}.min_entries_to_merge`]: between(0, 100),
    [`${queue}.min_entries_to_merge_wait_minutes`]: between(0, 360),
    'rules.max_file_size.max_file_size': between(1, 100),
  },
  conflicts: {
    'rules.branch_name_pattern': ['rules.0.tag_name_pattern'],
    'rules.tag_name_pattern': ['rules.0.branch_name_pattern'],
  },
  requiredWith: { 'rules.update_allows_fetch_and_merge': ['rules.0.update'] },
  suppress: { bypass_actors: (prior, next) => actors(prior) === actors(next) },
  volatile: ['etag'],

  async create(api, v) {
    const repository = await api.get(api.repo(v.repository));
    if (repository.archived)
      throw new Error(`cannot create ruleset on archived repository ${api.owner}/${v.repository}`);
    const { id } = await api.post(`${api.repo(v.repository)}/rulesets`, body(v));
    return { id: String(id), ruleset_id: id };
  },
  async read(api, s) {
    const real = await api.find(`${api.repo(s.repository)}/rulesets/${s.id}`);
    if (!real) return null;
    const { name, target, enforcement, bypass_actors, conditions, rules, node_id, id } = real;
    return {
      name,
      target,
      enforcement,
      node_id,
      ruleset_id: id,
      etag: real.etag ?? '',
      bypass_actors: (bypass_actors ?? []).map((one: Values) => ({
        actor_id: one.actor_id ?? 0,
        actor_type: one.actor_type,
        bypass_mode: one.bypass_mode,
      })),
      conditions: conditions?.ref_name
        ? [{ ref_name: [{ include: conditions.ref_name.include, exclude: conditions.ref_name.exclude }] }]
        : [],
      rules: [rulesValues(rules ?? [])],
    };
  },
  async update(api, v) {
    // Another repository is not taken for a replacement: the ruleset is looked for where it is not.
    const repository = await api.get(api.repo(v.repository));
    if (!repository.archived) await api.put(`${api.repo(v.repository)}/rulesets/${v.id}`, body(v));
  },
  async delete(api, s) {
    await api.delete(`${api.repo(s.repository)}/rulesets/${s.id}`);
  },
  importId(id) {
    const [repository, ruleset] = parts(id, ':', `unexpected ID format (${id}); expected repository:ruleset_id`);
    return { id: ruleset, repository, ruleset_id: Number(ruleset) };
  },
});

const body = (v: Values) => ({
  name: v.name,
  target: v.target,
  source: v.repository,
  source_type: 'Repository',
  enforcement: v.enforcement,
  bypass_actors: (v.bypass_actors ?? []).map(({ actor_id, actor_type, bypass_mode }: Values) => ({
    ...(actor_id ? { actor_id } : {}),
    actor_type,
    bypass_mode: bypass_mode ?? undefined,
  })),
  ...conditionsBody(first<Values>(v.conditions)),
  rules: rulesBody(first<Values>(v.rules) ?? {}),
});

function conditionsBody(conditions: Values | undefined): Values {
  const names = first<Values>(conditions?.ref_name);
  return names ? { conditions: { ref_name: { include: names.include, exclude: names.exclude } } } : {};
}
