import { asking, isFailure, type Octokit, type RepositoryName } from './github';
import { isOurs, type Written } from './marker';
import { ourselves } from './ourselves';
import { driftMarker, driftTitle } from './drift-words';

export const driftLabel = 'drift';

export interface DriftIssue {
  readonly octokit: Octokit;
  readonly repository: RepositoryName;
  readonly environment: string;
  /** The issue's text, as `composeDriftIssue` makes it; nothing when there is no drift. */
  readonly body?: string;
}

export interface DriftIssueOutcome {
  readonly did: 'opened' | 'reopened' | 'updated' | 'unchanged' | 'closed' | 'nothing';
  readonly url?: string;
}

interface Issue extends Written {
  readonly number: number;
  readonly state: string;
  readonly html_url: string;
  readonly pull_request?: unknown;
}

const tries = 4;

/**
 * Keeps exactly one issue for a drifted environment: opens it, updates it, closes it when the environment is as it was deployed,
 * and opens the same one again when it drifts once more. Of several, the oldest stays and the others are closed.
 */
export async function keepDriftIssue({
  octokit,
  repository,
  environment,
  body,
}: DriftIssue): Promise<DriftIssueOutcome> {
  return asking({ what: `keeping the drift issue of ${environment}`, repository, needs: 'issues: write' }, async () => {
    const us = await ourselves(octokit);
    const ours = async (): Promise<Issue[]> => {
      const all: Issue[] = await octokit.paginate('GET /repos/{owner}/{repo}/issues', {
        ...repository,
        labels: driftLabel,
        state: 'all',
        per_page: 100,
      });
      return all
        .filter((issue) => issue.pull_request === undefined && isOurs(issue, driftMarker, us, environment))
        .sort((a, b) => a.number - b.number);
    };
    const change = (
      issue: Issue,
      fields: {
        body?: string;
        title?: string;
        state?: 'open' | 'closed';
        state_reason?: 'completed' | 'not_planned' | 'reopened';
      },
    ) =>
      octokit.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
        ...repository,
        issue_number: issue.number,
        ...fields,
      });
    const closeAll = async (issues: readonly Issue[], reason: 'completed' | 'not_planned'): Promise<void> => {
      for (const issue of issues)
        if (issue.state === 'open') await change(issue, { state: 'closed', state_reason: reason });
    };

    for (let attempt = 1, lost = false; ; attempt++) {
      const found = await ours();
      const [first, ...doubles] = found;
      if (body === undefined) {
        const wasOpen = found.find(({ state }) => state === 'open');
        await closeAll(found, 'completed');
        return wasOpen ? { did: 'closed', url: wasOpen.html_url } : { did: 'nothing' };
      }
      if (first) {
        await closeAll(doubles, 'not_planned');
        const url = first.html_url;
        if (first.state === 'open' && sameText(first.body ?? '', body))
          return { did: lost ? 'opened' : 'unchanged', url };
        await change(first, {
          body,
          ...(first.state === 'closed' && { state: 'open' as const, state_reason: 'reopened' as const }),
        });
        return { did: first.state === 'closed' ? 'reopened' : 'updated', url };
      }
      try {
        await makeLabel(octokit, repository);
        const { data: made } = await octokit.request('POST /repos/{owner}/{repo}/issues', {
          ...repository,
          title: driftTitle(environment),
          body,
          labels: [driftLabel],
          request: { retries: 0 },
        });
        if (made.user) us.push(made.user.login);
        // another run may have opened one at the same time
        const [kept, ...others] = await ours();
        await closeAll(others, 'not_planned');
        return { did: 'opened', url: (kept ?? made).html_url };
      } catch (error) {
        // the issue may have been opened although no answer came: it is looked for, not opened twice
        if (!isFailure(error) || error.status < 500 || attempt >= tries) throw error;
        lost = true;
        await octokit.pause(attempt ** 2);
      }
    }
  });
}

async function makeLabel(octokit: Octokit, repository: RepositoryName): Promise<void> {
  try {
    await octokit.request('GET /repos/{owner}/{repo}/labels/{name}', { ...repository, name: driftLabel });
  } catch (error) {
    if (!isFailure(error) || error.status !== 404) throw error;
    await octokit
      .request('POST /repos/{owner}/{repo}/labels', {
        ...repository,
        name: driftLabel,
        color: 'd93f0b',
        description: 'What is there is not what was deployed',
      })
      .catch((refused: unknown) => {
        // somebody was faster
        if (!isFailure(refused) || refused.status !== 422) throw refused;
      });
  }
}

const sameText = (one: string, other: string): boolean => one.replace(/\r\n/g, '\n').trimEnd() === other.trimEnd();
