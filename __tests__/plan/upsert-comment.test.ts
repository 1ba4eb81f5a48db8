import { upsertComment } from '../../plan/upsert-comment';
import { repository, TestHub, tokens } from './hub';

let hub: TestHub;
let head: string;
beforeEach(async () => {
  hub = await TestHub.open();
  head = hub.github.push({ repository: 'acme/asset-archive', branch: 'wider', files: { a: '1' } });
  await hub
    .octokit()
    .request('POST /repos/{owner}/{repo}/pulls', { ...repository, title: 'Wider', head: 'wider', base: 'main' });
});
afterEach(async () => {
  await hub.close();
  expect(hub.complaints).toEqual([]);
});

const text = (about: string, commit = head) => `<!-- berth:review ${commit} -->\n${about}\n`;
const upsert = (about: string, { token = tokens.workflow, commit = head }: { token?: string; commit?: string } = {}) =>
  upsertComment({ octokit: hub.octokit(token), repository, pull: 1, body: text(about, commit), commit });
const say = (body: string, token: string) =>
  hub
    .octokit(token)
    .request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...repository, issue_number: 1, body });
const writes = () => hub.calls.filter((call) => !call.startsWith('GET') && call.includes('comments'));

test.each(['workflow', 'ada'] as const)(
  'a second push updates the same comment, and the same text is not written again (%s)',
  async (who) => {
    const token = tokens[who];
    const first = await upsert('one', { token });
    expect(first).toMatchObject({
      did: 'created',
      removed: 0,
      url: expect.stringMatching(/^https:\/\/github\.com\/acme\/asset-archive\/pull\/1#issuecomment-\d+$/),
    });
    head = hub.github.push({ repository: 'acme/asset-archive', branch: 'wider', files: { a: '2' } });
    expect(await upsert('two', { token })).toEqual({ ...first, did: 'updated' });
    expect(await upsert('two', { token })).toEqual({ ...first, did: 'unchanged' });
    expect(hub.comments()).toEqual([`${who === 'ada' ? 'ada' : 'github-actions[bot]'}: ${text('two')}`]);
  },
);

test('a comment that somebody deleted is written anew', async () => {
  await upsert('one');
  hub.repository.comments = {};
  expect(await upsert('two')).toMatchObject({ did: 'created' });
  expect(hub.comments()).toEqual([`github-actions[bot]: ${text('two')}`]);
});

test('a comment that is deleted between looking and writing is written anew', async () => {
  await upsert('one');
  hub.watcher = (call) => {
    if (call.startsWith('PATCH')) hub.repository.comments = {};
  };
  expect(await upsert('two')).toMatchObject({ did: 'created' });
  expect(hub.comments()).toEqual([`github-actions[bot]: ${text('two')}`]);
});

test('ours is found among hundreds', async () => {
  const others = (from: number) => {
    for (let id = from; id < from + 120; id++)
      hub.repository.comments[id] = {
        id,
        issue: 1,
        body: `comment ${id}`,
        user: 'ada',
        created_at: '2026-01-01T00:00:00Z',
        updated_at: '2026-01-01T00:00:00Z',
      };
  };
  others(1);
  await upsert('one');
  others(1_600_000_000);
  expect(await upsert('two')).toMatchObject({ did: 'updated' });
  expect(hub.comments().filter((comment) => comment.includes('berth:review'))).toHaveLength(1);
});

test("an outsider's marker, and one that is not the first line, are nobody's: neither is touched", async () => {
  await say(text('planted'), tokens.outsider);
  await say(`> quoted\n\n${text('quoted')}`, tokens.workflow);
  await say(`<!-- berth:review -->x\nnot quite`, tokens.workflow);
  await upsert('one');
  await upsert('two');
  expect(hub.comments()).toEqual([
    `mallory: ${text('planted')}`,
    `github-actions[bot]: > quoted\n\n${text('quoted')}`,
    'github-actions[bot]: <!-- berth:review -->x\nnot quite',
    `github-actions[bot]: ${text('two')}`,
  ]);
});

test('doubles that two runs have left become one: the oldest', async () => {
  for (const about of ['a', 'b', 'c']) await say(text(about), tokens.workflow);
  expect(await upsert('two')).toMatchObject({ did: 'updated', removed: 2 });
  expect(hub.comments()).toEqual([`github-actions[bot]: ${text('two')}`]);
});

test('two runs at once leave one comment', async () => {
  await Promise.all([upsert('one'), upsert('one'), upsert('one')]);
  expect(hub.comments()).toEqual([`github-actions[bot]: ${text('one')}`]);
});

test('a plan of a commit that is not the head any more is not written: the newer run tells', async () => {
  const old = head;
  await upsert('one');
  const now = hub.github.push({
    repository: 'acme/asset-archive',
    branch: 'wider',
    files: { a: 'forced' },
    parent: 'main',
  });
  expect(await upsert('late', { commit: old })).toEqual({ did: 'outdated', head: now });
  expect(hub.comments()).toEqual([`github-actions[bot]: ${text('one', old)}`]);
});

test('a force push while the comments are looked through is seen', async () => {
  const old = head;
  hub.watcher = (call) => {
    if (call.includes('/comments?'))
      head = hub.github.push({
        repository: 'acme/asset-archive',
        branch: 'wider',
        files: { a: 'forced' },
        parent: 'main',
      });
  };
  expect(await upsert('late', { commit: old })).toEqual({ did: 'outdated', head });
  expect(hub.comments()).toEqual([]);
});

const comments = '/issues/1/comments';
test.each([
  ['500s', [{ status: 500, times: 2 }]],
  ['502 at the list', [{ path: comments, method: 'GET' as const, status: 502, times: 3 }]],
  ['a rate limit of a minute', [{ status: 403, limit: 'primary' as const, retryAfter: 60, nth: 2 }]],
  ['a secondary rate limit', [{ status: 403, limit: 'secondary' as const, retryAfter: 60, nth: 3 }]],
  ['a 429', [{ status: 429, nth: 1 }]],
  ['500 at the write', [{ path: comments, method: 'POST' as const, status: 500, times: 2 }]],
  [
    'a connection that is cut before it was written',
    [{ path: comments, method: 'POST' as const, cut: 'before' as const, nth: 1 }],
  ],
  [
    'a connection that is cut after it was written',
    [{ path: comments, method: 'POST' as const, cut: 'after' as const, nth: 1 }],
  ],
  [
    'both cuts',
    [
      { path: comments, method: 'POST' as const, cut: 'after' as const, nth: 1 },
      { path: comments, method: 'GET' as const, cut: 'before' as const, nth: 2 },
    ],
  ],
])('%s: tried again until it is there, and only once', async (_, faults) => {
  hub.fail(...faults);
  expect(await upsert('one')).toMatchObject({ did: 'created', removed: 0 });
  expect(hub.comments()).toEqual([`github-actions[bot]: ${text('one')}`]);
});

test('an update that is cut off is repeated: the comment has the new text', async () => {
  await upsert('one');
  hub.fail({ path: '/issues/comments/', method: 'PATCH', cut: 'after', nth: 1 });
  expect(await upsert('two')).toMatchObject({ did: 'updated' });
  expect(hub.comments()).toEqual([`github-actions[bot]: ${text('two')}`]);
});

const failing = 'writing the comment of pull request 1 went wrong: ';
test.each([
  [
    '500 for good',
    { status: 500 },
    'GitHub answered 500, tried 4 times; nothing is wrong here: run it again, and see githubstatus.com',
  ],
  [
    'a rate limit of an hour',
    { status: 403, limit: 'secondary' as const, retryAfter: 3_600 },
    "GitHub's rate limit is used up (403) for 3600 s more: run it again then, or with a token of somebody who asks less",
  ],
  [
    '422',
    { path: comments, method: 'POST' as const, status: 422 },
    'GitHub does not accept what was sent (422 The request could not be processed.)',
  ],
  [
    '403',
    { path: comments, method: 'POST' as const, status: 403 },
    "the token lacks permission (403 You do not have access for the attempted action.): a workflow's job needs `permissions: pull-requests: write`, and a pull request from a fork gets a token that may only read",
  ],
  [
    '404',
    { path: comments, status: 404 },
    'not found in acme/asset-archive, or the token may not see it (404): check the number and the repository (GITHUB_REPOSITORY), and that the job has `permissions: pull-requests: write`',
  ],
  ['401', { status: 401 }, 'GitHub rejected the token (401): GITHUB_TOKEN is expired, revoked or truncated'],
])('%s is told with what to do, and nothing is half done', async (_, fault, message) => {
  hub.fail(fault);
  await expect(upsert('one')).rejects.toMatchObject({ message: failing + message });
  expect(hub.comments()).toEqual([]);
});

test('a connection that is always cut says that GitHub could not be reached', async () => {
  hub.fail({ cut: 'before' });
  await expect(upsert('one')).rejects.toThrow(
    /^writing the comment of pull request 1 went wrong: GitHub could not be reached, tried 4 times \(.*\); run it again, and see GITHUB_API_URL$/,
  );
});

test("a fork's token may not write, and the message says why", async () => {
  await expect(upsert('one', { token: tokens.fork })).rejects.toThrow(
    "the token lacks permission (403 Resource not accessible by integration): a workflow's job needs `permissions: pull-requests: write`, and a pull request from a fork gets a token that may only read",
  );
});

test('more than GitHub takes is its 422, and nothing is written', async () => {
  await expect(upsert('x'.repeat(70_000))).rejects.toThrow(
    'GitHub does not accept what was sent (422 Validation Failed: {"resource":"IssueComment","code":"custom","field":"body","message":"body is too long (maximum is 65536 characters)"})',
  );
  expect(writes()).toHaveLength(1);
});

test('no error tells the token', async () => {
  hub.fail({ status: 401, body: { message: `Bad credentials ${tokens.workflow}` } });
  await expect(upsert('one')).rejects.toMatchObject({ message: expect.not.stringContaining(tokens.workflow) });
});
