import { z } from 'zod';
import { failedValidation } from './api-error';
import { body, pageOf, REPOSITORY, type Api, type Call } from './http';
import type { Store } from './store';
import { repositoryUrl } from './repository-view';
import type { DeployKey, Repository } from './state';

const TYPE = /ssh-rsa|ssh-ed25519|ecdsa-sha2-nistp(?:256|384|521)|sk-(?:ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com/;
const OPENSSH = new RegExp(`^(${TYPE.source})\\s+([A-Za-z0-9+/]+={0,2})(?:\\s|$)`);

/** Type and data of an OpenSSH public key: the comment is not kept. */
function withoutComment(text: string): string {
  const match = OPENSSH.exec(text.trim());
  const bytes = Buffer.from(match?.[2] ?? '', 'base64');
  const named =
    match && bytes.length > 4 + match[1].length && bytes.subarray(4, 4 + match[1].length).toString() === match[1];
  if (!named)
    throw failedValidation('PublicKey', 'key', 'key is invalid. You must supply a key in OpenSSH public key format');
  return `${match[1]} ${match[2]}`;
}

export function mountDeployKeys(api: Api, store: Store): void {
  const render = (repository: Repository, key: DeployKey) => ({
    ...key,
    url: `${repositoryUrl(repository)}/keys/${key.id}`,
    verified: true,
    enabled: true,
    added_by: Object.keys(store.state.users)[0],
    last_used: null,
  });

  for (const base of REPOSITORY) {
    const wanted = (call: Call) => store.find(store.repository(call).keys, call.req.param('key')!);

    api.get(`${base}/keys`, (call: Call) => {
      const repository = store.repository(call);
      return call.json(pageOf(call, Object.values(repository.keys)).map((key) => render(repository, key)));
    });

    api.post(`${base}/keys`, async (call: Call) => {
      const repository = store.repository(call);
      const given = await body(
        call,
        z.object({ title: z.string().optional(), key: z.string(), read_only: z.boolean().default(false) }),
      );
      const key = withoutComment(given.key);
      // A key opens one repository only, of all on GitHub.
      const taken = Object.values(store.state.repositories).some(({ keys }) =>
        Object.values(keys).some((other) => other.key === key),
      );
      if (taken) throw failedValidation('PublicKey', 'key', 'key is already in use');
      const id = 120_000_000 + store.count('deploy_key');
      repository.keys[id] = {
        id,
        key,
        title: given.title ?? 'Deploy key',
        read_only: given.read_only,
        created_at: store.now(),
      };
      return call.json(render(repository, repository.keys[id]), 201);
    });

    api.get(`${base}/keys/:key`, (call: Call) => call.json(render(store.repository(call), wanted(call))));

    api.delete(`${base}/keys/:key`, (call: Call) => {
      delete store.repository(call).keys[wanted(call).id];
      return call.body(null, 204);
    });
  }
}
