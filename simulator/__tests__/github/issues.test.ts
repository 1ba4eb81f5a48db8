import { account as credentials } from '../../account';
import { type Account, openAccount, REPOSITORY } from './account';

let account: Account;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

const issues = `${REPOSITORY}/issues`;
const as = (token: string) => ({ authorization: `Bearer ${token}` });

test('an issue is opened, closed, reopened, and found by its labels and state', async () => {
  const issue = await account.expect(201, 'POST', issues, { title: 'Drift', body: 'x', labels: ['drift'] });
  expect(issue).toMatchObject({
    number: 1,
    state: 'open',
    user: { login: 'ada' },
    labels: [{ name: 'drift', color: 'ededed' }],
    comments: 0,
  });
  await account.expect(201, 'POST', issues, { title: 'Other' });
  expect(
    await account.expect(200, 'PATCH', `${issues}/1`, { state: 'closed', state_reason: 'completed' }),
  ).toMatchObject({ state: 'closed', state_reason: 'completed', closed_at: expect.any(String) });
  const numbers = async (query: string) =>
    (await account.expect(200, 'GET', `${issues}?${query}`)).map(({ number }: { number: number }) => number);
  expect([
    await numbers(''),
    await numbers('state=closed'),
    await numbers('state=all&direction=asc'),
    await numbers('labels=Drift&state=all'),
    await numbers('labels=drift'),
  ]).toEqual([[2], [1], [1, 2], [1], []]);
  expect(await account.expect(200, 'PATCH', `${issues}/1`, { state: 'open', title: 'Drift again' })).toMatchObject({
    state: 'open',
    state_reason: 'reopened',
    closed_at: null,
    title: 'Drift again',
  });
});

test('labels are made once, put on and taken off', async () => {
  await account.expect(201, 'POST', issues, { title: 'x' });
  expect(
    await account.expect(201, 'POST', `${REPOSITORY}/labels`, {
      name: 'preview',
      color: '0e8a16',
      description: 'makes one',
    }),
  ).toMatchObject({ name: 'preview', default: false });
  expect((await account.expect(422, 'POST', `${REPOSITORY}/labels`, { name: 'Preview' })).errors).toEqual([
    { resource: 'Label', code: 'already_exists', field: 'name' },
  ]);
  expect(await account.expect(200, 'POST', `${issues}/1/labels`, { labels: ['preview', 'safe'] })).toMatchObject([
    { name: 'preview' },
    { name: 'safe' },
  ]);
  expect(await account.expect(200, 'DELETE', `${issues}/1/labels/preview`)).toMatchObject([{ name: 'safe' }]);
  expect((await account.expect(404, 'DELETE', `${issues}/1/labels/preview`)).message).toBe('Label does not exist');
  expect(await account.expect(200, 'GET', `${REPOSITORY}/labels/SAFE`)).toMatchObject({ name: 'safe' });
  await account.expect(204, 'DELETE', `${REPOSITORY}/labels/safe`);
  expect(await account.expect(200, 'GET', `${issues}/1/labels`)).toEqual([]);
});

test('comments are written, listed page by page, changed and deleted', async () => {
  await account.expect(201, 'POST', issues, { title: 'x' });
  const made = [];
  for (const body of ['a', 'b', 'c'])
    made.push((await account.expect(201, 'POST', `${issues}/1/comments`, { body })).id);
  const { body, headers } = await account.call('GET', `${issues}/1/comments?per_page=2`);
  expect([body.map((comment: { body: string }) => comment.body), headers.get('link')]).toEqual([
    ['a', 'b'],
    expect.stringContaining('rel="next"'),
  ]);
  const path = `${issues}/comments/${made[0]}`;
  expect(await account.expect(200, 'PATCH', path, { body: 'changed' })).toMatchObject({ body: 'changed' });
  await account.expect(204, 'DELETE', path);
  await account.expect(404, 'PATCH', path, { body: 'gone' });
  await account.expect(404, 'POST', `${issues}/9/comments`, { body: 'x' });
});

test.each([
  ['x', 65_536, 201],
  ['x', 65_537, 422],
  ['😀', 65_536, 201],
  ['😀', 65_537, 422],
])('a comment of %s × %i answers %i: characters are counted', async (sign, times, status) => {
  await account.expect(201, 'POST', issues, { title: 'x' });
  const answer = await account.expect(status, 'POST', `${issues}/1/comments`, { body: sign.repeat(times) });
  if (status === 422)
    expect(answer).toMatchObject({
      message: 'Validation Failed',
      errors: [{ field: 'body', message: 'body is too long (maximum is 65536 characters)' }],
    });
});

test("a workflow's token is a bot that has no profile, a fork's may not write, an outsider may talk and no more", async () => {
  const { workflowToken, forkToken, outsiderToken } = credentials.github;
  await account.expect(201, 'POST', issues, { title: 'x' });
  const comments = `${issues}/1/comments`;
  const integration = 'Resource not accessible by integration';
  const bot = await account.call('POST', comments, { body: 'by a workflow' }, as(workflowToken));
  expect([bot.status, bot.body.user]).toEqual([
    201,
    expect.objectContaining({ login: 'github-actions[bot]', type: 'Bot' }),
  ]);
  expect((await account.call('GET', '/user', undefined, as(workflowToken))).body).toMatchObject({
    message: integration,
    status: '403',
  });
  expect((await account.call('POST', comments, { body: 'x' }, as(forkToken))).body).toMatchObject({
    message: integration,
    status: '403',
  });
  expect((await account.call('GET', comments, undefined, as(forkToken))).status).toBe(200);
  expect((await account.call('POST', comments, { body: 'hello' }, as(outsiderToken))).body.user.login).toBe('mallory');
  expect(
    (await account.call('PATCH', `${issues}/comments/${bot.body.id}`, { body: 'mine' }, as(outsiderToken))).status,
  ).toBe(403);
  expect((await account.call('POST', `${issues}/1/labels`, { labels: ['safe'] }, as(outsiderToken))).status).toBe(403);
  expect(
    (await account.call('POST', issues, { title: 'planted', labels: ['drift'] }, as(outsiderToken))).body.labels,
  ).toEqual([]);
});
