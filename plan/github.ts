import { setTimeout as sleep } from 'node:timers/promises';
import { Octokit as Core } from '@octokit/core';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { ExplainedError } from '../definition/problem';

export interface OctokitSettings {
  readonly token: string;
  /** `https://api.github.com` when absent, as in `GITHUB_API_URL` of a workflow. */
  readonly url?: string;
  /** Milliseconds that a second of waiting takes: 1,000, and less in tests. */
  readonly second?: number;
}

/** Seconds that are worth waiting for a rate limit; the next hour is not. */
const patience = 300;
const tries = 3;
/** A call that has not been answered by then never will be. */
const timeout = 30_000;

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
/** Does without the pace of one write a second that GitHub asks clients for; the plugin takes it, though its types do not say so. */
const noPace = { key: () => ({ schedule: (_: unknown, work: () => unknown) => Promise.resolve(work()) }) };
const paceOf = (second: number): object => (second < 1000 ? { write: noPace, notifications: noPace } : {});

const pausing = (_: Core, { second = 1000 }: Record<string, unknown>) => ({
  pause: (seconds: number): Promise<void> => sleep(seconds * Number(second)),
});
const Client = Core.plugin(paginateRest, retry, throttling, pausing);

/** GitHub's REST API: reads what has several pages, tries again after 5xx, and waits for rate limits, though not for an hour. */
export type Octokit = InstanceType<typeof Client>;

export function createOctokit({ token, url = 'https://api.github.com', second = 1000 }: OctokitSettings): Octokit {
  const worthIt = (seconds: number, _options: unknown, _octokit: unknown, count: number): boolean =>
    seconds <= patience && count < tries;
  return new Client({
    auth: token,
    baseUrl: url.replace(/\/$/, ''),
    userAgent: 'berth',
    log: silent,
    second,
    request: {
      fetch: (input: string, init: RequestInit) => fetch(input, { ...init, signal: AbortSignal.timeout(timeout) }),
    },
    retry: {
      retries: tries,
      retryAfterBaseValue: second,
      doNotRetry: [400, 401, 403, 404, 405, 409, 410, 422, 429, 451],
    },
    throttle: { retryAfterBaseValue: second, onRateLimit: worthIt, onSecondaryRateLimit: worthIt, ...paceOf(second) },
  });
}

/** As a workflow's environment says: `BERTH_GITHUB_TOKEN`, or else `GITHUB_TOKEN`, which Terraform's provider reads too; `GITHUB_API_URL`. */
export function octokitOf(env: NodeJS.ProcessEnv): Octokit {
  const { GITHUB_TOKEN, BERTH_GITHUB_TOKEN: token = GITHUB_TOKEN, GITHUB_API_URL: url } = env;
  if (!token)
    throw new ExplainedError(
      'GITHUB_TOKEN is not set: give a token that may read and write issues and pull requests (in a workflow `github.token`; by hand `gh auth token`)',
    );
  if (url && !URL.canParse(url))
    throw new ExplainedError(
      `GITHUB_API_URL is ${JSON.stringify(url)}, which is no URL: leave it out for https://api.github.com`,
    );
  return createOctokit({ token, url: url || undefined });
}

export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

/** `owner/name`, as given or as `GITHUB_REPOSITORY` of a workflow says. */
export function repositoryName(given: string | undefined): RepositoryName {
  if (!given)
    throw new ExplainedError(
      'which repository? Give --repository OWNER/NAME, or set GITHUB_REPOSITORY as workflows do',
    );
  const match = /^([\w.-]+)\/([\w.-]+)$/.exec(given);
  if (!match)
    throw new ExplainedError(
      `${JSON.stringify(given)} is no repository: write OWNER/NAME, such as acme/infrastructure`,
    );
  return { owner: match[1]!, repo: match[2]! };
}

interface Failure {
  readonly status: number;
  readonly message: string;
  readonly response?: { readonly headers: Readonly<Record<string, string | undefined>>; readonly data?: unknown };
}

export const isFailure = (error: unknown): error is Error & Failure =>
  error instanceof Error && 'status' in error && typeof error.status === 'number';

/** Whether it may have happened although no answer came, or could go well another time. */
export const isPassing = (error: unknown): boolean => isFailure(error) && error.status >= 500;

export const isRateLimit = ({ status, message, response }: Failure): boolean =>
  (status === 403 || status === 429) &&
  (response?.headers['x-ratelimit-remaining'] === '0' || /rate limit/i.test(message));

export interface Doing {
  /** `writing the comment of pull request 7`. */
  readonly what: string;
  readonly repository: RepositoryName;
  /** What the token of a workflow's job needs: `pull-requests: write`. */
  readonly needs: string;
}

/** Does it; what GitHub refuses is told with what to do about it. */
export async function asking<T>(doing: Doing, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isFailure(error)) throw error;
    throw new ExplainedError(`${doing.what} went wrong: ${explanation(error, doing)}`, { cause: error });
  }
}

function explanation(failure: Failure, { repository: { owner, repo }, needs }: Doing): string {
  const { status, response } = failure;
  // what GitHub says may quote what was sent, and is long when it does
  const said = failure.message.split(' - https://docs.github.com')[0]!.replace(/\s+/g, ' ').slice(0, 300);
  if (response === undefined)
    return `GitHub could not be reached, tried ${tries + 1} times (${said}); run it again, and see GITHUB_API_URL`;
  if (isRateLimit(failure))
    return `GitHub's rate limit is used up (${status})${until(response.headers)}: run it again then, or with a token of somebody who asks less`;
  if (status === 401) return `GitHub rejected the token (401): GITHUB_TOKEN is expired, revoked or truncated`;
  if (status === 403)
    return `the token lacks permission (403 ${said}): a workflow's job needs \`permissions: ${needs}\`, and a pull request from a fork gets a token that may only read`;
  if (status === 404)
    return `not found in ${owner}/${repo}, or the token may not see it (404): check the number and the repository (GITHUB_REPOSITORY), and that the job has \`permissions: ${needs}\``;
  if (status === 422) return `GitHub does not accept what was sent (422 ${said})`;
  if (status >= 500)
    return `GitHub answered ${status}, tried ${tries + 1} times; nothing is wrong here: run it again, and see githubstatus.com`;
  return `GitHub answered ${status} ${said}`;
}

function until(headers: Readonly<Record<string, string | undefined>>): string {
  const seconds = Number(headers['retry-after']);
  if (seconds > 0) return ` for ${seconds} s more`;
  const reset = Number(headers['x-ratelimit-reset']);
  return reset > 0 ? ` until ${new Date(reset * 1000).toISOString().slice(11, 16)} UTC` : '';
}
