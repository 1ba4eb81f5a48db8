import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Cloud, startCloud } from '../../scenario/cloud';
import type { Finished } from '../../simulator/process';
import { Workspace } from '../../scenario/workspace';
import { root } from './project';

const minutes = 60_000;
let cloud: Cloud;
let workspace: Workspace;
let pull: number;

beforeAll(async () => {
  cloud = await startCloud();
  workspace = new Workspace(root, () => ({
    ...cloud.env(),
    GITHUB_REPOSITORY: 'acme/asset-archive',
    GITHUB_SHA: 'c'.repeat(40),
  }));
  // as bootstrap leaves it, which has tests of its own
  cloud.spaces.createBucket('asset-archive-state');
  pull = await openPull();
}, 2 * minutes);
afterAll(async () => {
  await cloud.close();
  workspace.remove();
});

const github = async (method: string, path: string, body?: object): Promise<{ number: number }> => {
  const env = cloud.env();
  const response = await fetch(`${env.GITHUB_API_URL}/repos/acme/asset-archive${path}`, {
    method,
    headers: { authorization: `Bearer ${env.GITHUB_TOKEN}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as { number: number };
};

/** A labelled pull request. */
async function openPull(): Promise<number> {
  cloud.github.push({ repository: 'acme/asset-archive', branch: 'feature', files: { 'a.txt': 'a' } });
  const { number } = await github('POST', '/pulls', { title: 'A feature', head: 'feature', base: 'main' });
  await github('POST', `/issues/${number}/labels`, { labels: ['preview'] });
  return number;
}

const preview = (...args: string[]): Promise<Finished> => workspace.tryBerth(['preview', ...args]);
const listed = async () =>
  JSON.parse((await preview('list', '--json')).stdout) as { name: string; verdict: string; why: string }[];
const droplets = () => Object.values(cloud.digitalocean.state.droplets).map(({ name }) => name);

test(
  'a labelled pull request gets an environment of its own, which goes when it is closed; nothing is left on any side',
  async () => {
    const made = await preview('up', '--pull', String(pull));
    expect(made).toMatchObject({
      code: 0,
      output: expect.stringMatching(
        new RegExp(`https://pr-${pull}\\.preview\\.acme\\.example until \\d{4}-`),
      ) as string,
    });
    expect(droplets()).toEqual([`asset-archive-pr-${pull}`]);
    expect(await listed()).toEqual([expect.objectContaining({ name: `pr-${pull}`, verdict: 'keep' })]);
    expect(existsSync(join(workspace.folder, 'environments', `pr-${pull}.ts`))).toBe(false);

    expect(await preview('sweep')).toMatchObject({
      code: 0,
      output: expect.stringContaining(`pr-${pull}: keep`) as string,
    });
    expect(droplets()).toHaveLength(1);

    await github('PATCH', `/pulls/${pull}`, { state: 'closed' });
    expect(await preview('sweep')).toMatchObject({
      code: 0,
      output: expect.stringMatching(
        new RegExp(`pr-${pull}: remove: its pull request is closed[\\s\\S]*pr-${pull} is gone`),
      ) as string,
    });
    expect(droplets()).toEqual([]);
    expect(await listed()).toEqual([]);
  },
  3 * minutes,
);

test(
  "what carries a preview's tag without a state is named, and left alone",
  async () => {
    cloud.digitalocean.state.tags['asset-archive-pr-99'] = { name: 'asset-archive-pr-99' };
    const { DIGITALOCEAN_API_URL: api, DIGITALOCEAN_TOKEN: token } = cloud.env();
    const made = await fetch(`${api}/v2/volumes`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'left-over', size_gigabytes: 1, region: 'fra1', tags: ['asset-archive-pr-99'] }),
    });
    expect(made.status).toBe(201);
    const { code, output } = await preview('sweep');
    expect([code, output]).toEqual([
      1,
      expect.stringContaining(
        'pr-99: something carries its tag at DigitalOcean, and there is no state of it. Look at it in the control panel',
      ),
    ]);
    expect(Object.values(cloud.digitalocean.state.volumes).map(({ name }) => name)).toContain('left-over');
  },
  minutes,
);

test.each([
  [['up', '--pull', 'x'], 2, "argument 'x' is invalid. Give the number of a pull request."],
  [['list', '--repository', 'nobody'], 1, '"nobody" is no repository'],
])('a wrong command line is told: %j', async (args, code, says) => {
  expect(await preview(...args)).toMatchObject({ code, output: expect.stringContaining(says) as string });
});
