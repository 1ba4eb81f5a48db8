import { z } from 'zod';
import { findCommit } from './commits';
import { body, pageOf, REPOSITORY, type Api, type Call } from './http';
import type { Store } from './store';
import { renderUser } from './owners';
import { repositoryUrl } from './repository-view';
import type { Repository } from './state';
import type { CommitStatus } from './issues-and-pulls';

const request = z.object({
  state: z.enum(['error', 'failure', 'pending', 'success']),
  target_url: z.string().nullish(),
  // "description is too long (maximum is 140 characters)"
  description: z.string().max(140, 'description is too long (maximum is 140 characters)').nullish(),
  context: z.string().default('default'),
});

/** https://docs.github.com/en/rest/commits/statuses: of each context the newest counts. */
export function mountCommitStatuses(api: Api, store: Store): void {
  const render = (repository: Repository, { creator, sha, ...status }: CommitStatus) => ({
    ...status,
    node_id: store.nodeId('SC', status.id),
    avatar_url: null,
    url: `${repositoryUrl(repository)}/statuses/${sha}`,
    creator: renderUser(store, store.state.users[creator]!),
  });
  const of = (repository: Repository, sha: string): CommitStatus[] =>
    Object.values(table(repository))
      .filter((status) => status.sha === sha)
      .reverse();

  // a sandbox that an earlier version has kept has none
  const table = (repository: Repository) => (repository.statuses ??= {});

  for (const base of REPOSITORY) {
    api.post(`${base}/statuses/:sha`, async (call: Call) => {
      const repository = store.repository(call);
      const { sha } = findCommit(store, repository, call.req.param('sha')!);
      const { state, context, target_url = null, description = null } = await body(call, request);
      const id = 6_600_000 + store.count('status');
      const now = store.now();
      const status = (table(repository)[id] = {
        id,
        sha,
        state,
        context,
        target_url,
        description,
        creator: store.caller(call).login,
        created_at: now,
        updated_at: now,
      });
      return call.json(render(repository, status), 201);
    });

    api.get(`${base}/commits/:sha/statuses`, (call: Call) => {
      const repository = store.repository(call);
      return call.json(
        pageOf(call, of(repository, findCommit(store, repository, call.req.param('sha')!).sha)).map((status) =>
          render(repository, status),
        ),
      );
    });
  }
}
