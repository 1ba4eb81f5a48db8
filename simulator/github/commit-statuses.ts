import { z } from 'zod';
import { findCommit } from './commits';
import { body, pageOf, REPOSITORY, type Api, type Call } from './http';
import type { Hub } from './hub';
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
export function mountCommitStatuses(api: Api, hub: Hub): void {
  const render = (repository: Repository, { creator, sha, ...status }: CommitStatus) => ({
    ...status,
    node_id: hub.nodeId('SC', status.id),
    avatar_url: null,
    url: `${repositoryUrl(repository)}/statuses/${sha}`,
    creator: renderUser(hub, hub.state.users[creator]!),
  });
  const of = (repository: Repository, sha: string): CommitStatus[] =>
    Object.values(table(repository))
      .filter((status) => status.sha === sha)
      .reverse();

  // a sandbox that an earlier version has kept has none
  const table = (repository: Repository) => (repository.statuses ??= {});

  for (const base of REPOSITORY) {
    api.post(`${base}/statuses/:sha`, async (call: Call) => {
      const repository = hub.repository(call);
      const { sha } = findCommit(hub, repository, call.req.param('sha')!);
      const { state, context, target_url = null, description = null } = await body(call, request);
      const id = 6_600_000 + hub.count('status');
      const now = hub.now();
      const status = (table(repository)[id] = {
        id,
        sha,
        state,
        context,
        target_url,
        description,
        creator: hub.caller(call).login,
        created_at: now,
        updated_at: now,
      });
      return call.json(render(repository, status), 201);
    });

    api.get(`${base}/commits/:sha/statuses`, (call: Call) => {
      const repository = hub.repository(call);
      return call.json(
        pageOf(call, of(repository, findCommit(hub, repository, call.req.param('sha')!).sha)).map((status) =>
          render(repository, status),
        ),
      );
    });
  }
}
