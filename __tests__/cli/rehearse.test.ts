import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withoutCredentials } from '../../simulator/credentials';
import { Project, root } from './project';

let project: Project;
beforeEach(() => {
  project = new Project();
});
afterEach(() => project.remove());

/** Beside the comment, which is there to be read. */
const leftBehind = () =>
  existsSync(join(project.folder, '.berth'))
    ? readdirSync(join(project.folder, '.berth')).filter((name) => name !== 'pull-request.md')
    : [];

test('the main job plays from nothing to the end, each step does what it says, and nothing is left', async () => {
  const { code, stdout, output } = await project.berth(['rehearse', '--json']);
  expect([code, code === 0 ? '' : output]).toEqual([0, '']);
  const rows = JSON.parse(stdout) as { step: string; summary: string; resources: number; seconds: number }[];
  expect(rows.map(({ step, summary, resources }) => [step, summary, resources])).toEqual([
    ['bootstrap the state bucket', 'asset-archive-state: versions on, locks proven', 1],
    ['deploy staging', '198.51.100.1 serves staging.acme.example', 34],
    ['deploy production', '198.51.100.2 serves acme.example', 57],
    ['plan again', 'clean, both', 0],
    ['add an environment', 'environments/preview.ts, one new file', 34],
    ['a daily edit', 'LOG_LEVEL debug → info, in place; no machine touched', 1],
    ['a pull request', 'api 512 → 640 MiB: reviewed in one comment, and at the merge exactly that was applied', 1],
    ['raise a generation', expect.stringMatching(/^machine \d+ → \d+; volume, address and domain stay$/), 14],
    ["find a change behind Terraform's back", 'port 22 open to everybody: found, and closed', 1],
    ['destroy an environment', 'preview is gone; the others stand', 34],
  ]);
  expect(readFileSync(join(project.folder, '.berth', 'pull-request.md'), 'utf8')).toMatch(
    /^<!-- berth:review [\s\S]*\*\*production\*\*: api memory 512 → 640 MiB, in place · \\\+\$0\.00 a month[\s\S]*512 → 640 MiB/,
  );
  expect(leftBehind()).toEqual([]);
  expect(readdirSync(join(project.folder, 'environments')).sort()).toEqual([
    'previews.ts',
    'product.ts',
    'production.ts',
    'staging.ts',
    'state.ts',
  ]);
}, 240_000);

test('a step that fails ends the play with its reason, a table, and not with 0', async () => {
  project.edit('production.ts', "domain: 'acme.example'", "domain: 'Acme'");
  const { code, output } = await project.berth(['rehearse']);
  expect(code).toBe(1);
  expect(output).toMatch(/✗ 1\/10 bootstrap the state bucket/);
  expect(output).toMatch(/bootstrap the state bucket {2}failed/);
  expect(output).toContain('environments/production.ts is invalid:');
  expect(output).not.toContain('2/10');
  expect(leftBehind()).toEqual([]);
}, 120_000);

test('Ctrl-C ends it soon, and nothing is left', async () => {
  const child = spawn(process.execPath, [join(root, 'bin/berth.js'), 'rehearse'], {
    cwd: project.folder,
    env: withoutCredentials(process.env),
    stdio: 'ignore',
    detached: true,
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  while (leftBehind().length === 0) await sleep(20);
  await sleep(500);
  // as a terminal sends it: to the whole group
  process.kill(-child.pid!, 'SIGINT');
  expect(await ended).toBe(1);
  expect(leftBehind()).toEqual([]);
}, 120_000);
