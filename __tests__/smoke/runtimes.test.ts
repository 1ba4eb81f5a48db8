import { dirname, join } from 'node:path';
import { type Cloud, startCloud } from '../../scenario/cloud';
import { run } from '../../simulator/process';
import { Workspace } from '../../scenario/workspace';
import { root, succeeded, synth } from './program';
import { envWith, onPath, runtime } from './runtime';

const cdktf = join(root, 'node_modules', 'cdktf-cli', 'bundle', 'bin', 'cdktf');
const workspaces: Workspace[] = [];

/** Where the Node of this test run lies. */
const ownBin = dirname(process.execPath);

let cloud: Cloud;
/** What the Node of this test run makes of the program: every stack's JSON. */
let expected: Record<string, string>;

beforeAll(async () => {
  cloud = await startCloud();
  expected = await synth(workspace().folder, envWith(ownBin));
  cloud.spaces.createBucket(stackOf('staging').terraform.backend.s3.bucket);
});

afterAll(async () => {
  await cloud.close();
  workspaces.forEach((workspace) => workspace.remove());
});

function workspace(): Workspace {
  const made = new Workspace(root, () => cloud.env());
  workspaces.push(made);
  return made;
}

/** `cdktf diff staging` from nothing, with everything that is called `node` from this folder. */
async function diff(bin: string, extra: NodeJS.ProcessEnv = {}): Promise<string> {
  const env = { ...envWith(bin), ...cloud.env(), CI: '1', TF_INPUT: '0', TF_IN_AUTOMATION: '1', ...extra };
  return succeeded(await run('node', [cdktf, 'diff', 'staging', '--no-color'], { cwd: workspace().folder, env }))
    .output;
}

interface StackJson {
  readonly terraform: { readonly backend: { readonly s3: { readonly bucket: string } } };
  readonly resource: Record<string, Record<string, unknown>>;
}

const stackOf = (name: string): StackJson => JSON.parse(expected[name]!) as StackJson;

/** The line that a plan of staging from nothing must end with. */
function summary(): string {
  return `Plan: ${Object.values(stackOf('staging').resource).reduce((sum, named) => sum + Object.keys(named).length, 0)} to add, 0 to change, 0 to destroy.`;
}

const summaryOf = (output: string): string | undefined => /Plan: .*\./.exec(output)?.[0];

for (const node of ['20.20.2', '22.23.3', '24.21.0'].map(runtime)) {
  const why = node.missing === undefined ? '' : ` (skipped: ${node.missing})`;
  const bin = node.missing === undefined ? node.bin : '';
  (why === '' ? describe : describe.skip)(`Node ${node.version}${why}`, () => {
    test('is the Node that these commands find', async () => {
      const { stdout } = await run('sh', ['-c', 'node --version'], { cwd: root, env: envWith(bin) });
      expect(stdout.trim()).toBe(`v${node.version}`);
    });

    test("synthesizes every stack byte for byte as the others do, so that nobody's Node shows in a plan", async () => {
      expect(await synth(workspace().folder, envWith(bin))).toEqual(expected);
    });

    test('runs the CLI itself: cdktf diff says what it would add', async () => {
      expect(summaryOf(await diff(bin))).toBe(summary());
    });
  });
}

const tofu = onPath('tofu');
(tofu ? test : test.skip)(`OpenTofu plans the very same JSON${tofu ? '' : ' (skipped: no tofu on PATH)'}`, async () => {
  expect(summaryOf(await diff(ownBin, { TERRAFORM_BINARY_NAME: 'tofu' }))).toBe(summary());
});
