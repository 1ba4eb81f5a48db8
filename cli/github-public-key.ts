import { z } from 'zod';
import type { Environment } from '../definition/resolve';

const answer = z.object({ key_id: z.string(), key: z.string() });

/** The public key that GitHub opens an environment's secrets with. */
export async function environmentPublicKey({ name, github }: Environment): Promise<{ keyId: string; key: string }> {
  const token = process.env.GITHUB_TOKEN;
  if (!token) throw new Error('GITHUB_TOKEN is not set: a token that may write secrets of the repository is needed');
  const api = (process.env.GITHUB_API_URL ?? 'https://api.github.com').replace(/\/$/, '');
  const url = `${api}/repos/${github.repository}/environments/${name}/secrets/public-key`;
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json' },
  });
  if (response.status === 404)
    throw new Error(
      `GitHub knows no environment "${name}" in ${github.repository} (or the token may not see it): deploy ${name} once, then set its secrets`,
    );
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
  const { key_id: keyId, key } = answer.parse(await response.json());
  return { keyId, key };
}
