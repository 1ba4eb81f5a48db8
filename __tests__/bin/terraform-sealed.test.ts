import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Finished, run } from '../../simulator/process';

const sealed = join(__dirname, '../../bin/terraform-sealed');
let folder: string;
let plan: string;
beforeAll(() => {
  // a place with a space in it, as people have them
  folder = mkdtempSync(join(tmpdir(), 'sealed terraform '));
  plan = join(folder, 'the plan');
  writeFileSync(plan, '');
  // says how it was called, and ends as it is told
  writeFileSync(
    join(folder, 'terraform'),
    `#!/bin/sh
trap 'exit 7' INT
for word; do printf '[%s]' "$word"; done
if [ "$1" = output ]; then while :; do sleep 0.05; done; fi
exit "\${ENDS_WITH:-0}"
`,
  );
  chmodSync(join(folder, 'terraform'), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  BERTH_SEALED_TERRAFORM: join(folder, 'terraform'),
  BERTH_SEALED_PLAN: plan,
  ...more,
});
const terraform = (args: readonly string[], more?: NodeJS.ProcessEnv): Promise<Finished> =>
  run(sealed, args, { cwd: folder, env: env(more) });

test.each([['apply', '-auto-approve', '-no-color'], ['apply'], ['apply', '-parallelism=3', '-input=false']])(
  '%s %s %s is the apply of the sealed plan',
  async (...args) => {
    expect(await terraform(args)).toMatchObject({ code: 0, output: `[apply][-no-color][-input=false][${plan}]` });
  },
);

test.each([['version', '-json'], ['-v'], ['init', '-no-color'], ['show', '-json', 'a file'], ['providers', 'lock']])(
  '%s %s is passed on',
  async (...args) => {
    expect(await terraform(args)).toMatchObject({ code: 0, output: args.map((word) => `[${word}]`).join('') });
  },
);

test.each([
  [
    ['apply', 'another.plan'],
    'terraform-sealed: refused: apply another.plan. Only the plan that was compared with the review is applied\n',
  ],
  [
    ['apply', '-destroy'],
    'terraform-sealed: refused: apply -destroy. Only the plan that was compared with the review is applied\n',
  ],
  [
    ['apply', '-auto-approve', '-replace=a.b'],
    'terraform-sealed: refused: apply -replace=a.b. Only the plan that was compared with the review is applied\n',
  ],
  [
    ['destroy', '-auto-approve'],
    'terraform-sealed: refused: destroy. While a sealed plan is applied nothing else may touch the state\n',
  ],
  [['plan'], 'terraform-sealed: refused: plan. While a sealed plan is applied nothing else may touch the state\n'],
  [
    ['state', 'rm', 'a.b'],
    'terraform-sealed: refused: state. While a sealed plan is applied nothing else may touch the state\n',
  ],
  [
    ['-chdir=elsewhere', 'apply'],
    'terraform-sealed: refused: -chdir=elsewhere. While a sealed plan is applied nothing else may touch the state\n',
  ],
  [[], 'terraform-sealed: refused: . While a sealed plan is applied nothing else may touch the state\n'],
])('%j is refused', async (args, output) => {
  expect(await terraform(args)).toMatchObject({ code: 2, output });
});

test('without a plan nothing is applied', async () => {
  for (const more of [
    { BERTH_SEALED_PLAN: undefined },
    { BERTH_SEALED_PLAN: join(folder, 'nowhere') },
    { BERTH_SEALED_PLAN: '' },
  ]) {
    expect(await terraform(['apply'], more)).toMatchObject({
      code: 2,
      output: 'terraform-sealed: refused: there is no sealed plan to apply\n',
    });
  }
  expect(await terraform(['apply'], { BERTH_SEALED_TERRAFORM: undefined })).toMatchObject({
    code: 2,
    output: expect.stringContaining('terraform-sealed: only berth deploy starts this') as string,
  });
});

test('it ends as Terraform ends, and a signal reaches Terraform itself', async () => {
  expect((await terraform(['init'], { ENDS_WITH: '3' })).code).toBe(3);
  const child = spawn(sealed, ['output'], { cwd: folder, env: env(), stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  child.kill('SIGINT');
  expect(await ended).toBe(7);
});
