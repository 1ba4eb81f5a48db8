import { ancestors } from './commits';
import type { Hub } from './hub';
import type { Repository } from './state';
import type { Issue, Pull } from './issues-and-pulls';

export type PullRequest = Issue & { pull: Pull };

export const isPull = (issue: Issue): issue is PullRequest => issue.pull !== undefined;

export const keyOf = ({ owner, name }: Repository) => `${owner}/${name}`.toLowerCase();

export function close(hub: Hub, issue: Issue): void {
  Object.assign(issue, { state: 'closed', closed_at: hub.now(), updated_at: hub.now() });
}

export function markMerged(hub: Hub, issue: PullRequest, sha: string, by: string): void {
  close(hub, issue);
  Object.assign(issue.pull, { merged_at: hub.now(), merged_by: by, merge_commit_sha: sha });
}

/**
 * A branch or tag is somewhere else now, or gone. Open pull requests follow: a head that moves is their new head, a head that is
 * gone closes them, and a base that has come to hold their head has merged them.
 */
export function moveRef(hub: Hub, repository: Repository, ref: string, sha: string | undefined, by = hub.owner): void {
  if (sha === undefined) delete repository.refs[ref];
  else repository.refs[ref] = sha;
  const commits = hub.commits(repository);
  const reached = sha === undefined ? undefined : new Set(ancestors(commits, sha));
  for (const { issues, ...at } of Object.values(hub.state.repositories)) {
    for (const issue of Object.values(issues)
      .filter(isPull)
      .filter(({ state }) => state === 'open')) {
      const { head, base } = issue.pull;
      if (head.repository === keyOf(repository) && ref === `refs/heads/${head.ref}`) {
        if (sha === undefined) close(hub, issue);
        else Object.assign(issue, { updated_at: hub.now() }).pull.head.sha = sha;
      }
      if (keyOf(at as Repository) === keyOf(repository) && ref === `refs/heads/${base.ref}` && reached?.has(head.sha))
        markMerged(hub, issue, sha!, by);
    }
  }
}
