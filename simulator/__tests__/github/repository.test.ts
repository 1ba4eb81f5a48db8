import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGitHub } from '../../github';
import { account as credentials } from '../../account';
import { testSeed } from '../seed';
import { type Account, openAccount, REPOSITORY, seal } from './account';

let account: Account;
beforeEach(async () => {
  account = await openAccount({
    seed: {
      ...testSeed,
      repositories: [...testSeed.repositories!, { name: 'other/site', private: false, defaultBranch: 'trunk' }],
    },
  });
});
afterEach(() => account.close());

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';

test('repositories are found by name in any case and by id, with and without /api/v3; others are 404', async () => {
  const repository = await account.expect(200, 'GET', REPOSITORY);
  expect(repository).toMatchObject({
    full_name: 'acme/website',
    default_branch: 'main',
    visibility: 'private',
    archived: false,
    permissions: { admin: true },
  });
  expect(await account.expect(200, 'GET', '/api/v3/repos/Acme/Website')).toEqual(repository);
  expect(
    await (
      await fetch(`${account.url}/repositories/${repository.id}`, {
        headers: { authorization: `token ${credentials.githubToken}` },
      })
    ).json(),
  ).toEqual(repository);
  expect(await account.expect(200, 'GET', '/repos/other/site')).toMatchObject({
    visibility: 'public',
    default_branch: 'trunk',
  });
  expect(await account.expect(404, 'GET', '/repos/acme/nope')).toEqual({
    message: 'Not Found',
    documentation_url: 'https://docs.github.com/rest',
    status: '404',
  });
  expect((await account.expect(200, 'GET', `${REPOSITORY}/branches/main`)).commit.sha).toMatch(/^[0-9a-f]{40}$/);
  await account.expect(404, 'GET', `${REPOSITORY}/branches/nope`);
  const { content } = await account.expect(200, 'GET', `${REPOSITORY}/contents/README.md`);
  expect(Buffer.from(content, 'base64').toString()).toBe('# website\n');
});

test('owners, users and teams are there for the provider to look up', async () => {
  expect(await account.expect(200, 'GET', '/orgs/acme')).toMatchObject({ login: 'acme', type: 'Organization' });
  await account.expect(404, 'GET', '/orgs/nobody');
  expect(await account.expect(200, 'GET', '/user')).toMatchObject({ login: 'ada', id: 11 });
  expect(await account.expect(200, 'GET', '/users/grace')).toMatchObject({ id: 12, type: 'User' });
  expect(await account.expect(200, 'GET', '/user/12')).toMatchObject({ login: 'grace' });
  expect(await account.expect(200, 'GET', '/orgs/acme/teams/platform')).toMatchObject({ id: 21, members_count: 2 });
  expect(
    (await account.expect(200, 'GET', '/orgs/acme/teams/platform/members')).map(
      ({ login }: { login: string }) => login,
    ),
  ).toEqual(['ada', 'grace']);
});

test('a deploy key is kept without its comment and opens one repository only', async () => {
  const key = await account.expect(201, 'POST', `${REPOSITORY}/keys`, {
    key: `${KEY} me@example`,
    title: 'ci',
    read_only: true,
  });
  expect(key).toMatchObject({ key: KEY, title: 'ci', read_only: true });
  expect(await account.expect(200, 'GET', `${REPOSITORY}/keys/${key.id}`)).toEqual(key);
  for (const path of [REPOSITORY, '/repos/other/site']) {
    expect(await account.expect(422, 'POST', `${path}/keys`, { key: KEY, title: 'again' })).toMatchObject({
      message: 'Validation Failed',
      errors: [{ resource: 'PublicKey', field: 'key', message: 'key is already in use' }],
    });
  }
  expect(
    (await account.expect(422, 'POST', `${REPOSITORY}/keys`, { key: 'ssh-ed25519 AAAA x', title: 'bad' })).errors[0]
      .message,
  ).toMatch(/^key is invalid/);
  await account.expect(204, 'DELETE', `${REPOSITORY}/keys/${key.id}`);
  await account.expect(404, 'GET', `${REPOSITORY}/keys/${key.id}`);
});

test('a ruleset is made, changed, listed without its rules and deleted', async () => {
  const request = {
    name: 'main',
    target: 'branch',
    enforcement: 'active',
    bypass_actors: [{ actor_id: 21, actor_type: 'Team', bypass_mode: 'pull_request' }],
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules: [{ type: 'deletion' }, { type: 'non_fast_forward' }],
  };
  const ruleset = await account.expect(201, 'POST', `${REPOSITORY}/rulesets`, request);
  expect(ruleset).toMatchObject({
    ...request,
    source: 'acme/website',
    source_type: 'Repository',
    node_id: expect.any(String),
  });
  const path = `${REPOSITORY}/rulesets/${ruleset.id}`;
  const { rules } = request;
  expect(await account.expect(200, 'PUT', path, { enforcement: 'disabled', rules })).toMatchObject({
    ...request,
    enforcement: 'disabled',
  });
  expect((await account.expect(200, 'GET', `${REPOSITORY}/rulesets`))[0]).not.toHaveProperty('rules');
  expect((await account.expect(422, 'POST', `${REPOSITORY}/rulesets`, request)).errors[0].message).toBe(
    'Name must be unique',
  );
  await account.expect(204, 'DELETE', path);
  await account.expect(404, 'GET', path);
});

test('only the token is let in', async () => {
  const status = async (authorization?: string) => {
    const response = await fetch(`${account.url}/user`, { headers: authorization ? { authorization } : {} });
    return [response.status, ((await response.json()) as { message: string }).message];
  };
  expect(await status('Bearer ghp_other')).toEqual([401, 'Bad credentials']);
  expect(await status()).toEqual([401, 'Requires authentication']);
});

test('answers carry the rate limit and an etag that a later request can name', async () => {
  const { headers } = await account.call('GET', REPOSITORY);
  expect([headers.get('x-ratelimit-limit'), headers.get('x-ratelimit-resource')]).toEqual(['5000', 'core']);
  const etag = headers.get('etag')!;
  expect(etag).toMatch(/^W\/"/);
  const again = await fetch(account.url + REPOSITORY, {
    headers: { authorization: `Bearer ${credentials.githubToken}`, 'if-none-match': etag },
  });
  expect(again.status).toBe(304);
});

test('lists lead on with a Link header', async () => {
  for (const name of ['A', 'B', 'C'])
    await account.expect(201, 'POST', `${REPOSITORY}/actions/variables`, { name, value: '' });
  const { body, headers } = await account.call('GET', `${REPOSITORY}/actions/variables?per_page=2`);
  expect([body.total_count, body.variables.length]).toEqual([3, 2]);
  expect(headers.get('link')).toMatch(/page=2>; rel="next", <.*page=2>; rel="last"/);
});

test('a route that is not rehearsed says so by name', async () => {
  const response = await fetch(`${account.url}/api/v3/gists`, {
    headers: { authorization: `Bearer ${credentials.githubToken}` },
  });
  expect([response.status, ((await response.json()) as { message: string }).message]).toEqual([
    404,
    expect.stringContaining('does not know GET /gists'),
  ]);
});

test('an account that has a file is found again, with keys that still open what was sealed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-test-'));
  const file = join(folder, 'github.json');
  try {
    const before = await openAccount({ file });
    const { key, key_id } = await before.expect(200, 'GET', `${REPOSITORY}/actions/secrets/public-key`);
    await before.close();
    const after = await openAccount({ file });
    await after.expect(201, 'PUT', `${REPOSITORY}/actions/secrets/TOKEN`, {
      key_id,
      encrypted_value: await seal('kept', key),
    });
    await after.close();
    expect(await createGitHub({ file, seed: testSeed }).secretValue({ repository: 'acme/website' }, 'TOKEN')).toBe(
      'kept',
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('an account that an older rehearsal has kept, without commits and issues, goes on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-test-'));
  const file = join(folder, 'github.json');
  try {
    const { state } = createGitHub({ seed: testSeed });
    const {
      commits: _,
      refs: _refs,
      issues: _issues,
      comments: _comments,
      labels: _labels,
      ...older
    } = state.repositories['acme/website']!;
    writeFileSync(
      file,
      JSON.stringify({
        ...state,
        repositories: { 'acme/website': { ...older, branches: ['main'], description: 'kept' } },
      }),
    );
    const after = await openAccount({ file });
    expect(await after.expect(200, 'GET', REPOSITORY)).toMatchObject({ description: 'kept' });
    await after.expect(200, 'GET', `${REPOSITORY}/branches/main`);
    await after.expect(201, 'POST', `${REPOSITORY}/issues`, { title: 'x' });
    await after.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what is named as JavaScript names its own things is found only once it is there', async () => {
  await account.expect(404, 'GET', `${REPOSITORY}/environments/constructor`);
  expect(await account.expect(200, 'PUT', `${REPOSITORY}/environments/constructor`, {})).toMatchObject({
    name: 'constructor',
    protection_rules: [],
  });
  expect(await account.expect(200, 'GET', `${REPOSITORY}/environments/constructor`)).toMatchObject({
    name: 'constructor',
  });
  const issue = await account.expect(201, 'POST', `${REPOSITORY}/issues`, { title: 't', labels: ['toString'] });
  expect(issue.labels.map(({ name }: { name: string }) => name)).toEqual(['toString']);
  const { commit } = await account.expect(200, 'GET', `${REPOSITORY}/branches/main`);
  await account.expect(201, 'POST', `${REPOSITORY}/git/refs`, { ref: 'refs/heads/constructor', sha: commit.sha });
  expect(await account.expect(200, 'GET', `${REPOSITORY}/commits/constructor`)).toMatchObject({ sha: commit.sha });
  await account.expect(201, 'PUT', `${REPOSITORY}/contents/valueOf`, {
    message: 'm',
    content: 'YQ==',
    branch: 'constructor',
  });
  const { number } = await account.expect(201, 'POST', `${REPOSITORY}/pulls`, {
    title: 't',
    head: 'constructor',
    base: 'main',
  });
  expect(await account.expect(200, 'GET', `${REPOSITORY}/pulls/${number}/files`)).toEqual([
    expect.objectContaining({ filename: 'valueOf', status: 'added' }),
  ]);
});
