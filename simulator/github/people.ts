import type { Account } from '../account';
import type { Seed } from '../seed';
import type { User } from './state';

/** GitHub's own: whose name is on what a workflow does. */
export const workflowBot: User = {
  id: 41_898_282,
  login: 'github-actions[bot]',
  name: 'github-actions[bot]',
  type: 'Bot',
};

/** The user that the account's own token belongs to. */
export const ownerOf = ({ users }: Seed): string => users.find(({ role }) => role === 'admin')!.login;

/** Who comes with a token, and what it is good for. */
export interface Bearer {
  readonly login: string;
  readonly may: 'write' | 'talk' | 'read';
  /** What is answered to all else. */
  readonly refusal: string;
}

const integration = 'Resource not accessible by integration';

export function bearers(account: Account, seed: Seed): Record<string, Bearer> {
  const outsider = seed.users.find(({ role }) => role === 'read')?.login;
  return {
    [account.githubToken]: { login: ownerOf(seed), may: 'write', refusal: '' },
    [account.github.workflowToken]: { login: workflowBot.login, may: 'write', refusal: integration },
    [account.github.forkToken]: { login: workflowBot.login, may: 'read', refusal: integration },
    ...(outsider !== undefined && {
      [account.github.outsiderToken]: {
        login: outsider,
        may: 'talk',
        refusal: 'Must have admin rights to Repository.',
      } as const,
    }),
  };
}

/** Opening issues and pull requests, and commenting: what anybody may in a public repository. */
const TALK =
  /^(?:\/api\/v3)?\/(?:repos\/[^/]+\/[^/]+|repositories\/\d+)\/(?:issues|pulls|issues\/\d+\/comments|issues\/comments\/\d+|issues\/\d+|pulls\/\d+)$/;

export function mayCall({ login, may }: Bearer, method: string, path: string): boolean {
  const reads = method === 'GET' || method === 'HEAD';
  if (reads || may === 'write') return true;
  // a fork of one's own is one's own
  return may === 'talk' && (TALK.test(path) || path.startsWith(`/repos/${login}/`));
}
