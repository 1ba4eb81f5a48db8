import { z } from 'zod';
import { ApiError, failedValidation, invalid } from './api-error';
import { body, pageOf, REPOSITORY, type Api, type Call } from './http';
import type { Store } from './store';
import { renderUser } from './owners';
import { renderTeam } from './teams';
import { repositoryUrl } from './repository-view';
import type { Environment, Repository } from './state';
import { entry } from './table';

/** Minutes: thirty days. */
const MAX_WAIT = 43_200;
const MAX_REVIEWERS = 6;

const branchPolicy = z.object({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() });

/** Every field that is absent or null is reset: a PUT replaces the whole environment. */
const request = z
  .object({
    wait_timer: z.number().int().min(0).max(MAX_WAIT, `must be at most ${MAX_WAIT} minutes`).nullish(),
    prevent_self_review: z.boolean().nullish(),
    can_admins_bypass: z.boolean().nullish(),
    reviewers: z
      .array(z.object({ type: z.enum(['User', 'Team']), id: z.number() }))
      .max(MAX_REVIEWERS, `at most ${MAX_REVIEWERS} reviewers`)
      .nullish(),
    deployment_branch_policy: branchPolicy.nullish(),
  })
  .nullable()
  .transform((given) => given ?? {});

export const environmentKey = (name: string) => name.toLowerCase();

/** Names are compared without case. */
export const findEnvironment = (store: Store, repository: Repository, call: Call): Environment =>
  store.find(repository.environments, environmentKey(call.req.param('environment')!));

/** What everything that names an environment tells of it. */
export function environmentPlace(
  store: Store,
  repository: Repository,
  { id, name, created_at, updated_at }: Environment,
) {
  return {
    id,
    node_id: store.nodeId('EN', id),
    name,
    url: `${repositoryUrl(repository)}/environments/${encodeURIComponent(name)}`,
    html_url: `https://github.com/${repository.owner}/${repository.name}/deployments?environment=${encodeURIComponent(name)}`,
    created_at,
    updated_at,
  };
}

export function mountEnvironments(api: Api, store: Store): void {
  const { users, teams } = store.state;

  function reviewer({ type, id }: Environment['reviewers'][number]) {
    const user = type === 'User' ? Object.values(users).find((u) => u.id === id) : undefined;
    const team = type === 'Team' ? teams[id] : undefined;
    return user ? renderUser(store, user) : team ? renderTeam(store, team) : undefined;
  }

  function rules({ id, ...environment }: Environment) {
    const rule = (number: number, type: string, more: object) => ({
      id: id * 10 + number,
      node_id: store.nodeId('GA', id * 10 + number),
      type,
      ...more,
    });
    return [
      ...(environment.wait_timer > 0 ? [rule(1, 'wait_timer', { wait_timer: environment.wait_timer })] : []),
      ...(environment.reviewers.length > 0
        ? [
            rule(2, 'required_reviewers', {
              prevent_self_review: environment.prevent_self_review,
              reviewers: environment.reviewers.map((wanted) => ({ type: wanted.type, reviewer: reviewer(wanted) })),
            }),
          ]
        : []),
      ...(environment.deployment_branch_policy ? [rule(3, 'branch_policy', {})] : []),
    ];
  }

  function render(repository: Repository, environment: Environment) {
    return {
      ...environmentPlace(store, repository, environment),
      can_admins_bypass: environment.can_admins_bypass,
      protection_rules: rules(environment),
      deployment_branch_policy: environment.deployment_branch_policy,
    };
  }

  for (const base of REPOSITORY) {
    api.get(`${base}/environments`, (call: Call) => {
      const repository = store.repository(call);
      const all = Object.values(repository.environments);
      return call.json({
        total_count: all.length,
        environments: pageOf(call, all).map((environment) => render(repository, environment)),
      });
    });

    api.get(`${base}/environments/:environment`, (call: Call) => {
      const repository = store.repository(call);
      return call.json(render(repository, findEnvironment(store, repository, call)));
    });

    api.put(`${base}/environments/:environment`, async (call: Call) => {
      const repository = store.repository(call);
      const name = call.req.param('environment')!;
      const given = await body(call, request);
      if (repository.archived) throw new ApiError(403, 'Repository was archived so is read-only.');
      if (name.length > 255) throw invalid('The environment name is invalid: it may have 255 characters at most.');
      const policy = given.deployment_branch_policy ?? null;
      if (policy && policy.protected_branches === policy.custom_branch_policies) {
        throw invalid('protected_branches and custom_branch_policies cannot have the same value');
      }
      for (const wanted of given.reviewers ?? []) {
        if (!reviewer(wanted))
          throw failedValidation(
            'Environment',
            'reviewers',
            `${wanted.type} ${wanted.id} has no access to this repository`,
          );
      }
      const fields = {
        wait_timer: given.wait_timer ?? 0,
        prevent_self_review: given.prevent_self_review ?? false,
        can_admins_bypass: given.can_admins_bypass ?? true,
        reviewers: given.reviewers ?? [],
        deployment_branch_policy: policy,
        updated_at: store.now(),
      };
      const key = environmentKey(name);
      const environment = (repository.environments[key] = entry(repository.environments, key) ?? {
        id: 160_000_000 + store.count('environment'),
        name,
        policies: {},
        vault: { secrets: {} },
        variables: {},
        created_at: store.now(),
        ...fields,
      });
      return call.json(render(repository, Object.assign(environment, fields)));
    });

    api.delete(`${base}/environments/:environment`, (call: Call) => {
      const repository = store.repository(call);
      const { name } = findEnvironment(store, repository, call);
      // Its secrets, variables and policies go with it.
      delete repository.environments[environmentKey(name)];
      return call.body(null, 204);
    });
  }
}
