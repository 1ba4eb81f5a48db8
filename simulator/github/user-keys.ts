import { z } from 'zod';
import { sha1 } from './commits';
import { failedValidation } from './api-error';
import { API_URL, body, pageOf, type Api, type Call } from './http';
import type { Store } from './store';
import type { User, UserKey } from './state';

/** A key's block as `gpg --armor --export` writes it. */
const ARMORED = /^-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n[\s\S]+-----END PGP PUBLIC KEY BLOCK-----\s*$/;

interface Kind {
  schema: z.ZodType<Pick<UserKey, 'title' | 'key'>>;
  refusal(): Error;
  render(key: UserKey): object;
  /** As others see it; the same when left out. */
  renderPublic?(key: UserKey): object;
}

/** A user's own keys: `gpg_keys` sign commits, `keys` open repositories over SSH. */
export function mountUserKeys(api: Api, store: Store): void {
  const { users } = store.state;

  const kinds: Record<'gpg_keys' | 'keys', Kind> = {
    gpg_keys: {
      schema: z
        .object({ name: z.string().optional(), armored_public_key: z.string() })
        .refine(({ armored_public_key: key }) => ARMORED.test(key))
        .transform(({ name, armored_public_key: key }) => ({ title: name ?? '', key })),
      refusal: () => failedValidation('GpgKey', 'armored_public_key', 'We got an error doing that.'),
      render: ({ id, title, key, created_at }: UserKey) => ({
        id,
        name: title,
        primary_key_id: null,
        key_id: sha1(key).slice(0, 16).toUpperCase(),
        public_key: Buffer.from(sha1(key)).toString('base64'),
        raw_key: key,
        emails: [],
        subkeys: [],
        can_sign: true,
        can_encrypt_comms: false,
        can_encrypt_storage: false,
        can_certify: true,
        created_at,
        expires_at: null,
        revoked: false,
      }),
    },
    keys: {
      schema: z.object({
        title: z.string().default(''),
        key: z.string().regex(/^(ssh|ecdsa|sk)-[\w@.-]+ [A-Za-z0-9+/=]+/),
      }),
      refusal: () =>
        failedValidation('PublicKey', 'key', 'key is invalid. You must supply a key in OpenSSH public key format'),
      render: ({ id, title, key, created_at }: UserKey) => ({
        id,
        key,
        title,
        url: `${API_URL}/user/keys/${id}`,
        created_at,
        verified: true,
        read_only: false,
      }),
      renderPublic: ({ id, key }: UserKey) => ({ id, key }),
    },
  };

  for (const [list, { schema, refusal, render, renderPublic = render }] of Object.entries(kinds)) {
    const keysOf = (user: User): Record<string, UserKey> =>
      (user.keys ??= { gpg_keys: {}, keys: {} })[list as keyof typeof kinds];
    const mine = (call: Call) => keysOf(store.caller(call));

    api.get(`/users/:user/${list}`, (call: Call) => {
      const login = call.req.param('user')!.toLowerCase();
      // an organization has no keys, and no error either
      const user = Object.hasOwn(store.state.organizations, login) ? undefined : store.find(users, login);
      return call.json(pageOf(call, Object.values(user ? keysOf(user) : {})).map(renderPublic));
    });

    api.get(`/user/${list}`, (call: Call) => call.json(pageOf(call, Object.values(mine(call))).map(render)));

    api.post(`/user/${list}`, async (call: Call) => {
      const read = schema.safeParse(await body(call, z.unknown()));
      if (!read.success) throw refusal();
      const id = 6_000_000 + store.count('user_key');
      mine(call)[id] = { ...read.data, id, created_at: store.now() };
      return call.json(render(mine(call)[id]!), 201);
    });

    api.get(`/user/${list}/:key`, (call: Call) => call.json(render(store.find(mine(call), call.req.param('key')!))));

    api.delete(`/user/${list}/:key`, (call: Call) => {
      delete mine(call)[store.find(mine(call), call.req.param('key')!).id];
      return call.body(null, 204);
    });
  }
}
