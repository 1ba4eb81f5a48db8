import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPlanFile } from '../../plan/plan-file';

// a plan of Terraform itself: of a stack without providers, so nothing is fetched
let folder: string;
let plan: string;
const stack = { output: { greeting: { value: 'hello' } }, '//': { metadata: 'of cdktf' } };
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plan-file-'));
  plan = join(folder, 'plan');
  mkdirSync(join(folder, 'stack'));
  writeFileSync(join(folder, 'stack/cdk.tf.json'), JSON.stringify(stack));
  execFileSync(process.env.TERRAFORM_BINARY_NAME ?? 'terraform', ['plan', '-out', plan, '-no-color'], {
    cwd: join(folder, 'stack'),
    stdio: 'ignore',
    env: { ...process.env, CHECKPOINT_DISABLE: '1' },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const damaged = (name: string, change: (bytes: Buffer) => Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, change(readFileSync(plan)));
  return path;
};

test('a plan file tells which configuration, which providers and which state it was made upon', () => {
  expect(readPlanFile(plan)).toEqual({
    stack: { output: stack.output },
    providerLock: { digest: expect.any(String) as string, providers: {} },
    state: { lineage: '', serial: 0 },
  });
});

test.each<[string, () => string, RegExp]>([
  [
    'is not there',
    () => join(folder, 'nowhere'),
    /cannot be read \(ENOENT\): `npx cdktf diff ENV` writes it; run that first$/,
  ],
  [
    'is empty',
    () => damaged('empty', () => Buffer.alloc(0)),
    /is no plan file, or not all of it: `npx cdktf diff ENV` writes one anew$/,
  ],
  [
    'is cut off',
    () => damaged('cut', (bytes) => bytes.subarray(0, bytes.length - 30)),
    /is no plan file, or not all of it/,
  ],
  ['is text', () => damaged('text', () => Buffer.from('{}')), /is no plan file, or not all of it/],
  [
    'is the archive of something else',
    () =>
      damaged('other', (bytes) =>
        Buffer.from(bytes.toString('latin1').replaceAll('tfconfig/m-/', 'tfcomedy/m-/'), 'latin1'),
      ),
    /holds no tfconfig\/m-\/cdk.tf.json: it was not written by Terraform 1.11 or a later one; plan again with the version in .terraform-version$/,
  ],
  [
    'is damaged in its middle',
    () =>
      damaged('hole', (bytes) => {
        const at = bytes.indexOf('tfconfig/m-/cdk.tf.json') + 'tfconfig/m-/cdk.tf.json'.length;
        return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(40, 0xff), bytes.subarray(at + 40)]);
      }),
    /is damaged at tfconfig\/m-\/cdk.tf.json: plan again$/,
  ],
])('a plan file that %s is said to be so', (_, path, message) => {
  expect(() => readPlanFile(path())).toThrow(message);
});
