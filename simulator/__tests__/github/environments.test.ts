import { type Account, openAccount, REPOSITORY } from './account';

let account: Account;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

const path = `${REPOSITORY}/environments/production`;
/** What the provider always sends. */
const request = (fields: object = {}) => ({
  wait_timer: 0,
  reviewers: null,
  can_admins_bypass: true,
  deployment_branch_policy: null,
  prevent_self_review: false,
  ...fields,
});
const custom = { deployment_branch_policy: { protected_branches: false, custom_branch_policies: true } };

test("an environment's rules appear only when they are set, and a PUT replaces all of them", async () => {
  const full = await account.expect(
    200,
    'PUT',
    path,
    request({
      wait_timer: 5,
      prevent_self_review: true,
      reviewers: [
        { type: 'User', id: 11 },
        { type: 'Team', id: 21 },
      ],
      ...custom,
    }),
  );
  expect(full).toMatchObject({ name: 'production', can_admins_bypass: true, ...custom });
  expect(full.protection_rules).toEqual([
    expect.objectContaining({ type: 'wait_timer', wait_timer: 5 }),
    expect.objectContaining({
      type: 'required_reviewers',
      prevent_self_review: true,
      reviewers: [
        { type: 'User', reviewer: expect.objectContaining({ id: 11, login: 'ada' }) },
        { type: 'Team', reviewer: expect.objectContaining({ id: 21, slug: 'platform' }) },
      ],
    }),
    expect.objectContaining({ type: 'branch_policy' }),
  ]);
  const bare = await account.expect(200, 'PUT', path, request({ can_admins_bypass: false }));
  expect(bare).toMatchObject({
    id: full.id,
    created_at: full.created_at,
    protection_rules: [],
    deployment_branch_policy: null,
    can_admins_bypass: false,
  });
  expect(await account.expect(200, 'GET', path)).toEqual(bare);
  expect((await account.expect(200, 'GET', `${REPOSITORY}/environments`)).total_count).toBe(1);
});

test('a deleted environment is 404, and its secrets, variables and policies are gone with it', async () => {
  await account.expect(200, 'PUT', path, request());
  await account.expect(201, 'POST', `${path}/variables`, { name: 'HOST', value: '1' });
  await account.expect(204, 'DELETE', path);
  await account.expect(404, 'DELETE', path);
  await account.expect(404, 'GET', `${path}/variables/HOST`);
  await account.expect(200, 'PUT', path, request());
  await account.expect(404, 'GET', `${path}/variables/HOST`);
});

test('names with signs that mean something in a path work, and case does not matter', async () => {
  const odd = `${REPOSITORY}/environments/${encodeURIComponent('prod:eu/1')}`;
  expect(await account.expect(200, 'PUT', odd, request())).toMatchObject({ name: 'prod:eu/1' });
  expect(await account.expect(200, 'GET', odd)).toMatchObject({ name: 'prod:eu/1' });
  await account.expect(200, 'PUT', path, request());
  expect(await account.expect(200, 'GET', `${REPOSITORY}/environments/Production`)).toMatchObject({
    name: 'production',
  });
});

test.each([
  [
    { deployment_branch_policy: { protected_branches: true, custom_branch_policies: true } },
    /cannot have the same value/,
  ],
  [{ wait_timer: 43_201 }, /wait_timer/],
  [{ reviewers: [{ type: 'User', id: 99 }] }, /Validation Failed/],
  [{ reviewers: Array.from({ length: 7 }, () => ({ type: 'User', id: 11 })) }, /at most 6 reviewers/],
])('a wrong environment is refused: %j', async (fields, message) => {
  expect((await account.expect(422, 'PUT', path, request(fields))).message).toMatch(message);
  await account.expect(404, 'GET', path);
});

describe('deployment policies', () => {
  const policies = `${path}/deployment-branch-policies`;

  test('a policy is made, renamed and deleted', async () => {
    await account.expect(200, 'PUT', path, request(custom));
    const policy = await account.expect(200, 'POST', policies, { name: 'main', type: 'branch' });
    expect(policy).toMatchObject({ name: 'main', type: 'branch', id: expect.any(Number) });
    expect(await account.expect(200, 'PUT', `${policies}/${policy.id}`, { name: 'release/*' })).toMatchObject({
      id: policy.id,
      name: 'release/*',
    });
    expect(await account.expect(200, 'GET', policies)).toMatchObject({
      total_count: 1,
      branch_policies: [{ name: 'release/*' }],
    });
    expect((await account.call('POST', policies, { name: 'release/*', type: 'branch' })).status).toBe(303);
    await account.expect(204, 'DELETE', `${policies}/${policy.id}`);
    await account.expect(404, 'GET', `${policies}/${policy.id}`);
  });

  test('an environment without custom policies takes none', async () => {
    await account.expect(200, 'PUT', path, request());
    await account.expect(404, 'POST', policies, { name: 'main', type: 'branch' });
  });
});
