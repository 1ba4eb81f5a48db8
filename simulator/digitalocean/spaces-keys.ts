import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { unprocessable } from './api-error';
import type { Cloud } from './cloud';
import { body, listOf, page, type Api, type Call } from './http';
import type { StoredSpacesKey } from './state';

const MAX_KEYS = 200;

/** An empty permission is allowed and grants nothing: the vendor's way to switch a key off for a while. */
const grant = z
  .object({
    bucket: z.string(),
    permission: z.enum(
      ['read', 'readwrite', 'fullaccess', ''],
      'permission must be one of read, readwrite, fullaccess',
    ),
  })
  .superRefine(({ bucket, permission }, check) => {
    if (permission === 'fullaccess' && bucket !== '')
      check.addIssue({ code: 'custom', message: 'bucket must be empty when permission is fullaccess' });
    if (/^read/.test(permission) && bucket === '')
      check.addIssue({ code: 'custom', message: `bucket is required when permission is ${permission}` });
  });

const grants = listOf(grant);
const name = z.string().min(1, 'name is required');

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** `DO00` and 16 more; it follows from the count, since it is no secret and appears in plans. */
const accessKeyOf = (count: number) =>
  'DO00' +
  [...createHash('sha256').update(`spaces-key:${count}`).digest().subarray(0, 16)]
    .map((byte) => UPPER[byte % UPPER.length])
    .join('');

export function mountSpacesKeys(api: Api, cloud: Cloud): void {
  const keys = cloud.state.spaces_keys;
  const render = ({ secret_key: _secret, ...key }: StoredSpacesKey) => key;
  const wanted = (call: Call) => cloud.find(keys, call.req.param('key')!);

  function refuseMixed(list: z.infer<typeof grants>): void {
    if (list.length > 1 && list.some(({ permission }) => permission === 'fullaccess')) {
      throw unprocessable('a key with a fullaccess grant cannot have any other grant');
    }
  }

  api.get('/v2/spaces/keys', (call) => {
    const { name: named, bucket, permission, sort_direction: direction } = call.req.query();
    const found = Object.values(keys).filter(
      (key) =>
        (!named || key.name === named) &&
        (!bucket || key.grants.some((g) => g.bucket === bucket)) &&
        (!permission || key.grants.some((g) => g.permission === permission)),
    );
    return page(call, 'keys', (direction === 'asc' ? found : found.reverse()).map(render));
  });

  api.post('/v2/spaces/keys', async (call) => {
    const given = await body(call, z.object({ name, grants }));
    refuseMixed(given.grants);
    if (Object.keys(keys).length >= MAX_KEYS)
      throw unprocessable(`an account can have ${MAX_KEYS} Spaces keys at most`);
    const access = accessKeyOf(cloud.count('spaces_key'));
    // 43 characters, as the vendor's. It is answered here and never again.
    const secret = randomBytes(32).toString('base64url');
    keys[access] = { ...given, access_key: access, secret_key: secret, created_at: cloud.now() };
    return call.json({ key: keys[access] }, 201);
  });

  api.get('/v2/spaces/keys/:key', (call) => call.json({ key: render(wanted(call)) }));

  api.on(['PUT', 'PATCH'], '/v2/spaces/keys/:key', async (call) => {
    const key = wanted(call);
    const whole = call.req.method === 'PUT';
    const given = await body(
      call,
      z.object({ name: whole ? name : name.optional(), grants: whole ? grants : z.array(grant).optional() }),
    );
    refuseMixed(given.grants ?? []);
    Object.assign(key, given);
    return call.json({ key: render(key) });
  });

  api.delete('/v2/spaces/keys/:key', (call) => {
    delete keys[wanted(call).access_key];
    return call.body(null, 204);
  });
}
