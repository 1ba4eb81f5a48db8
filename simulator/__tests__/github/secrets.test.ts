import { type Account, openAccount, REPOSITORY, seal } from './account';

let account: Account;
beforeEach(async () => {
  account = await openAccount();
  await account.expect(200, 'PUT', `${REPOSITORY}/environments/production`, {});
});
afterEach(() => account.close());

const repository = 'acme/website';
const SCOPES = [
  ['Actions', `${REPOSITORY}/actions/secrets`, { repository }],
  ['Dependabot', `${REPOSITORY}/dependabot/secrets`, { repository, dependabot: true }],
  ['an environment', `${REPOSITORY}/environments/production/secrets`, { repository, environment: 'production' }],
  [
    "an environment by the repository's id",
    '/api/v3/repositories/4201/environments/production/secrets',
    { repository, environment: 'production' },
  ],
] as const;

async function put(path: string, name: string, value: string, status = 201) {
  const { key, key_id } = await account.expect(200, 'GET', `${path}/public-key`);
  return account.expect(status, 'PUT', `${path}/${name}`, { key_id, encrypted_value: await seal(value, key) });
}

test.each(SCOPES)(
  'a secret of %s arrives as it was sealed, is never told again, and changes its date with each PUT',
  async (_, path, scope) => {
    await put(path, 'DO_TOKEN', 'hunter2 ✓');
    expect(await account.github.secretValue(scope, 'DO_TOKEN')).toBe('hunter2 ✓');
    const first = await account.expect(200, 'GET', `${path}/DO_TOKEN`);
    expect(first).toEqual({
      name: 'DO_TOKEN',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      updated_at: first.created_at,
    });

    await put(path, 'do_token', 'hunter3', 204);
    expect(await account.github.secretValue(scope, 'DO_TOKEN')).toBe('hunter3');
    const second = await account.expect(200, 'GET', `${path}/DO_TOKEN`);
    expect(second.created_at).toBe(first.created_at);
    expect(second.updated_at > first.updated_at).toBe(true);
    expect(await account.expect(200, 'GET', path)).toEqual({ total_count: 1, secrets: [second] });

    await account.expect(204, 'DELETE', `${path}/DO_TOKEN`);
    await account.expect(404, 'DELETE', `${path}/DO_TOKEN`);
    await account.expect(404, 'GET', `${path}/DO_TOKEN`);
    expect(await account.github.secretValue(scope, 'DO_TOKEN')).toBeUndefined();
  },
);

test('no value lies open in the state', async () => {
  await put(SCOPES[0][1], 'DO_TOKEN', 'hunter2');
  expect(JSON.stringify(account.github.state)).not.toContain('hunter2');
});

test('a value that was sealed for another key, or names another key, is refused', async () => {
  const [actions, environment] = [SCOPES[0][1], SCOPES[2][1]];
  const { key, key_id } = await account.expect(200, 'GET', `${actions}/public-key`);
  const other = await account.expect(200, 'GET', `${environment}/public-key`);
  expect(other.key).not.toBe(key);
  const put = (body: object) => account.expect(422, 'PUT', `${actions}/DO_TOKEN`, body);
  expect((await put({ key_id, encrypted_value: await seal('x', other.key) })).message).toMatch(
    /not a sealed box for the current public key/,
  );
  expect((await put({ key_id: other.key_id, encrypted_value: await seal('x', key) })).message).toMatch(
    /is not the current public key/,
  );
  expect((await put({ key_id, encrypted_value: 'not base64!' })).message).toMatch(/must be base64/);
  expect((await put({ key_id, encrypted_value: await seal('x'.repeat(49_153), key) })).message).toMatch(
    /limited to 48 KB/,
  );
  await account.expect(404, 'GET', `${actions}/DO_TOKEN`);
});

test.each(['1ST', 'WITH-DASH', 'GITHUB_TOKEN', 'github_token'])('a secret cannot be called %s', async (name) => {
  expect((await put(SCOPES[0][1], name, 'x', 422)).message).toMatch(/^Secret names/);
});

test('the key pair is the same each time it is asked for, even at once', async () => {
  const path = `${SCOPES[0][1]}/public-key`;
  const answers = await Promise.all([1, 2, 3].map(() => account.expect(200, 'GET', path)));
  expect(new Set(answers.map(({ key }) => key)).size).toBe(1);
});
