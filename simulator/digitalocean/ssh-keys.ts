import { createHash } from 'node:crypto';
import { z } from 'zod';
import { unprocessable, notFound } from './api-error';
import type { Cloud } from './cloud';
import { body, page, type Api } from './http';
import type { SshKey } from './state';

const TYPES = [
  'ssh-rsa',
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
];

/** The key's bytes when it is one in OpenSSH form: type, base64 (which repeats the type), comment. */
export function decodePublicKey(text: string): Buffer | undefined {
  const [type, data] = text.trim().split(/\s+/);
  if (!TYPES.includes(type) || !data || !/^[A-Za-z0-9+/]+={0,2}$/.test(data)) return undefined;
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length < 4 + type.length) return undefined;
  const length = bytes.readUInt32BE(0);
  return bytes.subarray(4, 4 + length).toString() === type ? bytes : undefined;
}

export function findSshKey(cloud: Cloud, idOrFingerprint: string | number): SshKey | undefined {
  return Object.values(cloud.state.ssh_keys).find(
    (key) => key.fingerprint === idOrFingerprint || key.id === Number(idOrFingerprint),
  );
}

const name = z.string().min(1, "Name can't be blank");

export function mountSshKeys(api: Api, cloud: Cloud): void {
  const keys = cloud.state.ssh_keys;

  function require(idOrFingerprint: string): SshKey {
    const key = findSshKey(cloud, idOrFingerprint);
    if (!key) throw notFound();
    return key;
  }

  api.get('/v2/account/keys', (call) => page(call, 'ssh_keys', Object.values(keys)));

  api.post('/v2/account/keys', async (call) => {
    const given = await body(call, z.object({ name, public_key: z.string() }));
    const bytes = decodePublicKey(given.public_key);
    if (!bytes)
      throw unprocessable(
        'Key invalid, key should be an OpenSSH public key: type, base64 and a comment, such as "ssh-ed25519 AAAA… me"',
      );
    const fingerprint = createHash('md5').update(bytes).digest('hex').match(/../g)!.join(':');
    if (findSshKey(cloud, fingerprint)) throw unprocessable('SSH Key is already in use on your account');
    const id = 40_000_000 + cloud.count('ssh_key');
    keys[id] = { id, fingerprint, ...given };
    return call.json({ ssh_key: keys[id] }, 201);
  });

  api.get('/v2/account/keys/:key', (call) => call.json({ ssh_key: require(call.req.param('key')) }));

  api.put('/v2/account/keys/:key', async (call) => {
    const key = require(call.req.param('key'));
    Object.assign(key, await body(call, z.object({ name })));
    return call.json({ ssh_key: key });
  });

  api.delete('/v2/account/keys/:key', (call) => {
    delete keys[require(call.req.param('key')).id];
    return call.body(null, 204);
  });
}
