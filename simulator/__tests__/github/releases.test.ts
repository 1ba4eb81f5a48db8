import { type Account, openAccount, REPOSITORY } from './account';

let account: Account;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

const sha = (branch = 'main') => account.github.state.repositories['acme/website']!.refs[`refs/heads/${branch}`]!;
const production = `${REPOSITORY}/environments/production`;
const reviewed = (id: number) => account.expect(200, 'PUT', production, { reviewers: [{ type: 'User', id }] });
const run = { name: 'deploy', path: '.github/workflows/deploy.yml', event: 'push', branch: 'main' };

test('a release makes its tag, is the latest unless it is a draft or a preview, and is found by its tag', async () => {
  const path = `${REPOSITORY}/releases`;
  await account.expect(404, 'GET', `${path}/latest`);
  expect(await account.expect(201, 'POST', path, { tag_name: 'v1.0.0', name: 'v1.0.0', body: 'first' })).toMatchObject({
    tag_name: 'v1.0.0',
    draft: false,
    author: { login: 'ada' },
  });
  expect((await account.expect(200, 'GET', `${REPOSITORY}/git/ref/tags/v1.0.0`)).object.sha).toBe(sha());
  await account.expect(201, 'POST', path, { tag_name: 'v1.1.0-rc.1', prerelease: true });
  const draft = await account.expect(201, 'POST', path, { tag_name: 'v1.1.0', draft: true });
  await account.expect(404, 'GET', `${REPOSITORY}/git/ref/tags/v1.1.0`);
  expect(await account.expect(200, 'GET', `${path}/latest`)).toMatchObject({ tag_name: 'v1.0.0' });
  expect(await account.expect(200, 'PATCH', `${path}/${draft.id}`, { draft: false })).toMatchObject({
    draft: false,
    published_at: expect.any(String),
  });
  expect(await account.expect(200, 'GET', `${path}/tags/v1.1.0`)).toMatchObject({ id: draft.id });
  expect((await account.expect(200, 'GET', path)).map((release: { tag_name: string }) => release.tag_name)).toEqual([
    'v1.1.0',
    'v1.1.0-rc.1',
    'v1.0.0',
  ]);
  expect((await account.expect(422, 'POST', path, { tag_name: 'v1.0.0' })).errors).toMatchObject([
    { code: 'already_exists' },
  ]);
  await account.expect(204, 'DELETE', `${path}/${draft.id}`);
});

test('a deployment has statuses, and a success retires the one before', async () => {
  const path = `${REPOSITORY}/deployments`;
  const made = [];
  for (let i = 0; i < 2; i++) {
    const deployment = await account.expect(201, 'POST', path, {
      ref: 'main',
      environment: 'staging',
      required_contexts: [],
      auto_merge: false,
    });
    made.push(deployment.id);
    await account.expect(201, 'POST', `${path}/${deployment.id}/statuses`, {
      state: 'success',
      log_url: 'https://example.com/log',
    });
  }
  const states = async (id: number) =>
    (await account.expect(200, 'GET', `${path}/${id}/statuses`)).map(({ state }: { state: string }) => state);
  expect([await states(made[0]), await states(made[1])]).toEqual([['inactive', 'success'], ['success']]);
  expect(await account.expect(200, 'GET', `${path}?environment=staging&sha=${sha()}`)).toMatchObject([
    { id: made[1] },
    { id: made[0] },
  ]);
  expect(await account.expect(200, 'GET', `${path}?environment=production`)).toEqual([]);
  expect((await account.expect(422, 'POST', path, { ref: 'nowhere' })).message).toBe('No ref found for: nowhere');
});

test.each([
  ['approved', { status: 'in_progress', conclusion: null }, ['queued', 'pending']],
  ['rejected', { status: 'completed', conclusion: 'failure' }, ['failure', 'pending']],
])(
  'a run waits for the reviewers of an environment, and goes on as they say: %s',
  async (state, expected, statuses) => {
    await reviewed(11);
    const { id } = account.github.startRun('acme/website', {
      ...run,
      sha: sha(),
      environments: ['staging', 'production'],
    });
    const path = `${REPOSITORY}/actions/runs/${id}`;
    expect(await account.expect(200, 'GET', path)).toMatchObject({ status: 'waiting', head_sha: sha() });
    const [pending] = await account.expect(200, 'GET', `${path}/pending_deployments`);
    expect(pending).toMatchObject({
      environment: { name: 'production' },
      current_user_can_approve: true,
      reviewers: [{ type: 'User', reviewer: { login: 'ada' } }],
    });
    const review = { environment_ids: [pending.environment.id], state, comment: 'seen' };
    const [deployment] = await account.expect(200, 'POST', `${path}/pending_deployments`, review);
    expect(await account.expect(200, 'GET', path)).toMatchObject(expected);
    expect(
      (await account.expect(200, 'GET', `${REPOSITORY}/deployments/${deployment.id}/statuses`)).map(
        (status: { state: string }) => status.state,
      ),
    ).toEqual(statuses);
    expect(await account.expect(200, 'GET', `${path}/approvals`)).toMatchObject([
      { state, comment: 'seen', user: { login: 'ada' }, environments: [{ name: 'production' }] },
    ]);
    await account.expect(422, 'POST', `${path}/pending_deployments`, review);
  },
);

test('who is no reviewer cannot approve', async () => {
  const { id } = await reviewed(12);
  const started = account.github.startRun('acme/website', { ...run, sha: sha(), environments: ['production'] });
  await account.expect(403, 'POST', `${REPOSITORY}/actions/runs/${started.id}/pending_deployments`, {
    environment_ids: [id],
    state: 'approved',
    comment: '',
  });
});

test('a check run is made, completed, and listed at its commit', async () => {
  const path = `${REPOSITORY}/check-runs`;
  const check = await account.expect(201, 'POST', path, { name: 'review', head_sha: sha(), status: 'in_progress' });
  const output = {
    title: 'review',
    summary: 'one destroyed',
    annotations: [{ path: 'src/app.ts', start_line: 1, end_line: 1, annotation_level: 'failure', message: 'x' }],
  };
  expect(await account.expect(200, 'PATCH', `${path}/${check.id}`, { conclusion: 'failure', output })).toMatchObject({
    status: 'completed',
    conclusion: 'failure',
    output: { title: 'review', annotations_count: 1 },
  });
  expect(await account.expect(200, 'GET', `${REPOSITORY}/commits/main/check-runs?check_name=review`)).toMatchObject({
    total_count: 1,
    check_runs: [{ id: check.id }],
  });
  await account.expect(422, 'PATCH', `${path}/${check.id}`, { status: 'completed' });
  await account.expect(422, 'POST', path, { name: 'review', head_sha: 'c'.repeat(40) });
});
