import { between } from '../../terraform/check';
import { type Values } from '../../terraform/value';
import { first, parts } from '../define';
import { nullIfEmpty, pathEscape } from '../go';
import { type GitHub } from './api';
import { resource } from './define';

const path = (api: GitHub, id: string) => {
  const [repository, environment] = parts(id, ':', `unexpected ID format (${id}); expected repository:environment`);
  return { repository, environment, url: `${api.repo(repository)}/environments/${pathEscape(environment)}` };
};

/** Always everything: what is left out is taken away. */
async function write(api: GitHub, v: Values): Promise<Values> {
  const id = `${v.repository}:${v.environment}`;
  const given = first<Values>(v.reviewers);
  const reviewers = [
    ...(given?.teams ?? []).map((team: number) => ({ type: 'Team', id: team })),
    ...(given?.users ?? []).map((user: number) => ({ type: 'User', id: user })),
  ];
  const policy = first<Values>(v.deployment_branch_policy);
  await api.put(path(api, id).url, {
    wait_timer: v.wait_timer ?? 0,
    reviewers: nullIfEmpty(reviewers),
    can_admins_bypass: v.can_admins_bypass,
    deployment_branch_policy: policy
      ? { protected_branches: policy.protected_branches, custom_branch_policies: policy.custom_branch_policies }
      : null,
    prevent_self_review: v.prevent_self_review,
  });
  return { id };
}

export const repositoryEnvironment = resource('repository-environment', {
  forceNew: ['repository', 'environment'],
  defaults: { can_admins_bypass: true, prevent_self_review: false },
  check: { wait_timer: between(0, 43200) },
  max: { reviewers: 6 },

  create: write,
  update: write,
  async read(api, s) {
    const { repository, environment, url } = path(api, s.id);
    const real = await api.find(url);
    if (!real) return null;
    const rules: Values[] = real.protection_rules ?? [];
    const policy = real.deployment_branch_policy;
    const review = rules.find((rule) => rule.type === 'required_reviewers');
    return {
      repository,
      environment,
      wait_timer: rules.find((rule) => rule.type === 'wait_timer')?.wait_timer ?? 0,
      can_admins_bypass: real.can_admins_bypass ?? true,
      deployment_branch_policy: policy
        ? [{ protected_branches: policy.protected_branches, custom_branch_policies: policy.custom_branch_policies }]
        : [],
      // Without such a rule the provider keeps what it has: reviewers taken away by hand are not noticed.
      ...(review ? { reviewers: [reviewersOf(review)], prevent_self_review: review.prevent_self_review ?? false } : {}),
    };
  },
  async delete(api, s) {
    await api.delete(path(api, s.id).url);
  },
});

function reviewersOf(rule: Values): Values {
  const ids = (type: string) =>
    (rule.reviewers ?? []).filter((one: Values) => one.type === type).map((one: Values) => one.reviewer.id as number);
  return { teams: ids('Team'), users: ids('User') };
}
