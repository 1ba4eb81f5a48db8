import { account as credentials } from '../../account';
import { testSeed } from '../seed';
import { type Account, openAccount, REPOSITORY } from './account';

let account: Account;
beforeEach(async () => {
  account = await openAccount({
    seed: {
      ...testSeed,
      repositories: [...testSeed.repositories!, { name: 'mallory/website', forkOf: 'acme/website', private: false }],
    },
  });
});
afterEach(() => account.close());

const acme = 'acme/website';
const push = (branch: string, files: Record<string, string | null>, more: object = {}) =>
  account.github.push({ repository: acme, branch, files, ...more });
const open = (head: string) =>
  account.expect(201, 'POST', `${REPOSITORY}/pulls`, { title: `About ${head}`, head, base: 'main' });
const main = async () => (await account.expect(200, 'GET', `${REPOSITORY}/git/ref/heads/main`)).object.sha as string;

test('a pull request is opened, found by its head, merged at the commit that was looked at, and its base holds it then', async () => {
  const sha = push('wider', { 'src/app.ts': 'a\nb\n' });
  const pull = await open('wider');
  expect(pull).toMatchObject({
    number: 1,
    state: 'open',
    draft: false,
    merged: false,
    mergeable: true,
    mergeable_state: 'clean',
    commits: 1,
    changed_files: 1,
    additions: 2,
    deletions: 0,
    head: { label: 'acme:wider', ref: 'wider', sha, repo: { full_name: acme, fork: false } },
    base: { ref: 'main' },
  });
  const path = `${REPOSITORY}/pulls/1`;
  expect(await account.expect(200, 'GET', `${REPOSITORY}/pulls?head=acme:wider&state=open`)).toMatchObject([
    { number: 1 },
  ]);
  expect(await account.expect(200, 'GET', `${REPOSITORY}/pulls?head=acme:other`)).toEqual([]);
  expect(await account.expect(200, 'GET', `${path}/files`)).toMatchObject([
    { filename: 'src/app.ts', status: 'added', additions: 2, patch: '@@ -1,0 +1,2 @@\n+a\n+b' },
  ]);
  expect(await account.expect(200, 'PATCH', path, { title: 'Wider', body: 'so that it fits' })).toMatchObject({
    title: 'Wider',
    body: 'so that it fits',
  });
  expect((await account.expect(409, 'PUT', `${path}/merge`, { sha: '0'.repeat(40) })).message).toBe(
    'Head branch was modified. Review and try the merge again.',
  );
  await account.expect(404, 'GET', `${path}/merge`);
  const merged = await account.expect(200, 'PUT', `${path}/merge`, { sha });
  expect(merged.merged).toBe(true);
  expect(await main()).toBe(merged.sha);
  expect(await account.expect(200, 'GET', path)).toMatchObject({
    state: 'closed',
    merged: true,
    merge_commit_sha: merged.sha,
    merged_by: { login: 'ada' },
    changed_files: 1,
  });
  await account.expect(204, 'GET', `${path}/merge`);
  for (const commit of [sha, merged.sha])
    expect(await account.expect(200, 'GET', `${REPOSITORY}/commits/${commit}/pulls`)).toMatchObject([{ number: 1 }]);
  expect(await account.expect(200, 'GET', `${REPOSITORY}/commits/${merged.sha}`)).toMatchObject({
    parents: [{}, { sha }],
    commit: { message: 'Merge pull request #1 from acme/wider\n\nWider' },
  });
  expect((await account.expect(405, 'PUT', `${path}/merge`, {})).message).toBe('Pull Request is not mergeable');
  const { content } = await account.expect(200, 'GET', `${REPOSITORY}/contents/src/app.ts`);
  expect(Buffer.from(content, 'base64').toString()).toBe('a\nb\n');
});

test('a push, by force too, moves the head of an open pull request; a branch that is deleted closes it', async () => {
  push('wider', { a: '1' });
  await open('wider');
  const second = push('wider', { a: '2' });
  expect(await account.expect(200, 'GET', `${REPOSITORY}/pulls/1`)).toMatchObject({
    head: { sha: second },
    commits: 2,
  });
  const forced = push('wider', { a: '3' }, { parent: 'main' });
  expect(await account.expect(200, 'GET', `${REPOSITORY}/pulls/1`)).toMatchObject({
    head: { sha: forced },
    commits: 1,
  });
  await account.expect(204, 'DELETE', `${REPOSITORY}/git/refs/heads/wider`);
  expect(await account.expect(200, 'GET', `${REPOSITORY}/pulls/1`)).toMatchObject({ state: 'closed', merged: false });
});

test('a merge that git made and pushed counts as one, whatever the API was not told', async () => {
  const head = push('wider', { a: '1' });
  await open('wider');
  const sha = push('main', {}, { parent: head, sha: 'a'.repeat(40) });
  expect(await account.expect(200, 'GET', `${REPOSITORY}/pulls/1`)).toMatchObject({
    state: 'closed',
    merged: true,
    merge_commit_sha: sha,
  });
});

test('both sides changing one file is a conflict, and is not merged', async () => {
  push('wider', { 'README.md': 'theirs' });
  await open('wider');
  push('main', { 'README.md': 'ours' });
  expect(await account.expect(200, 'GET', `${REPOSITORY}/pulls/1`)).toMatchObject({
    mergeable: false,
    mergeable_state: 'dirty',
  });
  await account.expect(405, 'PUT', `${REPOSITORY}/pulls/1/merge`, {});
});

test("a fork's pull request names the fork, and shows its files here", async () => {
  account.github.push({
    repository: 'mallory/website',
    branch: 'gift',
    files: { gift: 'x\n' },
    author: 'mallory',
  });
  const headers = { authorization: `Bearer ${credentials.github.outsiderToken}` };
  const { status, body } = await account.call(
    'POST',
    `${REPOSITORY}/pulls`,
    { title: 'A gift', head: 'mallory:gift', base: 'main' },
    headers,
  );
  expect([status, body.head.label, body.head.repo.fork, body.user.login]).toEqual([
    201,
    'mallory:gift',
    true,
    'mallory',
  ]);
  expect(await account.expect(200, 'GET', `${REPOSITORY}/pulls/1/files`)).toMatchObject([{ filename: 'gift' }]);
  expect((await account.call('PUT', `${REPOSITORY}/pulls/1/merge`, {}, headers)).status).toBe(403);
});

test.each([
  ['a head that is nowhere', { head: 'nowhere', base: 'main' }, { field: 'head', code: 'invalid' }],
  ['a base that is nowhere', { head: 'wider', base: 'nowhere' }, { field: 'base', code: 'invalid' }],
  ['nothing to merge', { head: 'main', base: 'main' }, { message: 'No commits between main and main' }],
  ['the same once more', { head: 'open', base: 'main' }, { message: 'A pull request already exists for acme:open.' }],
])('%s is no pull request', async (_, fields, error) => {
  for (const branch of ['wider', 'open']) push(branch, { a: branch });
  await open('open');
  expect((await account.expect(422, 'POST', `${REPOSITORY}/pulls`, { title: 'x', ...fields })).errors).toMatchObject([
    error,
  ]);
});

test('lists of pull requests lead from page to page', async () => {
  for (let i = 1; i <= 3; i++) {
    push(`b${i}`, { [`f${i}`]: '1' });
    await open(`b${i}`);
  }
  const { body, headers } = await account.call('GET', `${REPOSITORY}/pulls?state=all&per_page=2&page=2`);
  expect(body.map(({ number }: { number: number }) => number)).toEqual([1]);
  expect(headers.get('link')).toContain('page=1>; rel="prev"');
});

describe('git', () => {
  test('refs are made, moved forward, forced and deleted; tags are listed', async () => {
    const [first, sha] = [await main(), push('wider', { a: '1' })];
    const refs = `${REPOSITORY}/git/refs`;
    expect(await account.expect(201, 'POST', refs, { ref: 'refs/tags/v1.0.0', sha })).toMatchObject({
      ref: 'refs/tags/v1.0.0',
      object: { sha, type: 'commit' },
    });
    expect((await account.expect(422, 'POST', refs, { ref: 'refs/tags/v1.0.0', sha })).message).toBe(
      'Reference already exists',
    );
    expect((await account.expect(422, 'POST', refs, { ref: 'refs/heads/x', sha: 'b'.repeat(40) })).message).toBe(
      'Object does not exist',
    );
    expect(await account.expect(200, 'GET', `${REPOSITORY}/tags`)).toMatchObject([{ name: 'v1.0.0', commit: { sha } }]);
    expect(await account.expect(200, 'PATCH', `${refs}/heads/main`, { sha })).toMatchObject({ object: { sha } });
    expect((await account.expect(422, 'PATCH', `${refs}/heads/main`, { sha: first })).message).toBe(
      'Update is not a fast forward',
    );
    expect(await account.expect(200, 'PATCH', `${refs}/heads/main`, { sha: first, force: true })).toMatchObject({
      object: { sha: first },
    });
    expect(await account.expect(200, 'GET', `${REPOSITORY}/git/matching-refs/tags/v1`)).toHaveLength(1);
    await account.expect(204, 'DELETE', `${refs}/tags/v1.0.0`);
    await account.expect(404, 'GET', `${REPOSITORY}/git/ref/tags/v1.0.0`);
    expect(await account.expect(200, 'GET', `${REPOSITORY}/git/commits/${sha}`)).toMatchObject({
      sha,
      message: 'A simulated change',
      parents: [{ sha: first }],
    });
    expect(
      (await account.expect(200, 'GET', `${REPOSITORY}/commits?sha=wider`)).map(
        (commit: { sha: string }) => commit.sha,
      ),
    ).toEqual([sha, first]);
  });

  test('a file is committed through the API, and only upon what is there', async () => {
    const path = `${REPOSITORY}/contents/environments/demo.ts`;
    const content = Buffer.from('1').toString('base64');
    const made = await account.expect(201, 'PUT', path, { message: 'feat: demo', content });
    expect(made.commit).toMatchObject({ message: 'feat: demo' });
    await account.expect(422, 'PUT', path, { message: 'again', content });
    await account.expect(200, 'PUT', path, { message: 'again', content, sha: made.content.sha });
  });
});
