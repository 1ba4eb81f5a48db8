import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Project } from './project';

let project: Project;
beforeEach(() => {
  project = new Project();
});
afterEach(() => project.remove());

test('one file adds an environment: `env new` writes it, and list, show and synth know it', async () => {
  const made = await project.berth(['env', 'new', 'demo', '--from', 'staging']);
  expect([made.code, made.stdout]).toEqual([
    0,
    [
      'environments/demo.ts is written, from environments/staging.ts: demo on demo.acme.example.',
      'Next:',
      '  npx berth env show demo',
      '  npx berth sandbox -- npx cdktf deploy demo --auto-approve',
      '  open a pull request with the file',
      '',
    ].join('\n'),
  ]);
  const list = await project.berth(['env', 'list', '--json']);
  expect(
    (JSON.parse(list.stdout) as { name: string; domain: string }[]).map(({ name, domain }) => [name, domain]),
  ).toEqual([
    ['demo', 'demo.acme.example'],
    ['production', 'acme.example'],
    ['staging', 'staging.acme.example'],
  ]);
  const synth = await project.run(process.execPath, ['--require', './bin/typescript.js', 'main.ts']);
  expect([synth.code, synth.output]).toEqual([0, '']);
  expect(existsSync(join(project.folder, 'cdktf.out/stacks/demo/cdk.tf.json'))).toBe(true);
});

test('an environment made from production leaves the rules of the default branch with production', async () => {
  expect(
    await project.berth(['env', 'new', 'second', '--from', 'production', '--domain', 'second.acme.example']),
  ).toMatchObject({ code: 0 });
  expect(readFileSync(join(project.folder, 'environments/second.ts'), 'utf8')).not.toContain('defaultBranch');
});

test.each([
  [
    'a name that cannot be',
    ['env', 'new', 'Demo_1'],
    '"Demo_1" cannot be an environment\'s name: at most 24 lower-case letters, digits and single "-", starting with a letter',
  ],
  [
    'a name that is taken',
    ['env', 'new', 'staging'],
    'environments/staging.ts exists already: choose another name, or edit it',
  ],
  [
    'an unknown one to start from',
    ['env', 'new', 'demo', '--from', 'stagin'],
    'there is no environment "stagin"; there are: production, staging; did you mean "staging"?',
  ],
  ['an unknown one to show', ['env', 'show', 'prod'], 'there is no environment "prod"; there are: production, staging'],
])('%s is an error that says what to do, and nothing is written', async (_, args, message) => {
  const { code, output } = await project.berth(args);
  expect([code, output.trim()]).toEqual([1, message]);
  expect(existsSync(join(project.folder, 'environments/demo.ts'))).toBe(false);
});

test('`env show` tells every value and where it came from', async () => {
  const { code, stdout } = await project.berth(['env', 'show', 'staging']);
  expect(code).toBe(0);
  const told = (path: string) =>
    stdout
      .split('\n')
      .find((line) => line.startsWith(`${path} `))
      ?.replace(/\s+/g, ' ');
  expect(told('platform.size')).toBe('platform.size environment "s-2vcpu-4gb"');
  expect(told('platform.image')).toBe('platform.image default "debian-13-x64"');
  expect(told('services.api.health.path')).toBe('services.api.health.path product "/api/v1/health"');
  expect(told('services.api.replicas')).toBe('services.api.replicas environment 1');
  expect(told('services.cms.route')).toBe('services.cms.route product {"host":"cms"}');
});

test('a broken file never gets past synth, and every mistake in every file is told', async () => {
  project.edit('staging.ts', "size: 's-2vcpu-4gb'", "size: 's-2vcpu-4g'");
  project.edit('production.ts', 'backups: { keepDays: 30 }', 'backups: { keepDay: 30 }');
  const { code, output } = await project.run(process.execPath, ['--require', './bin/typescript.js', 'main.ts']);
  expect(code).not.toBe(0);
  expect(output).toContain(
    'environments/production.ts is invalid:\n  backups.keepDay  unknown; did you mean "keepDays"?',
  );
  expect(output).toContain(
    'environments/staging.ts is invalid:\n  platform.size  got "s-2vcpu-4g"; allowed are DigitalOcean\'s slugs (`npx berth sizes` lists them); did you mean "s-2vcpu-4gb"?',
  );
  expect(existsSync(join(project.folder, 'cdktf.out'))).toBe(false);
});
