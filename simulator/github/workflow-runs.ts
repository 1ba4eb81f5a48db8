import { z } from 'zod';
import { ApiError, invalid } from './api-error';
import { addDeployment, addStatus } from './deployments';
import { environmentKey, environmentPlace } from './environments';
import { body, pageOf, REPOSITORY, type Api, type Call } from './http';
import type { Store } from './store';
import { renderUser } from './owners';
import { renderTeam } from './teams';
import { renderRepository, repositoryHtml, repositoryUrl } from './repository-view';
import type { Environment, Repository, User } from './state';
import type { WorkflowRun } from './issues-and-pulls';

export interface RunOption {
  readonly name: string;
  /** The workflow's file. */
  readonly path: string;
  readonly event: string;
  readonly branch: string;
  readonly sha: string;
  /** Names of environments that its jobs deploy to; those with reviewers are waited for. */
  readonly environments: readonly string[];
}

/** What GitHub does when an event starts a workflow: nobody can do it through the API. */
export function startRun(
  store: Store,
  repository: Repository,
  { name, path, event, branch, sha, environments }: RunOption,
): WorkflowRun {
  const id = 9_900_000 + store.count('run');
  const pending: string[] = [];
  for (const environment of environments) {
    const deployment = addDeployment(store, repository, {
      sha,
      ref: branch,
      environment,
      creator: 'github-actions[bot]',
    });
    const waits = (repository.environments[environmentKey(environment)]?.reviewers.length ?? 0) > 0;
    if (waits) pending.push(environmentKey(environment));
    addStatus(store, deployment, { state: waits ? 'pending' : 'in_progress', creator: 'github-actions[bot]' });
  }
  return (repository.runs[id] = {
    id,
    name,
    path,
    event,
    head_branch: branch,
    head_sha: sha,
    status: pending.length > 0 ? 'waiting' : 'in_progress',
    conclusion: null,
    pending,
    approvals: [],
    created_at: store.now(),
  });
}

const review = z.object({
  environment_ids: z.array(z.number()).min(1),
  state: z.enum(['approved', 'rejected']),
  comment: z.string(),
});

export function mountWorkflowRuns(api: Api, store: Store): void {
  const { users, teams } = store.state;
  const people = ({ reviewers }: Environment): User[] =>
    reviewers.flatMap(({ type, id }) => {
      if (type === 'User') return Object.values(users).filter((user) => user.id === id);
      return (teams[id]?.members ?? []).map((login) => users[login]!);
    });

  function render(repository: Repository, run: WorkflowRun) {
    const { pending: _waits, approvals: _given, ...kept } = run;
    const [api, html] = [repositoryUrl(repository), repositoryHtml(repository)];
    const url = `${api}/actions/runs/${run.id}`;
    const commit = store.commits(repository)[run.head_sha];
    return {
      ...kept,
      node_id: store.nodeId('WFR', run.id),
      run_number: run.id - 9_900_000,
      run_attempt: 1,
      display_title: run.name,
      workflow_id: 77,
      pull_requests: [],
      url,
      html_url: `${html}/actions/runs/${run.id}`,
      updated_at: run.created_at,
      jobs_url: `${url}/jobs`,
      logs_url: `${url}/logs`,
      artifacts_url: `${url}/artifacts`,
      cancel_url: `${url}/cancel`,
      rerun_url: `${url}/rerun`,
      workflow_url: `${api}/actions/workflows/77`,
      check_suite_url: `${api}/check-suites/${run.id}`,
      head_commit: commit
        ? {
            id: commit.sha,
            tree_id: commit.sha,
            message: commit.message,
            timestamp: commit.date,
            author: null,
            committer: null,
          }
        : null,
      repository: renderRepository(store, repository),
      head_repository: renderRepository(store, repository),
    };
  }

  for (const base of REPOSITORY) {
    const path = `${base}/actions/runs/:run`;
    const wanted = (call: Call) => store.find(store.repository(call).runs, call.req.param('run')!);

    api.get(`${base}/actions/runs`, (call: Call) => {
      const repository = store.repository(call);
      const { head_sha: sha, event, branch, status } = call.req.query();
      const found = Object.values(repository.runs)
        .reverse()
        .filter(
          (run) =>
            (sha === undefined || run.head_sha === sha) &&
            (event === undefined || run.event === event) &&
            (branch === undefined || run.head_branch === branch) &&
            (status === undefined || run.status === status || run.conclusion === status),
        );
      return call.json({
        total_count: found.length,
        workflow_runs: pageOf(call, found).map((run) => render(repository, run)),
      });
    });

    api.get(path, (call: Call) => call.json(render(store.repository(call), wanted(call))));

    api.get(`${path}/approvals`, (call: Call) => {
      const repository = store.repository(call);
      return call.json(
        wanted(call).approvals.map(({ environments, user, ...approval }) => ({
          ...approval,
          user: renderUser(store, users[user]!),
          environments: environments.map((key) => environmentPlace(store, repository, repository.environments[key]!)),
        })),
      );
    });

    api.get(`${path}/pending_deployments`, (call: Call) => {
      const repository = store.repository(call);
      const me = store.caller(call);
      return call.json(
        wanted(call).pending.map((key) => {
          const environment = repository.environments[key]!;
          const { id, node_id, name, url, html_url } = environmentPlace(store, repository, environment);
          return {
            environment: { id, node_id, name, url, html_url },
            wait_timer: environment.wait_timer,
            wait_timer_started_at: null,
            current_user_can_approve: people(environment).includes(me),
            reviewers: environment.reviewers.map(({ type, id: who }) => ({
              type,
              reviewer:
                type === 'Team'
                  ? renderTeam(store, teams[who]!)
                  : renderUser(
                      store,
                      Object.values(users).find((user) => user.id === who)!,
                    ),
            })),
          };
        }),
      );
    });

    api.post(`${path}/pending_deployments`, async (call: Call) => {
      const [repository, run] = [store.repository(call), wanted(call)];
      const given = await body(call, review);
      const me = store.caller(call);
      const keys = given.environment_ids.map((id) =>
        run.pending.find((key) => repository.environments[key]!.id === id),
      );
      if (!keys.every((key) => key !== undefined)) throw invalid('No pending deployment requests to approve or reject');
      for (const key of keys)
        if (!people(repository.environments[key]!).includes(me))
          throw new ApiError(403, 'You are not a required reviewer of this environment');
      run.approvals.push({ environments: keys, state: given.state, comment: given.comment, user: me.login });
      run.pending = run.pending.filter((key) => !keys.includes(key));
      if (given.state === 'rejected') Object.assign(run, { status: 'completed', conclusion: 'failure', pending: [] });
      else if (run.pending.length === 0) run.status = 'in_progress';
      const deployments = Object.values(repository.deployments).filter(
        ({ sha, environment, statuses }) =>
          sha === run.head_sha && keys.includes(environmentKey(environment)) && statuses.at(-1)?.state === 'pending',
      );
      for (const deployment of deployments)
        addStatus(store, deployment, { state: given.state === 'approved' ? 'queued' : 'failure', creator: me.login });
      return call.json(
        deployments.map(({ id, sha, ref, task, environment, description, payload, created_at, creator }) => ({
          id,
          sha,
          ref,
          task,
          environment,
          original_environment: environment,
          description,
          payload,
          created_at,
          updated_at: store.now(),
          node_id: store.nodeId('DE', id),
          creator: renderUser(store, users[creator]!),
          url: `${repositoryUrl(repository)}/deployments/${id}`,
          statuses_url: `${repositoryUrl(repository)}/deployments/${id}/statuses`,
          repository_url: repositoryUrl(repository),
        })),
      );
    });
  }
}
