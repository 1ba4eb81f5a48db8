import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startCloud } from '../../scenario/cloud';
import { run } from '../../simulator/process';
import { Project, root } from './project';

let project: Project;
beforeEach(() => {
  project = new Project();
});
afterEach(() => project.remove());

test('help is everywhere, and is no error', async () => {
  for (const args of [
    [],
    ['env'],
    ['env', 'new'],
    ['rehearse'],
    ['sandbox'],
    ['bootstrap'],
    ['secret', 'set'],
    ['sizes'],
    ['up'],
    ['down'],
  ]) {
    const { code, stdout } = await project.berth([...args, '--help']);
    expect([args, code, stdout.startsWith('Usage: berth')]).toEqual([args, 0, true]);
  }
});

test.each([
  [['rehears'], "error: unknown command 'rehears'\n(Did you mean rehearse?)"],
  [['rehearse', '--fast'], "error: unknown option '--fast'"],
  [
    ['rehearse', '--providers', 'mine'],
    "error: option '--providers <which>' argument 'mine' is invalid. Allowed choices are stand-in, registry.",
  ],
  [['env', 'show'], "error: missing required argument 'name'"],
])('a wrong command line ends with 2 and says what is wrong: %j', async (args, message) => {
  const { code, output } = await project.berth(args);
  expect([code, output.includes(message)]).toEqual([2, true]);
});

test('outside of a project it says where to go', async () => {
  const { code, output } = await run(process.execPath, [join(root, 'bin/berth.js'), 'env', 'list'], {
    cwd: '/',
    env: process.env,
  });
  expect([code, output]).toEqual([1, "no cdktf.json in / or above it: change into the project's folder first\n"]);
});

test('`sizes --refresh` takes sizes and prices from the API, with the day and the source', async () => {
  const cloud = await startCloud();
  try {
    // the copy's definition is the project's own, so the file is written by a copy of the folder
    rmSync(join(project.folder, 'definition'));
    cpSync(join(root, 'definition'), join(project.folder, 'definition'), { recursive: true });
    const { code, output } = await project.berth(['sizes', '--refresh'], cloud.env());
    expect([code, output]).toEqual([
      0,
      expect.stringMatching(/^\d+ sizes written to definition\/data\/droplet-sizes\.json\n$/),
    ]);
    const written = JSON.parse(readFileSync(join(project.folder, 'definition/data/droplet-sizes.json'), 'utf8')) as {
      asOf: string;
      source: string;
      sizes: object[];
    };
    expect(written.asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(written.source).toContain('/v2/sizes');
    expect(written.sizes).toContainEqual({ slug: 's-2vcpu-4gb', vcpus: 2, memory: 4096, disk: 80, priceMonthly: 24 });
  } finally {
    await cloud.close();
  }
  expect(await project.berth(['sizes', '--refresh'])).toMatchObject({
    code: 1,
    output: 'DIGITALOCEAN_TOKEN is not set: a token that may read sizes (scope "sizes:read") is needed\n',
  });
});

test('a reader that has seen enough is no error', async () => {
  const { code, output } = await project.run('sh', [
    '-c',
    `"${process.execPath}" "${join(root, 'bin/berth.js')}" env show staging | head -n 1`,
  ]);
  expect([code, output.split('\n').length]).toEqual([0, 2]);
});
