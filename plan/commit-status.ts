import { truncate } from '../lib/truncate';
import { asking, type Octokit, type RepositoryName } from './github';

/** The one name that a rule for the default branch can require, whatever the workflows' jobs are called. */
export const statusName = 'berth';

export interface CommitStatus {
  readonly state: 'success' | 'failure' | 'pending';
  /** One line; GitHub takes 140 characters. */
  readonly description: string;
  /** The workflow run. */
  readonly url?: string;
}

/** Says at a commit whether its plans may be merged. Of several the newest counts. */
export async function setCommitStatus(
  octokit: Octokit,
  repository: RepositoryName,
  commit: string,
  { state, description, url }: CommitStatus,
): Promise<void> {
  await asking({ what: `setting the status of ${commit.slice(0, 12)}`, repository, needs: 'statuses: write' }, () =>
    octokit.request('POST /repos/{owner}/{repo}/statuses/{sha}', {
      ...repository,
      sha: commit,
      state,
      context: statusName,
      description: truncate(description, 140),
      ...(url !== undefined && { target_url: url }),
    }),
  );
}
