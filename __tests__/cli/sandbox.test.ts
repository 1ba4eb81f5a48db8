import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { controlSocket, sandboxFolder } from '../../scenario/sandbox';
import { Project, root } from './project';

let project: Project;
beforeEach(() => {
  project = new Project();
});
afterEach(async () => {
  await gone();
  project.remove();
});

const sandbox = (args: readonly string[], env?: NodeJS.ProcessEnv) => project.berth(['sandbox', ...args], env);
const call = (path: string, options = '') => [
  '--',
  'sh',
  '-c',
  `curl -s ${options} -H "Authorization: Bearer $DIGITALOCEAN_TOKEN" "$DIGITALOCEAN_API_URL${path}"`,
];
const node = (script: string) => ['--', process.execPath, '-e', script];

/** The sandbox's process ends by itself soon after the last command left. */
async function gone(): Promise<void> {
  for (let waited = 0; existsSync(controlSocket(sandboxFolder(project.folder))); waited += 50) {
    if (waited > 10_000) throw new Error('the sandbox did not end');
    await sleep(50);
  }
}

const makeTag = node(
  "fetch(process.env.DIGITALOCEAN_API_URL+'/v2/tags',{method:'POST',headers:{authorization:'Bearer '+process.env.DIGITALOCEAN_TOKEN,'content-type':'application/json'},body:JSON.stringify({name:'left-behind'})}).then(r=>console.log(r.status))",
);
const countTags = node(
  "fetch(process.env.DIGITALOCEAN_API_URL+'/v2/tags',{headers:{authorization:'Bearer '+process.env.DIGITALOCEAN_TOKEN}}).then(r=>r.json()).then(b=>console.log(b.tags.length))",
);

test("what one command makes is there for the next, after the sandbox's process has ended too, until it is reset", async () => {
  expect(await sandbox(makeTag)).toMatchObject({ code: 0, stdout: '201\n' });
  await gone();
  expect(await sandbox(countTags)).toMatchObject({ code: 0, stdout: '1\n' });
  const status = await sandbox(['--status', '--json']);
  expect(JSON.parse(status.stdout)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ service: 'digitalocean', noun: 'tags', count: 1, names: ['left-behind'] }),
    ]),
  );
  await gone();
  expect(await sandbox(['--reset'])).toMatchObject({ code: 0, stdout: 'the sandbox is empty\n' });
  expect(await sandbox(countTags)).toMatchObject({ code: 0, stdout: '0\n' });
});

test("the command's exit code is the sandbox's, and a command that is not there is an error", async () => {
  expect((await sandbox(['--', 'sh', '-c', 'exit 7'])).code).toBe(7);
  expect((await sandbox(['--', 'sh', '-c', 'kill -TERM $$'])).code).toBe(143);
  expect(await sandbox(['--', 'no-such-command'])).toMatchObject({
    code: 1,
    output: 'no-such-command was not found on PATH\n',
  });
  expect(await sandbox([])).toMatchObject({
    code: 1,
    output: 'a command is required: npx berth sandbox -- CMD…, or --status, or --reset\n',
  });
});

test("nobody's credentials get in, whatever they are called", async () => {
  const planted = {
    DIGITALOCEAN_TOKEN: 'canary',
    DIGITALOCEAN_ACCESS_TOKEN: 'canary',
    SPACES_SECRET_ACCESS_KEY: 'canary',
    AWS_SESSION_TOKEN: 'canary',
    AWS_PROFILE: 'canary',
    AWS_SECRET_ACCESS_KEY: 'canary',
    GITHUB_TOKEN: 'canary',
    GH_TOKEN: 'canary',
    GH_ENTERPRISE_TOKEN: 'canary',
    TF_TOKEN_app_terraform_io: 'canary',
    TF_VAR_password: 'canary',
    TF_CLI_ARGS: 'canary',
    HTTPS_PROXY: 'canary',
    MY_API_KEY: 'canary',
    NPM_TOKEN: 'canary',
    DB_PASSWORD: 'canary',
  };
  const { stdout } = await sandbox(node('console.log(JSON.stringify(process.env))'), { ...planted, KEPT: 'kept' });
  expect(stdout).not.toContain('canary');
  expect(JSON.parse(stdout)).toMatchObject({
    KEPT: 'kept',
    BERTH_REHEARSAL: '1',
    DIGITALOCEAN_TOKEN: expect.stringMatching(/^dop_v1_[0-9a-f]{64}$/) as string,
  });
});

test('it listens on the loopback interface alone', async () => {
  const { stdout } = await sandbox(
    node(
      'const e=process.env;console.log(JSON.stringify([e.DIGITALOCEAN_API_URL,e.GITHUB_API_URL,e.AWS_ENDPOINT_URL_S3].map(u=>new URL(u).hostname)))',
    ),
  );
  expect(JSON.parse(stdout)).toEqual(['127.0.0.1', '127.0.0.1', '127.0.0.1']);
});

test('two commands at once share one cloud, and it may not be reset under them', async () => {
  const waiting = spawn(process.execPath, [join(root, 'bin/berth.js'), 'sandbox', ...node('setTimeout(()=>0,60000)')], {
    cwd: project.folder,
    stdio: 'ignore',
  });
  try {
    while (!existsSync(controlSocket(sandboxFolder(project.folder)))) await sleep(50);
    expect(await sandbox(makeTag)).toMatchObject({ code: 0, stdout: '201\n' });
    expect(await sandbox(countTags)).toMatchObject({ code: 0, stdout: '1\n' });
    expect(await sandbox(['--reset'])).toMatchObject({
      code: 1,
      output: 'a command is in this sandbox: end it first, then --reset\n',
    });
  } finally {
    const ended = new Promise((resolve) => waiting.once('exit', resolve));
    waiting.kill('SIGTERM');
    await ended;
  }
});

test('a fault plan makes calls go wrong, and a plan that is none is an error', async () => {
  project.write('faults.yaml', '- service: digitalocean\n  path: ^/v2/account\n  status: 503\n');
  expect(
    await sandbox(['--faults', 'faults.yaml', ...call('/v2/account', '-o /dev/null -w "%{http_code}"')]),
  ).toMatchObject({ code: 0, stdout: '503' });
  await gone();
  project.write('faults.yaml', '- servce: digitalocean\n');
  const { code, output } = await sandbox(['--faults', 'faults.yaml', '--', 'true']);
  expect(code).toBe(1);
  expect(output).toBe(
    `${project.folder}/faults.yaml is invalid:\n  0  Unrecognized key: "servce"\n  0  does nothing: give it a status, a delayMs or a cut\n`,
  );
});

test("plain cdktf commands work inside; the stack's JSON is the same to the byte as outside", async () => {
  const synth = () =>
    project.run(process.execPath, [require.resolve('cdktf-cli/bundle/bin/cdktf'), 'synth'], { CI: '1' });
  const json = () =>
    ['staging', 'production', 'state'].map((stack) =>
      readFileSync(join(project.folder, `cdktf.out/stacks/${stack}/cdk.tf.json`), 'utf8'),
    );
  expect(await synth()).toMatchObject({ code: 0 });
  const outside = json();
  const cdktf = ['--', process.execPath, require.resolve('cdktf-cli/bundle/bin/cdktf')];
  expect(await sandbox(['--', process.execPath, join(root, 'bin/berth.js'), 'bootstrap'], { CI: '1' })).toMatchObject({
    code: 0,
  });
  const deploy = await sandbox([...cdktf, 'deploy', 'staging', '--auto-approve', '--no-color'], { CI: '1' });
  expect([deploy.code, deploy.code === 0 ? '' : deploy.output]).toEqual([0, '']);
  expect(deploy.output).toContain('Apply complete! Resources: 34 added, 0 changed, 0 destroyed.');
  const diff = await sandbox([...cdktf, 'diff', 'staging', '--no-color'], { CI: '1' });
  expect([diff.code, diff.output.includes('No changes. Your infrastructure matches the configuration.')]).toEqual([
    0,
    true,
  ]);
  expect(json()).toEqual(outside);
}, 120_000);
