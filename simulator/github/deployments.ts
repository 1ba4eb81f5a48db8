import { z } from 'zod';
import { ApiError } from './api-error';
import { findCommit } from './commits';
import { body, pageOf, REPOSITORY, type Api, type Call } from './http';
import type { Store } from './store';
import { renderUser } from './owners';
import { repositoryHtml, repositoryUrl } from './repository-view';
import type { Repository } from './state';
import type { Deployment, DeploymentStatus } from './issues-and-pulls';

const request = z.object({
  ref: z.string().min(1),
  task: z.string().default('deploy'),
  environment: z.string().default('production'),
  description: z
    .string()
    .max(140)
    .nullish()
    .transform((text) => text ?? null),
  payload: z.union([z.record(z.string(), z.unknown()), z.string()]).default({}),
});
const statusRequest = z.object({
  state: z.enum(['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success']),
  description: z.string().max(140).default(''),
  log_url: z.string().optional(),
  target_url: z.string().optional(),
  environment_url: z.string().optional(),
  auto_inactive: z.boolean().default(true),
});

export function addDeployment(
  store: Store,
  repository: Repository,
  given: Pick<Deployment, 'sha' | 'ref' | 'environment' | 'creator'> & Partial<Deployment>,
): Deployment {
  const id = 1_100_000 + store.count('deployment');
  return (repository.deployments[id] = {
    task: 'deploy',
    description: null,
    payload: {},
    ...given,
    id,
    created_at: store.now(),
    statuses: [],
  });
}

export function addStatus(
  store: Store,
  deployment: Deployment,
  given: Pick<DeploymentStatus, 'state' | 'creator'> & Partial<DeploymentStatus>,
): DeploymentStatus {
  const status = {
    description: '',
    ...given,
    id: 2_200_000 + store.count('deployment_status'),
    created_at: store.now(),
  };
  deployment.statuses.push(status);
  return status;
}

export function mountDeployments(api: Api, store: Store): void {
  const user = (login: string) => renderUser(store, store.state.users[login]!);

  function render(repository: Repository, { statuses, creator, ...deployment }: Deployment) {
    const url = `${repositoryUrl(repository)}/deployments/${deployment.id}`;
    return {
      ...deployment,
      url,
      node_id: store.nodeId('DE', deployment.id),
      original_environment: deployment.environment,
      creator: user(creator),
      updated_at: statuses.at(-1)?.created_at ?? deployment.created_at,
      statuses_url: `${url}/statuses`,
      repository_url: repositoryUrl(repository),
      transient_environment: false,
      production_environment: deployment.environment === 'production',
    };
  }

  function renderStatus(repository: Repository, deployment: Deployment, { creator, ...status }: DeploymentStatus) {
    const url = `${repositoryUrl(repository)}/deployments/${deployment.id}`;
    return {
      ...status,
      url: `${url}/statuses/${status.id}`,
      node_id: store.nodeId('DES', status.id),
      creator: user(creator),
      environment: deployment.environment,
      target_url: status.log_url ?? `${repositoryHtml(repository)}/deployments`,
      updated_at: status.created_at,
      deployment_url: url,
      repository_url: repositoryUrl(repository),
    };
  }

  for (const base of REPOSITORY) {
    const wanted = (call: Call) => store.find(store.repository(call).deployments, call.req.param('deployment')!);

    api.get(`${base}/deployments`, (call: Call) => {
      const repository = store.repository(call);
      const asked = Object.entries(call.req.query()).filter(([name]) =>
        ['sha', 'ref', 'task', 'environment'].includes(name),
      );
      const found = Object.values(repository.deployments).filter((deployment) =>
        asked.every(([name, value]) => deployment[name as 'sha'] === value),
      );
      return call.json(pageOf(call, found.reverse()).map((deployment) => render(repository, deployment)));
    });

    api.post(`${base}/deployments`, async (call: Call) => {
      const repository = store.repository(call);
      const given = await body(call, request);
      const commits = store.commits(repository);
      const known =
        [`refs/heads/${given.ref}`, `refs/tags/${given.ref}`].some((ref) => Object.hasOwn(repository.refs, ref)) ||
        Object.hasOwn(commits, given.ref);
      if (!known) throw new ApiError(422, `No ref found for: ${given.ref}`);
      const { sha } = findCommit(store, repository, given.ref);
      return call.json(
        render(repository, addDeployment(store, repository, { ...given, sha, creator: store.caller(call).login })),
        201,
      );
    });

    api.get(`${base}/deployments/:deployment`, (call: Call) => call.json(render(store.repository(call), wanted(call))));

    api.get(`${base}/deployments/:deployment/statuses`, (call: Call) => {
      const [repository, deployment] = [store.repository(call), wanted(call)];
      return call.json(
        pageOf(call, [...deployment.statuses].reverse()).map((status) => renderStatus(repository, deployment, status)),
      );
    });

    api.post(`${base}/deployments/:deployment/statuses`, async (call: Call) => {
      const [repository, deployment] = [store.repository(call), wanted(call)];
      const { auto_inactive: retire, target_url: target, log_url: log, ...given } = await body(call, statusRequest);
      const creator = store.caller(call).login;
      const status = addStatus(store, deployment, { ...given, log_url: log ?? target, creator });
      const former = Object.values(repository.deployments).filter(
        (other) =>
          other !== deployment &&
          other.environment === deployment.environment &&
          other.statuses.at(-1)?.state === 'success',
      );
      // a newer success retires the former ones, as GitHub does unless told otherwise
      if (status.state === 'success' && retire)
        for (const other of former) addStatus(store, other, { state: 'inactive', creator });
      return call.json(renderStatus(repository, deployment, status), 201);
    });
  }
}
