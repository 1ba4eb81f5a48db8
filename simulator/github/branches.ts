import { ancestors } from './commits';
import type { Store } from './store';
import type { Repository } from './state';
import type { Issue, Pull } from './issues-and-pulls';

export type PullRequest = Issue & { pull: Pull };

export const isPull = (issue: Issue): issue is PullRequest => issue.pull !== undefined;

export const keyOf = ({ owner, name }: Repository) => `${owner}/${name}`.toLowerCase();

export function close(store: Store, issue: Issue): void {
  Object.assign(issue, { state: 'closed', closed_at: store.now(), updated_at: store.now() });
}

export function markMerged(store: Store, issue: PullRequest, sha: string, by: string): void {
  close(store, issue);
  Object.assign(issue.pull, { merged_at: store.now(), merged_by: by, merge_commit_sha: sha });
}

/**
 * A branch or tag is somewhere else now, or gone. Open pull requests follow: a head that moves is their new head, a head that is
 * gone closes them, and a base that has come to hold their head has merged them.
 */
export function moveRef(
  store: Store,
  repository: Repository,
  ref: string,
  sha: string | undefined,
  by = store.owner,
): void {
  if (sha === undefined) delete repository.refs[ref];
  else repository.refs[ref] = sha;
  const commits = store.commits(repository);
  const reached = sha === undefined ? undefined : new Set(ancestors(commits, sha));
  for (const { issues, ...at } of Object.values(store.state.repositories)) {
    for (const issue of Object.values(issues)
      .filter(isPull)
      .filter(({ state }) => state === 'open')) {
      const { head, base } = issue.pull;
      if (head.repository === keyOf(repository) && ref === `refs/heads/${head.ref}`) {
        if (sha === undefined) close(store, issue);
        else Object.assign(issue, { updated_at: store.now() }).pull.head.sha = sha;
      }
      if (keyOf(at as Repository) === keyOf(repository) && ref === `refs/heads/${base.ref}` && reached?.has(head.sha))
        markMerged(store, issue, sha!, by);
    }
  }
}
