import sodium from 'libsodium-wrappers';
import { createGitHub, type GitHub, type GitHubOptions } from '../../github';
import { testSeed } from '../seed';
import { serve, type Served } from '../vendor';

export interface Account extends Served {
  github: GitHub;
}

export async function openAccount(options: GitHubOptions = {}): Promise<Account> {
  const github = createGitHub({ seed: testSeed, ...options });
  return { ...(await serve(github, 'github')), github };
}

/** Seals a value as `gh secret set` and the provider do. */
export async function seal(value: string, key: string): Promise<string> {
  await sodium.ready;
  return Buffer.from(sodium.crypto_box_seal(value, new Uint8Array(Buffer.from(key, 'base64')))).toString('base64');
}

export const REPOSITORY = '/repos/acme/website';
