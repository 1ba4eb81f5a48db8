import { type Account, openAccount, REPOSITORY } from './account';

let account: Account;
beforeEach(async () => {
  account = await openAccount();
  await account.expect(200, 'PUT', `${REPOSITORY}/environments/production`, {});
});
afterEach(() => account.close());

test.each([
  ['a repository', `${REPOSITORY}/actions/variables`],
  ['an environment', `${REPOSITORY}/environments/production/variables`],
])('a variable of %s is made once, changed with PATCH and deleted', async (_, path) => {
  await account.expect(201, 'POST', path, { name: 'host', value: '1' });
  expect(await account.expect(409, 'POST', path, { name: 'HOST', value: '2' })).toMatchObject({
    message: 'Already exists - Variable already exists',
    status: '409',
  });
  const first = await account.expect(200, 'GET', `${path}/HOST`);
  expect(first).toMatchObject({ name: 'HOST', value: '1' });
  await account.expect(204, 'PATCH', `${path}/HOST`, { name: 'HOST', value: '3' });
  const second = await account.expect(200, 'GET', `${path}/HOST`);
  expect(second).toMatchObject({ value: '3', created_at: first.created_at });
  expect(second.updated_at > first.updated_at).toBe(true);
  expect(await account.expect(200, 'GET', path)).toEqual({ total_count: 1, variables: [second] });
  await account.expect(204, 'DELETE', `${path}/HOST`);
  await account.expect(404, 'GET', `${path}/HOST`);
  await account.expect(404, 'PATCH', `${path}/HOST`, { value: '4' });
});

test("a variable's name has the rules of a secret's", async () => {
  expect(
    (await account.expect(422, 'POST', `${REPOSITORY}/actions/variables`, { name: 'GITHUB_X', value: '' })).message,
  ).toBe('Variable names must not start with GITHUB_.');
});
