import type { Account } from '../account';
import type { User } from './state';

/** Ids that a rehearsal's environments can name as reviewers; `mallory` has no part in any repository, but may talk; `trent` sorts issues, and may label. */
export const USERS: User[] = [
  { id: 11, login: 'ada', name: 'Ada' },
  { id: 12, login: 'grace', name: 'Grace' },
  { id: 13, login: 'mallory', name: 'Mallory' },
  { id: 14, login: 'trent', name: 'Trent' },
  { id: 41_898_282, login: 'github-actions[bot]', name: 'github-actions[bot]', type: 'Bot' },
];

export type Role = 'admin' | 'maintain' | 'write' | 'triage' | 'read';

/** What somebody is in every repository. */
export const roleOf = (login: string): Role =>
  login === 'ada' ? 'admin' : login === 'trent' ? 'triage' : login === 'mallory' ? 'read' : 'write';

/** Who comes with a token, and what it is good for. */
export interface Bearer {
  readonly login: string;
  readonly may: 'write' | 'talk' | 'read';
  /** What is answered to all else. */
  readonly refusal: string;
}

const integration = 'Resource not accessible by integration';

export const bearers = (account: Account): Record<string, Bearer> => ({
  [account.githubToken]: { login: 'ada', may: 'write', refusal: '' },
  [account.github.workflowToken]: { login: 'github-actions[bot]', may: 'write', refusal: integration },
  [account.github.forkToken]: { login: 'github-actions[bot]', may: 'read', refusal: integration },
  [account.github.outsiderToken]: { login: 'mallory', may: 'talk', refusal: 'Must have admin rights to Repository.' },
});

/** Opening issues and pull requests, and commenting: what anybody may in a public repository. */
const TALK =
  /^(?:\/api\/v3)?\/(?:repos\/[^/]+\/[^/]+|repositories\/\d+)\/(?:issues|pulls|issues\/\d+\/comments|issues\/comments\/\d+|issues\/\d+|pulls\/\d+)$/;

export function mayCall({ login, may }: Bearer, method: string, path: string): boolean {
  const reads = method === 'GET' || method === 'HEAD';
  if (reads || may === 'write') return true;
  // a fork of one's own is one's own
  return may === 'talk' && (TALK.test(path) || path.startsWith(`/repos/${login}/`));
}
