import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { InvalidArgumentError } from 'commander';

/** Who does it, as GitHub names them in a workflow. */
export const actor = (): string => process.env.GITHUB_ACTOR ?? userInfo().username;

/** The workflow run, as a URL. */
export function runUrl(
  { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = process.env,
): string | undefined {
  return server && repository && run ? `${server}/${repository}/actions/runs/${run}` : undefined;
}

/**
 * The commit that is reviewed: the head of the pull request, and not the merge with its base that GitHub checks out for it,
 * which is of no use later.
 */
export function reviewedCommit(root: string, given?: string): string {
  return given === undefined ? (pullRequestHead() ?? currentCommit(root)) : asCommit(root, given);
}

/** The commit that is deployed. */
export function currentCommit(root: string, given?: string): string {
  if (given !== undefined) return asCommit(root, given);
  if (process.env.GITHUB_SHA) return process.env.GITHUB_SHA;
  return asCommit(root, 'HEAD');
}

/** A full SHA-1 stays what it is: it need not be in a shallow clone. */
function asCommit(root: string, ref: string): string {
  if (/^[0-9a-f]{40}$/.test(ref)) return ref;
  try {
    return execFileSync('git', ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    throw new Error(`which commit is it? "${ref}" is none here: give --commit with all 40 digits, or set GITHUB_SHA`);
  }
}

function pullRequestHead(): string | undefined {
  const { GITHUB_EVENT_NAME: event = '', GITHUB_EVENT_PATH: path } = process.env;
  if (!path || !event.startsWith('pull_request')) return undefined;
  return (JSON.parse(readFileSync(path, 'utf8')) as { pull_request?: { head?: { sha?: string } } }).pull_request?.head
    ?.sha;
}

/** A pull request's number, as an option is given. */
export function pullNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give the number of a pull request.');
  return Number(text);
}
