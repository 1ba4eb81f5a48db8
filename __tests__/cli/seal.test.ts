import { account } from '../../simulator/account';
import { Project } from './project';

let project: Project;
beforeAll(() => {
  project = new Project();
});
afterAll(() => project.remove());

const env = { SPACES_ACCESS_KEY_ID: account.spaces.accessKey, SPACES_SECRET_ACCESS_KEY: account.spaces.secretKey };

// all of these end before anything is asked of anybody
test.each<[string, string[], NodeJS.ProcessEnv, string]>([
  [
    'seal without a plan',
    ['seal', 'staging', '--commit', 'a'.repeat(40)],
    env,
    'there is no synthesized stack "staging" in cdktf.out: run `npx cdktf diff staging` first\n',
  ],
  [
    'seal without a key',
    ['seal', 'staging'],
    {},
    'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set: reviews and history lie beside the state, and the Spaces key that opens it is needed\n',
  ],
  [
    'deploy of nothing that is there',
    ['deploy', 'stagign', '--yes'],
    env,
    'there is no environment "stagign"; there are: production, staging; did you mean "staging"?\n',
  ],
  [
    'deploy where nobody can be asked',
    ['deploy', 'staging'],
    env,
    'not a terminal: pass --yes to apply without confirmation\n',
  ],
  [
    'history of no entries',
    ['history', 'staging', '--limit', 'few'],
    env,
    '--limit: got "few"; a whole number of at least 1 is needed\n',
  ],
])('%s says what is missing', async (_, args, given, output) => {
  expect(await project.berth(args, given)).toMatchObject({ code: 1, output });
});

test('a plan of another stack, or of an earlier synth, is not sealed', async () => {
  project.write('one/cdk.tf.json', '{"output":{"a":{"value":1}}}');
  await project.run(process.env.TERRAFORM_BINARY_NAME ?? 'terraform', ['-chdir=one', 'plan', '-out=../plan'], {
    CHECKPOINT_DISABLE: '1',
  });
  project.write('cdktf.out/stacks/staging/cdk.tf.json', '{"output":{"a":{"value":2}}}');
  const { code, output } = await project.berth(['seal', 'staging', '--plan', 'plan', '--commit', 'a'.repeat(40)], env);
  expect([code, output]).toEqual([
    1,
    `${project.folder}/plan is a plan of another stack, or of another synth than the one in cdktf.out: \`npx cdktf diff staging\` plans anew\n`,
  ]);
});
