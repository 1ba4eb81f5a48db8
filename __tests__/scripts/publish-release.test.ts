import type { NextRelease } from '../../scripts/next-release';
import { limit, publishRelease, releaseBody } from '../../scripts/publish-release';
import { repository, TestHub, tokens } from '../plan/hub';

let hub: TestHub;
let next: NextRelease;
beforeEach(async () => {
  hub = await TestHub.open();
  next = {
    tag: 'v0.2.0',
    commit: hub.github.push({ repository: 'acme/asset-archive', branch: 'main' }),
    notes: '- one',
    previous: 'v0.1.0',
  };
});
afterEach(async () => {
  await hub.close();
  expect(hub.complaints).toEqual([]);
});

const publish = (token = tokens.workflow) => publishRelease(hub.octokit(token), repository, next, '- one');
const releases = () =>
  Object.values(hub.repository.releases).map(
    ({ tag_name, body }) => `${tag_name} ${hub.repository.refs[`refs/tags/${tag_name}`]}: ${body}`,
  );
const url = 'https://github.com/acme/asset-archive/releases/tag/v0.2.0';

test('the tag and the release are made at the commit, once: what is there already stays as somebody has edited it', async () => {
  expect(await publish()).toEqual({ did: 'created', url });
  Object.values(hub.repository.releases)[0]!.body = 'edited';
  expect(await publish()).toEqual({ did: 'nothing', url });
  expect(releases()).toEqual([`v0.2.0 ${next.commit}: edited`]);
});

test('a tag of this commit that has no release gets one', async () => {
  hub.repository.refs['refs/tags/v0.2.0'] = next.commit;
  expect(await publish()).toEqual({ did: 'created', url });
});

test('a tag that another commit has at GitHub is not released again: this clone is too old', async () => {
  const other = hub.github.push({ repository: 'acme/asset-archive', branch: 'main' });
  hub.repository.refs['refs/tags/v0.2.0'] = other;
  await expect(publish()).rejects.toThrow(
    `v0.2.0 is the tag of ${other.slice(0, 7)} at GitHub, not of ${next.commit.slice(0, 7)}: fetch the tags (\`git fetch --tags\`) and run it again`,
  );
  expect(releases()).toEqual([]);
});

test.each([
  ['an answer that got lost', { cut: 'after' as const }],
  ['a 500 before anything was done', { status: 500 }],
])('after %s there is one release', async (_, fault) => {
  hub.fail({ method: 'POST', path: '/releases$', nth: 1, ...fault });
  expect(await publish()).toEqual({ did: 'created', url });
  expect(releases()).toEqual([`v0.2.0 ${next.commit}: - one`]);
});

test('a token that may not is told what it needs, and nothing is left behind', async () => {
  hub.fail({ method: 'POST', path: '/releases$', status: 403 });
  await expect(publish()).rejects.toThrow(
    /^releasing v0\.2\.0 went wrong: the token lacks permission \(403 .*`permissions: contents: write`/,
  );
  expect([releases(), hub.repository.refs['refs/tags/v0.2.0']]).toEqual([[], undefined]);
});

const at = 'https://github.com/acme/asset-archive';

test.each([
  ['what has changed since the version before', {}, `- one\n\nEvery change: ${at}/compare/v0.1.0...v0.2.0\n`],
  ['all commits, for the first version', { previous: undefined }, `- one\n\nEvery change: ${at}/commits/v0.2.0\n`],
  ['no more than that, without notes', { notes: '' }, `Every change: ${at}/compare/v0.1.0...v0.2.0\n`],
])('the text ends with where to see %s', (_, given, text) => {
  expect(releaseBody({ ...next, ...given }, at)).toBe(text);
});

test('notes that are too long for GitHub are cut between lines, and still say where everything is', async () => {
  const line = `- ${'x'.repeat(97)}\n`;
  const body = releaseBody({ ...next, notes: line.repeat(5000) }, at);
  expect(body.length).toBeLessThanOrEqual(limit);
  expect(body.length).toBeGreaterThan(limit - 2 * line.length);
  expect(body.endsWith(`${line}\n…\n\nEvery change: ${at}/compare/v0.1.0...v0.2.0\n`)).toBe(true);
  expect(await publishRelease(hub.octokit(), repository, next, body)).toEqual({ did: 'created', url });
});
