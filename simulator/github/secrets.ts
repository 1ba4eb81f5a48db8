import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ApiError, invalid } from './api-error';
import { findEnvironment } from './environments';
import { body, pageOf, REPOSITORY, type Api, type Call } from './http';
import type { Store } from './store';
import { checkedName } from './names';
import { openSealedBox } from './sealed-box';
import type { Secret, Vault } from './state';

/** Bytes: https://docs.github.com/en/actions/reference/security/secrets */
const MAX_VALUE = 48 * 1024;
const MAX_SECRETS = 100;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;

const request = z.object({ encrypted_value: z.string().regex(BASE64, 'must be base64'), key_id: z.string() });

function mountVault(api: Api, store: Store, path: string, vaultOf: (call: Call) => Vault): void {
  const show = ({ name, created_at, updated_at }: Secret) => ({ name, created_at, updated_at });
  const wanted = (call: Call): [Vault, Secret] => {
    const vault = vaultOf(call);
    return [vault, store.find(vault.secrets, call.req.param('secret')!.toUpperCase())];
  };

  api.get(path, (call) => {
    const secrets = Object.values(vaultOf(call).secrets);
    return call.json({ total_count: secrets.length, secrets: pageOf(call, secrets).map(show) });
  });

  api.get(`${path}/public-key`, async (call) => {
    const { id, public: key } = await store.key(vaultOf(call));
    return call.json({ key_id: id, key });
  });

  api.get(`${path}/:secret`, (call) => call.json(show(wanted(call)[1])));

  api.put(`${path}/:secret`, async (call) => {
    const vault = vaultOf(call);
    const name = checkedName('Secret', call.req.param('secret')!);
    const { encrypted_value, key_id } = await body(call, request);
    const key = await store.key(vault);
    if (key_id !== key.id)
      throw invalid(`key_id ${key_id} is not the current public key: get it again and seal the value for it`);
    const value = await openSealedBox(encrypted_value, key);
    if (value === undefined)
      throw invalid('encrypted_value is not a sealed box for the current public key: seal it with crypto_box_seal');
    if (Buffer.byteLength(value) > MAX_VALUE) throw invalid('Secret values are limited to 48 KB.');
    const before = vault.secrets[name];
    if (!before && Object.keys(vault.secrets).length >= MAX_SECRETS)
      throw new ApiError(422, `Secrets are limited to ${MAX_SECRETS} here.`);
    const sha256 = createHash('sha256').update(value).digest('hex');
    vault.secrets[name] = {
      name,
      encrypted_value,
      sha256,
      created_at: before?.created_at ?? store.now(),
      updated_at: store.now(),
    };
    return before ? call.body(null, 204) : call.json({}, 201);
  });

  api.delete(`${path}/:secret`, (call) => {
    const [vault, { name }] = wanted(call);
    delete vault.secrets[name];
    return call.body(null, 204);
  });
}

export function mountSecrets(api: Api, store: Store): void {
  for (const base of REPOSITORY) {
    mountVault(api, store, `${base}/actions/secrets`, (call) => store.repository(call).actions);
    mountVault(api, store, `${base}/dependabot/secrets`, (call) => store.repository(call).dependabot);
    mountVault(
      api,
      store,
      `${base}/environments/:environment/secrets`,
      (call) => findEnvironment(store, store.repository(call), call).vault,
    );
  }
}
