import { account as credentials } from '../../account';
import { type Account, openAccount } from './account';

let account: Account;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

const PUBLIC_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@example';

describe('ssh keys', () => {
  test('a key is found by id and by fingerprint, renamed and deleted', async () => {
    const { ssh_key: key } = await account.expect(201, 'POST', '/v2/account/keys', {
      name: 'laptop',
      public_key: PUBLIC_KEY,
    });
    expect(key).toEqual({
      id: expect.any(Number),
      name: 'laptop',
      public_key: PUBLIC_KEY,
      fingerprint: expect.stringMatching(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/),
    });
    expect((await account.expect(200, 'GET', `/v2/account/keys/${key.fingerprint}`)).ssh_key).toEqual(key);
    expect((await account.expect(200, 'PUT', `/v2/account/keys/${key.id}`, { name: 'desk' })).ssh_key.name).toBe(
      'desk',
    );
    await account.droplet({ ssh_keys: [key.id] });
    await account.droplet({ name: 'web-2', ssh_keys: [key.fingerprint] });
    await account.expect(204, 'DELETE', `/v2/account/keys/${key.id}`);
    await account.expect(404, 'GET', `/v2/account/keys/${key.id}`);
  });

  test('the same key twice and a text that is no key are refused', async () => {
    await account.expect(201, 'POST', '/v2/account/keys', { name: 'laptop', public_key: PUBLIC_KEY });
    expect(
      await account.expect(422, 'POST', '/v2/account/keys', { name: 'again', public_key: PUBLIC_KEY }),
    ).toMatchObject({
      message: 'SSH Key is already in use on your account',
    });
    expect(
      (await account.expect(422, 'POST', '/v2/account/keys', { name: 'bad', public_key: 'ssh-ed25519 AAAA x' }))
        .message,
    ).toMatch(/^Key invalid/);
  });
});

describe('spaces keys', () => {
  const grants = [{ bucket: 'backups', permission: 'readwrite' }];

  test('the secret is told once, and the key opens what it was granted', async () => {
    const { key } = await account.expect(201, 'POST', '/v2/spaces/keys', { name: 'machine', grants });
    expect(key).toEqual({
      name: 'machine',
      grants,
      access_key: expect.stringMatching(/^DO00[A-Z0-9]{16}$/),
      secret_key: expect.stringMatching(/^.{43}$/),
      created_at: expect.any(String),
    });
    const { key: read } = await account.expect(200, 'GET', `/v2/spaces/keys/${key.access_key}`);
    expect(read).not.toHaveProperty('secret_key');
    expect(account.digitalocean.spacesKey(key.access_key)).toEqual({
      accessKey: key.access_key,
      secretKey: key.secret_key,
      grants,
    });

    await account.expect(200, 'PUT', `/v2/spaces/keys/${key.access_key}`, {
      name: 'machine',
      grants: [{ bucket: 'backups', permission: 'read' }],
    });
    expect(account.digitalocean.spacesKey(key.access_key)?.grants).toEqual([{ bucket: 'backups', permission: 'read' }]);
    await account.expect(204, 'DELETE', `/v2/spaces/keys/${key.access_key}`);
    await account.expect(404, 'GET', `/v2/spaces/keys/${key.access_key}`);
    expect(account.digitalocean.spacesKey(key.access_key)).toBeUndefined();
  });

  test("the account's own key has full access, an empty permission grants nothing", async () => {
    const { accessKey, secretKey } = credentials.spaces;
    expect(account.digitalocean.spacesKey(accessKey)).toEqual({
      accessKey,
      secretKey,
      grants: [{ bucket: '', permission: 'fullaccess' }],
    });
    const { key } = await account.expect(201, 'POST', '/v2/spaces/keys', {
      name: 'asleep',
      grants: [{ bucket: 'backups', permission: '' }],
    });
    expect(account.digitalocean.spacesKey(key.access_key)?.grants).toEqual([]);
  });

  test.each([
    [[{ bucket: 'b', permission: 'admin' }], 'permission must be one of read, readwrite, fullaccess'],
    [[{ bucket: 'b', permission: 'fullaccess' }], 'bucket must be empty when permission is fullaccess'],
    [[{ bucket: '', permission: 'read' }], 'bucket is required when permission is read'],
    [
      [
        { bucket: '', permission: 'fullaccess' },
        { bucket: 'b', permission: 'read' },
      ],
      'a key with a fullaccess grant cannot have any other grant',
    ],
  ])('wrong grants are refused: %j', async (wrong, message) => {
    expect(await account.expect(422, 'POST', '/v2/spaces/keys', { name: 'k', grants: wrong })).toMatchObject({
      message,
    });
  });
});
