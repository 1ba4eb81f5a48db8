import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The credentials that open one simulated cloud, and nothing else. Commands inside get these and no others. */
export interface Account {
  readonly digitaloceanToken: string;
  /** A Spaces key with full access, as an account's owner has one. */
  readonly spaces: { readonly accessKey: string; readonly secretKey: string };
  /** Of the seed's owner: its first admin. */
  readonly githubToken: string;
  /** What a workflow gets, what it gets for a fork's pull request, and the token of an outsider: the seed's first user who may only read. */
  readonly github: { readonly workflowToken: string; readonly forkToken: string; readonly outsiderToken: string };
}

/** In the vendors' forms. Random: whoever knows them makes machines, whose first commands run as root. */
export function createAccount(): Account {
  const github = (kind: string) => `gh${kind}_${randomBytes(18).toString('hex')}`;
  return {
    digitaloceanToken: `dop_v1_${randomBytes(32).toString('hex')}`,
    spaces: {
      accessKey: `DO00${randomBytes(8).toString('hex').toUpperCase()}`,
      secretKey: randomBytes(32).toString('base64url'),
    },
    githubToken: github('p'),
    github: { workflowToken: github('s'), forkToken: github('s'), outsiderToken: github('p') },
  };
}

/** Of every cloud of this process that is not kept in a folder. */
export const account = createAccount();

/** Of the cloud that is kept in a folder: made with it, for its owner's eyes alone. */
export function keptAccount(folder: string): Account {
  const file = join(folder, 'account.json');
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(createAccount(), null, 1), { mode: 0o600, flag: 'wx' });
  return JSON.parse(readFileSync(file, 'utf8')) as Account;
}
