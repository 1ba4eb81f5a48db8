import { keepDriftIssue } from '../../plan/drift-issue';
import { repository, TestHub, tokens } from './hub';

let hub: TestHub;
beforeEach(async () => {
  hub = await TestHub.open();
});
afterEach(async () => {
  await hub.close();
  expect(hub.complaints).toEqual([]);
});

const text = (about: string, environment = 'staging') => `<!-- berth:drift ${environment} -->\n${about}\n`;
const keep = (about: string | undefined, environment = 'staging', token: string = tokens.workflow) =>
  keepDriftIssue({
    octokit: hub.octokit(token),
    repository,
    environment,
    ...(about !== undefined && { body: text(about, environment) }),
  });
const issues = () =>
  Object.values(hub.repository.issues).map(
    ({ number, title, state, body, user }) => `${number} ${title} ${state} ${user}: ${body!.split('\n')[1]}`,
  );
const open = (title: string, body: string, token: string, labels: string[] = ['drift']) =>
  hub.octokit(token).request('POST /repos/{owner}/{repo}/issues', { ...repository, title, body, labels });

test('one issue for each environment: opened, updated, left alone, closed, and opened again rather than anew', async () => {
  const url = 'https://github.com/acme/asset-archive/issues/1';
  expect(await keep(undefined)).toEqual({ did: 'nothing' });
  expect(hub.calls.filter((call) => !call.startsWith('GET'))).toEqual([]);
  expect(await keep('one')).toEqual({ did: 'opened', url });
  expect(await keep('one')).toEqual({ did: 'unchanged', url });
  expect(await keep('two')).toEqual({ did: 'updated', url });
  expect(await keep('other', 'production')).toMatchObject({ did: 'opened' });
  expect(await keep(undefined)).toEqual({ did: 'closed', url });
  expect(issues()).toEqual([
    '1 staging has drifted closed github-actions[bot]: two',
    '2 production has drifted open github-actions[bot]: other',
  ]);
  expect(hub.repository.issues[1]!.state_reason).toBe('completed');
  expect(await keep('three')).toEqual({ did: 'reopened', url });
  expect(issues()).toEqual([
    '1 staging has drifted open github-actions[bot]: three',
    '2 production has drifted open github-actions[bot]: other',
  ]);
  expect(Object.values(hub.repository.labels)).toMatchObject([{ name: 'drift', color: 'd93f0b' }]);
});

test('of several the oldest stays, and an issue of somebody else or without the marker is left alone', async () => {
  await open('planted', text('planted'), tokens.outsider);
  hub.repository.issues[1]!.labels = ['drift'];
  await open('a thought', 'about drift', tokens.workflow);
  await open('staging has drifted', text('a'), tokens.workflow);
  await open('staging has drifted', text('b'), tokens.workflow);
  expect(await keep('two')).toMatchObject({ did: 'updated' });
  expect(issues()).toEqual([
    '1 planted open mallory: planted',
    '2 a thought open github-actions[bot]: undefined',
    '3 staging has drifted open github-actions[bot]: two',
    '4 staging has drifted closed github-actions[bot]: b',
  ]);
});

test('two runs at once leave one open issue', async () => {
  await Promise.all([keep('one'), keep('one')]);
  expect(issues().filter((issue) => issue.includes(' open '))).toEqual([
    '1 staging has drifted open github-actions[bot]: one',
  ]);
});

test.each([
  ['500s', { status: 500, times: 2 }],
  ['a rate limit', { status: 403, limit: 'primary' as const, nth: 2 }],
  ['500 at the write', { method: 'POST' as const, path: '/issues$', status: 500, times: 2 }],
  [
    'a connection that is cut after it was opened',
    { method: 'POST' as const, path: '/issues$', cut: 'after' as const, nth: 1 },
  ],
  ['a label that somebody else has just made', { method: 'GET' as const, path: '/labels/drift', status: 404 }],
])('%s: it is opened once', async (_, fault) => {
  if (_.startsWith('a label'))
    await hub.octokit().request('POST /repos/{owner}/{repo}/labels', { ...repository, name: 'drift' });
  hub.fail(fault);
  expect(await keep('one')).toMatchObject({ did: 'opened' });
  expect(issues()).toEqual(['1 staging has drifted open github-actions[bot]: one']);
});

test('what GitHub refuses says which permission is missing', async () => {
  await expect(keep('one', 'staging', tokens.fork)).rejects.toThrow(
    "keeping the drift issue of staging went wrong: the token lacks permission (403 Resource not accessible by integration): a workflow's job needs `permissions: issues: write`, and a pull request from a fork gets a token that may only read",
  );
});
