import { asking, isFailure, type Octokit, type RepositoryName } from './github';

/**
 * The heads of the pull requests that became a commit when they were merged, however they were: they are what was reviewed.
 * A pull request that merely holds the commit says nothing (docs.github.com/rest/commits/commits#list-pull-requests-associated-with-a-commit).
 */
export function reviewedCommits(github: Octokit, repository: RepositoryName, commit: string): Promise<string[]> {
  return asking(
    {
      what: `finding the pull request that ${commit.slice(0, 12)} was merged from (--commit names the reviewed commit without it)`,
      repository,
      needs: 'pull-requests: read',
    },
    async () => {
      try {
        const { data } = await github.request('GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls', {
          ...repository,
          commit_sha: commit,
        });
        return data
          .filter(({ merge_commit_sha: merged, merged_at: at }) => merged === commit && at !== null)
          .map(({ head }) => head.sha);
      } catch (error) {
        // a commit that GitHub does not know came from no pull request
        if (isFailure(error) && error.status === 422) return [];
        throw error;
      }
    },
  );
}
