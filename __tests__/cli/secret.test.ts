import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cloud, startCloud } from '../../scenario/cloud';
import { Project } from './project';

let project: Project;
let cloud: Cloud;
beforeEach(async () => {
  project = new Project();
  cloud = await startCloud();
});
afterEach(async () => {
  await cloud.close();
  project.remove();
});

const canary = 'canary-9f2c51';
const ciphertexts = () => join(project.folder, 'environments/production.secrets.json');
const environment = { repository: 'acme/asset-archive', environment: 'production' };

async function makeEnvironment(): Promise<void> {
  const { GITHUB_API_URL: api, GITHUB_TOKEN: token } = cloud.env();
  const { status } = await fetch(`${api}/repos/acme/asset-archive/environments/production`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}` },
    body: '{}',
  });
  expect(status).toBe(200);
}

test('a secret goes from standard input to GitHub sealed: the repository has ciphertext, and later plans are clean', async () => {
  // as bootstrap leaves it, which has tests of its own
  cloud.spaces.createBucket('asset-archive-state');
  const terraform = (...args: string[]) =>
    project.run(
      process.env.TERRAFORM_BINARY_NAME ?? 'terraform',
      ['-chdir=cdktf.out/stacks/production', ...args, '-no-color'],
      cloud.env(),
    );
  const deploy = async (): Promise<string> => {
    await project.run(process.execPath, ['--require', './bin/typescript.js', 'main.ts']);
    const init = await terraform('init');
    const applied = await terraform('apply', '-auto-approve');
    expect([init.code, applied.code === 0 ? '' : applied.output]).toEqual([0, '']);
    return applied.output;
  };
  const first = await deploy();
  const set = await project.berthWithInput(
    `${canary}\n`,
    ['secret', 'set', 'production', 'SENTRY_AUTH_TOKEN'],
    cloud.env(),
  );
  expect([set.code, set.output]).toEqual([
    0,
    'SENTRY_AUTH_TOKEN is sealed in environments/production.secrets.json. Commit it; the next deploy of production hands it to GitHub.\n',
  ]);
  const second = await deploy();
  expect(await cloud.github.secretValue(environment, 'SENTRY_AUTH_TOKEN')).toBe(canary);

  const kept = readFileSync(ciphertexts(), 'utf8');
  expect(Object.keys(JSON.parse(kept) as object)).toEqual(['SENTRY_AUTH_TOKEN']);
  const json = readFileSync(join(project.folder, 'cdktf.out/stacks/production/cdk.tf.json'), 'utf8');
  for (const text of [kept, json, first, second, set.output]) expect(text).not.toContain(canary);

  const plan = await terraform('plan', '-detailed-exitcode');
  expect([plan.code, plan.code === 0 ? '' : plan.output]).toEqual([0, '']);
});

const age = (script: string) =>
  project.run(process.execPath, [
    '--input-type=module',
    '-e',
    `import * as age from ${JSON.stringify(require.resolve('age-encryption'))};${script}`,
  ]);
const newKey = async () =>
  (await age('const i = await age.generateIdentity(); console.log(i, await age.identityToRecipient(i))')).stdout
    .trim()
    .split(' ') as [string, string];
/** As the machine does it, in the bucket that only its own key and the owner's open. */
const announce = async (recipient: string): Promise<void> => {
  if (!cloud.spaces.bucket('asset-archive-production-backups'))
    cloud.spaces.createBucket('asset-archive-production-backups', 'fra1');
  await cloud.spaces.put('asset-archive-production-backups', 'machine/recipient', `${recipient}\n`);
};
const set = (name: string, ...options: string[]) =>
  project.berthWithInput(`${canary}\n`, ['secret', 'set', 'production', name, ...options], cloud.env());
const recipients = (): string[] =>
  Object.values(
    JSON.parse(readFileSync(ciphertexts(), 'utf8')) as Record<string, { machine: { recipient: string } }>,
  ).map(({ machine }) => machine.recipient);

test("a service's secret is sealed to the machine's own key: nobody else can open it", async () => {
  const [identity, recipient] = await newKey();
  await announce(recipient);
  const { code, output } = await project.berthWithInput(
    `${canary}\n`,
    ['secret', 'set', 'production', 'SMTP_URL'],
    cloud.env(),
  );
  expect([code, output]).toEqual([
    0,
    'SMTP_URL is sealed in environments/production.secrets.json. Commit it; the next deploy of production hands it to the machine (api).\n',
  ]);
  const {
    SMTP_URL: { machine },
  } = JSON.parse(readFileSync(ciphertexts(), 'utf8')) as Record<
    string,
    { machine: { recipient: string; sealed: string } }
  >;
  expect(machine!.recipient).toBe(recipient);
  expect(machine!.sealed).not.toContain(canary);
  const opened = await age(
    `const d = new age.Decrypter(); d.addIdentity('${identity}'); console.log(await d.decrypt(age.armor.decode(${JSON.stringify(machine!.sealed)}), 'text'))`,
  );
  expect(opened.stdout.trim()).toBe(canary);
  await project.run(process.execPath, ['--require', './bin/typescript.js', 'main.ts']);
  expect(readFileSync(join(project.folder, 'cdktf.out/stacks/production/cdk.tf.json'), 'utf8')).toContain(
    'BEGIN AGE ENCRYPTED FILE',
  );
});

test("CI's key, which writes the exchange bucket, cannot have a secret sealed to somebody else", async () => {
  const [, forged] = await newKey();
  cloud.spaces.createBucket('asset-archive-production-exchange', 'fra1');
  await cloud.spaces.put(
    'asset-archive-production-exchange',
    'machine/report.json',
    JSON.stringify({ version: 1, at: new Date().toISOString(), recipient: forged }),
  );
  expect(await set('SMTP_URL')).toMatchObject({ code: 1 });
  const [, recipient] = await newKey();
  await announce(recipient);
  expect(await set('SMTP_URL')).toMatchObject({ code: 0 });
  expect(recipients()).toEqual([recipient]);
});

test("another key than the repository's is refused with both shown, until somebody says that the volume is new", async () => {
  const [[, first], [, second]] = [await newKey(), await newKey()];
  await announce(first);
  expect(await set('SMTP_URL')).toMatchObject({ code: 0 });
  await announce(second);
  const refused = await set('SMTP_URL');
  expect([refused.code, refused.output]).toEqual([
    1,
    expect.stringContaining(`announced   ${second}\n  repository  ${first}\n`) as string,
  ]);
  expect(recipients()).toEqual([first]);
  expect(await set('SMTP_URL', '--new-volume')).toMatchObject({ code: 0 });
  expect(recipients()).toEqual([second]);
});

test("without a way to the machine's word, the key in the repository is enough", async () => {
  const [, first] = await newKey();
  await announce(first);
  await set('SMTP_URL');
  cloud.spaces.delete('asset-archive-production-backups', 'machine/recipient');
  expect(await set('SMTP_URL')).toMatchObject({ code: 0 });
  expect(recipients()).toEqual([first]);
});

test("what is no key of age is nobody's", async () => {
  await announce('age1\u001b[2Jmachine');
  expect(await set('SMTP_URL')).toMatchObject({
    code: 1,
    output: expect.stringContaining('holds no public key of age ("age1machine")') as string,
  });
});

test.each<[string, string[], string, string]>([
  [
    'an unknown environment',
    ['prodction', 'SENTRY_AUTH_TOKEN'],
    'x',
    'there is no environment "prodction"; there are: production, staging; did you mean "production"?',
  ],
  [
    'a name that the environment does not declare',
    ['production', 'SENTRY_TOKEN'],
    'x',
    'production declares no secret "SENTRY_TOKEN" (it declares SENTRY_AUTH_TOKEN, SMTP_URL): name it in a service\'s secrets, in registries, or in github.secrets, first',
  ],
  [
    'a secret of a machine that is only a record',
    ['production', 'SMTP_URL'],
    'x',
    'the machines of this rehearsal are records, and none has a key that a secret could be sealed to: with --boot they are real (npx berth sandbox --boot -- npx cdktf deploy production)',
  ],
  [
    'a name that GitHub refuses',
    ['production', 'GITHUB_PAT'],
    'x',
    '"GITHUB_PAT" cannot be a secret\'s name at GitHub: may not start with GITHUB_ (docs.github.com/en/actions/reference/security/secrets)',
  ],
  [
    'no value',
    ['production', 'SENTRY_AUTH_TOKEN'],
    '',
    'no value was given for SENTRY_AUTH_TOKEN: type it at the prompt, or hand it over on standard input',
  ],
  [
    'more than GitHub takes',
    ['production', 'SENTRY_AUTH_TOKEN'],
    'x'.repeat(49_153),
    'the value of SENTRY_AUTH_TOKEN takes 49153 bytes; GitHub takes 49,152 at most',
  ],
])('%s is an error that says what to do, and nothing is kept', async (_, args, input, message) => {
  await makeEnvironment();
  const { code, output } = await project.berthWithInput(input, ['secret', 'set', ...args], cloud.env());
  expect([code, output.trim()]).toEqual([1, message]);
  expect(existsSync(ciphertexts())).toBe(false);
});

test('a machine that has not booted yet has to be deployed first', async () => {
  const { code, output } = await project.berthWithInput('x', ['secret', 'set', 'production', 'SMTP_URL'], {
    ...cloud.env(),
    BERTH_MACHINES: undefined,
  });
  expect([code, output.trim()]).toEqual([
    1,
    'the machine of production has no encryption key yet: deploy production first, and look at `npx berth status production`',
  ]);
});

test('an environment that GitHub does not know yet is said to need a first deploy', async () => {
  const { code, output } = await project.berthWithInput(
    canary,
    ['secret', 'set', 'production', 'SENTRY_AUTH_TOKEN'],
    cloud.env(),
  );
  expect([code, output.trim()]).toEqual([
    1,
    'GitHub knows no environment "production" in acme/asset-archive (or the token may not see it): deploy production once, then set its secrets',
  ]);
});

test("a value on the command line is refused: it would be in the process list and in the shell's history", async () => {
  const { code, output } = await project.berth(
    ['secret', 'set', 'production', 'SENTRY_AUTH_TOKEN', canary],
    cloud.env(),
  );
  expect(code).toBe(2);
  expect(output).not.toContain(canary);
});

test.each([
  [
    'bytes that are no text',
    Buffer.of(0x89, 0x50, 0x4e, 0x47, 0xff),
    'is not text (not UTF-8), and an environment variable holds text alone',
  ],
  ['a NUL', Buffer.from('a\0b'), 'holds a NUL byte, which no environment variable can'],
])('%s cannot be a secret: it would arrive as something else, so base64 is asked for', async (_, bytes, message) => {
  await makeEnvironment();
  const { code, output } = await project.berthWithInput(
    bytes,
    ['secret', 'set', 'production', 'SENTRY_AUTH_TOKEN'],
    cloud.env(),
  );
  expect([code, output]).toEqual([
    1,
    `the value of SENTRY_AUTH_TOKEN ${message}: hand it over as base64, and have the service decode it: base64 --wrap=0 FILE | npx berth secret set …\n`,
  ]);
  expect(existsSync(ciphertexts())).toBe(false);
});
