import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { consequencesOf } from '../../plan/consequences';
import type { Acknowledgement } from '../../plan/policy-rule';
import { type Outcome, outcomesOf, policies } from '../../plan/policy';
import { aPlan, type Entry, realPlan } from './a-plan';
import { type Plan } from '../../plan/plan';

const today = '2026-11-21';
const judge = (plan: Plan, acknowledgements: readonly Acknowledgement[] = []): Outcome[] =>
  outcomesOf({ plan, consequences: consequencesOf(plan), today, acknowledgements });
const found = (...entries: Entry[]): string[] =>
  judge(aPlan(entries)).map(({ policy, message }) => `${policy}: ${message}`);
const stays = (address: string, after: object): Entry => ({ address, actions: ['no-op'], before: after, after });
const production = stays('digitalocean_project.project', { environment: 'Production' });
const check = stays('digitalocean_uptime_check.uptime', {});
const gone = ['delete', 'create'];
const rule = (port: string | null, from: string[], protocol = 'tcp') => ({
  protocol,
  port_range: port,
  source_addresses: from,
});
const desired = (service: object): string => JSON.stringify({ services: { api: service } });
const object = (content: string): Entry => stays('digitalocean_spaces_bucket_object.desired', { content });

// each rule by what it finds, and beside it what is nearly the same and right
test.each<[string, Entry[], string[]]>([
  [
    'a volume that is destroyed',
    [{ address: 'digitalocean_volume.data-volume', actions: ['delete'], before: {} }],
    ['data-destroyed: digitalocean_volume.data-volume is destroyed'],
  ],
  [
    'a bucket that is replaced',
    [{ address: 'digitalocean_spaces_bucket.b', actions: gone, before: {}, after: {} }],
    ['data-destroyed: digitalocean_spaces_bucket.b is replaced by an empty one'],
  ],
  [
    'a database that goes',
    [{ address: 'digitalocean_database_db.d', actions: ['delete'], before: {} }],
    ['data-destroyed: digitalocean_database_db.d is destroyed'],
  ],
  ['an object that goes', [{ address: 'digitalocean_spaces_bucket_object.o', actions: ['delete'], before: {} }], []],
  [
    'a machine that its name replaces',
    [
      {
        address: 'digitalocean_droplet.machine',
        actions: gone,
        before: { name: 'a' },
        after: { name: 'b' },
        replacePaths: [['name']],
      },
    ],
    [
      'machine-replaced-without-generation: digitalocean_droplet.machine is replaced because of name: raise `platform.generation` if it is meant',
    ],
  ],
  [
    'a machine whose generation falls',
    [
      { address: 'digitalocean_droplet.machine-3', actions: ['delete'], before: {} },
      { address: 'digitalocean_droplet.machine-2', actions: ['create'], after: {} },
    ],
    [
      'machine-replaced-without-generation: digitalocean_droplet.machine-2 is replaced: raise `platform.generation` if it is meant',
    ],
  ],
  [
    'a machine whose generation is raised',
    [
      { address: 'digitalocean_droplet.machine', actions: ['delete'], before: {} },
      { address: 'digitalocean_droplet.machine-2', actions: ['create'], after: {} },
    ],
    [],
  ],
  [
    'a machine whose next generation is there already',
    [
      { address: 'digitalocean_droplet.machine-9', actions: ['delete'], before: {} },
      { address: 'digitalocean_droplet.machine-10', actions: ['no-op'], before: {}, after: {} },
    ],
    [],
  ],
  [
    'a machine that goes with everything',
    [{ address: 'digitalocean_droplet.machine', actions: ['delete'], before: {} }],
    [],
  ],
  [
    "a size whose disk is smaller than the machine's",
    [
      {
        address: 'digitalocean_droplet.machine',
        before: { size: 's-4vcpu-8gb', disk: 160 },
        after: { size: 's-2vcpu-4gb', disk: 160 },
      },
    ],
    [
      'refused-by-digitalocean: digitalocean_droplet.machine cannot be resized: s-2vcpu-4gb has a disk of 80 GiB, and this machine has one of 160 GiB; raise `platform.generation` in the same edit, or take a size with as large a disk',
    ],
  ],
  [
    "a smaller size whose disk is as large as the machine's, which was made with a small one",
    [
      {
        address: 'digitalocean_droplet.machine',
        before: { size: 's-4vcpu-8gb', disk: 80 },
        after: { size: 's-2vcpu-4gb', disk: 80 },
      },
    ],
    [],
  ],
  [
    'an older version of a database cluster',
    [
      {
        address: 'digitalocean_database_cluster.managed-postgres',
        before: { engine: 'pg', version: '17' },
        after: { engine: 'pg', version: '16' },
      },
    ],
    [
      'refused-by-digitalocean: digitalocean_database_cluster.managed-postgres cannot go back from version 17 to 16: take the version back, or make another environment and restore a dump into it',
    ],
  ],
  [
    'a smaller size of a database cluster',
    [
      {
        address: 'digitalocean_database_cluster.managed-postgres',
        before: { engine: 'pg', size: 'db-s-2vcpu-4gb' },
        after: { engine: 'pg', size: 'db-s-1vcpu-2gb' },
      },
    ],
    [
      'refused-by-digitalocean: digitalocean_database_cluster.managed-postgres cannot be resized from db-s-2vcpu-4gb to db-s-1vcpu-2gb, whose nodes are smaller: keep its size, or make another environment and restore a dump into it',
    ],
  ],
  [
    'a smaller size of a cluster that is made anew',
    [
      {
        address: 'digitalocean_database_cluster.managed-postgres',
        actions: gone,
        before: { engine: 'pg', size: 'db-s-2vcpu-4gb' },
        after: { engine: 'pg', size: 'db-s-1vcpu-2gb' },
      },
    ],
    ['data-destroyed: digitalocean_database_cluster.managed-postgres is replaced by an empty one'],
  ],
  [
    'a larger size of a database cluster, and fewer nodes',
    [
      {
        address: 'digitalocean_database_cluster.managed-postgres',
        before: { engine: 'pg', size: 'db-s-1vcpu-2gb', node_count: 2 },
        after: { engine: 'pg', size: 'db-s-2vcpu-4gb', node_count: 1 },
      },
    ],
    [],
  ],
  [
    'a newer version of a database cluster',
    [
      {
        address: 'digitalocean_database_cluster.managed-postgres',
        before: { engine: 'pg', version: '16' },
        after: { engine: 'pg', version: '17' },
      },
    ],
    [],
  ],
  // docs.digitalocean.com/products/spaces/how-to/destroy: the name of a bucket that is gone cannot be used for two weeks or more
  [
    'a bucket that would be made anew under its own name',
    [
      {
        address: 'digitalocean_spaces_bucket.b',
        actions: gone,
        before: { name: 'a', region: 'fra1' },
        after: { name: 'a', region: 'ams3' },
        replacePaths: [['region']],
      },
    ],
    [
      'data-destroyed: digitalocean_spaces_bucket.b is replaced by an empty one',
      'refused-by-digitalocean: digitalocean_spaces_bucket.b cannot be made again as "a": Spaces keeps the name of a destroyed bucket for two weeks or more; set another `platform.bucketPrefix` in the same edit',
      'region-change: 1 resource moves from fra1 to ams3, and data does not move along: make another environment there, move the data, then destroy this one',
    ],
  ],
  [
    'SSH from everywhere',
    [stays('digitalocean_firewall.firewall', { inbound_rule: [rule('22', ['0.0.0.0/0', '192.0.2.1/32'])] })],
    ['open-to-everywhere: digitalocean_firewall.firewall lets 0.0.0.0/0 reach tcp 22: name the addresses that need it'],
  ],
  [
    'every port from everywhere',
    [stays('digitalocean_firewall.firewall', { inbound_rule: [rule('', ['::/0'], 'udp')] })],
    [
      'open-to-everywhere: digitalocean_firewall.firewall lets ::/0 reach udp on every port: name the addresses that need it',
    ],
  ],
  [
    'a range that begins with 80',
    [stays('digitalocean_firewall.firewall', { inbound_rule: [rule('80-443', ['0.0.0.0/0'])] })],
    [
      'open-to-everywhere: digitalocean_firewall.firewall lets 0.0.0.0/0 reach tcp 80-443: name the addresses that need it',
    ],
  ],
  [
    'the web from everywhere, pings, and SSH from somewhere',
    [
      stays('digitalocean_firewall.firewall', {
        inbound_rule: [
          rule('80', ['0.0.0.0/0']),
          rule('443', ['::/0']),
          rule(null, ['0.0.0.0/0'], 'icmp'),
          rule('22', ['203.0.113.7/32']),
        ],
      }),
    ],
    [],
  ],
  [
    'a firewall that goes',
    [
      {
        address: 'digitalocean_firewall.firewall',
        actions: ['delete'],
        before: { inbound_rule: [rule('22', ['0.0.0.0/0'])] },
      },
    ],
    [],
  ],
  [
    'a database that everybody reaches',
    [
      stays('digitalocean_database_firewall.f', {
        rule: [
          { type: 'ip_addr', value: '0.0.0.0/0' },
          { type: 'tag', value: 'x' },
        ],
      }),
    ],
    ["open-to-everywhere: digitalocean_database_firewall.f lets 0.0.0.0/0 reach the database: name the machine's tag"],
  ],
  [
    'a public bucket',
    [stays('digitalocean_spaces_bucket.b', { acl: 'public-read' })],
    ['public-bucket: digitalocean_spaces_bucket.b has acl public-read: everybody can read it; make it "private"'],
  ],
  ['a private bucket', [stays('digitalocean_spaces_bucket.b', { acl: 'private' })], []],
  [
    'a policy for everybody',
    [
      stays('digitalocean_spaces_bucket_policy.p', {
        policy: '{"Statement":[{"Effect":"Allow","Principal":{"AWS":["*"]}}]}',
      }),
    ],
    ['public-bucket: digitalocean_spaces_bucket_policy.p lets everybody in: name who may'],
  ],
  [
    'a password among the variables',
    [object(desired({ variables: { SMTP_PASSWORD: 'canary-hunter2' } }))],
    [
      'plaintext-secret: SMTP_PASSWORD of api stands in the clear (its name says that it is one): name it under `secrets`, and seal it with `npx berth secret set`',
    ],
  ],
  [
    'a URL with a password in it',
    [object(desired({ variables: { UPSTREAM: 'https://u:canary@x.example' } }))],
    [
      'plaintext-secret: UPSTREAM of api stands in the clear (its value has the form of a credential): name it under `secrets`, and seal it with `npx berth secret set`',
    ],
  ],
  [
    'variables that only sound so',
    [
      object(
        desired({
          variables: {
            TOKEN_TTL: '3600',
            AUTH_PROVIDER: 'github',
            PASSWORD_LENGTH: '12',
            LOG_LEVEL: 'debug',
            USE_TOKEN: 'true',
            SECRET_NAME: 'x',
          },
        }),
      ),
    ],
    [],
  ],
  [
    "a variable of GitHub's",
    [stays('github_actions_environment_variable.v', { variable_name: 'NPM_TOKEN', value: 'canary-npm' })],
    [
      "plaintext-secret: NPM_TOKEN at GitHub can be read by everybody who can read its workflows' logs (its name says that it is one): name it under `github.secrets`",
    ],
  ],
  [
    "a secret of GitHub's in the clear",
    [stays('github_actions_environment_secret.s', { plaintext_value: 'canary' })],
    [
      'plaintext-secret: github_actions_environment_secret.s has its value in the clear: seal it with `npx berth secret set`',
    ],
  ],
  [
    "a secret of GitHub's that Terraform made",
    [
      {
        address: 'github_actions_environment_secret.s',
        actions: ['no-op'],
        before: {},
        after: { plaintext_value: 'canary' },
        afterSensitive: { plaintext_value: true },
      },
    ],
    [],
  ],
  [
    'another region',
    [
      { address: 'digitalocean_vpc.network', actions: gone, before: { region: 'fra1' }, after: { region: 'ams3' } },
      { address: 'digitalocean_droplet.machine', before: { region: 'fra1' }, after: { region: 'ams3' } },
    ],
    [
      'region-change: 1 resource moves from fra1 to ams3, and data does not move along: make another environment there, move the data, then destroy this one',
    ],
  ],
  [
    'no backups of a machine with a volume',
    [stays('digitalocean_droplet.machine', { backups: false }), stays('digitalocean_volume.data-volume', {})],
    [
      'backups-off: DigitalOcean keeps no copies of digitalocean_droplet.machine\'s disk: set `platform.backups` to "weekly" or "daily"',
    ],
  ],
  ['no backups of a machine without data', [stays('digitalocean_droplet.machine', { backups: false })], []],
  [
    'an image by its tag',
    [object(desired({ image: 'ghcr.io/acme/api:latest' }))],
    [
      'unpinned-image: api names a tag, ghcr.io/acme/api:latest: name the repository alone, and let releases say which digest runs',
    ],
  ],
  [
    'images whose digest a release or the file says',
    [
      object(desired({ image: 'localhost:5000/acme/api' })),
      object(desired({ image: `ghcr.io/acme/api:1@sha256:${'0'.repeat(64)}` })),
    ],
    [],
  ],
  [
    'a production environment that may be destroyed',
    [
      production,
      check,
      stays('digitalocean_spaces_bucket.b', { force_destroy: true }),
      stays('digitalocean_spaces_bucket.c', { force_destroy: true }),
    ],
    [
      'unprotected: Terraform would destroy its volume, buckets and databases when asked to: take `protected: false` out',
    ],
  ],
  [
    'another environment that may be destroyed',
    [
      stays('digitalocean_project.project', { environment: 'Staging' }),
      stays('digitalocean_spaces_bucket.b', { force_destroy: true }),
    ],
    [],
  ],
  [
    'production that nobody looks at',
    [production],
    [
      'no-uptime-check: there is no uptime check, so nobody is told when the site is down: declare `alerts: { email: [ … ] }`',
    ],
  ],
  ['production with a check', [production, check], []],
])('%s: judged as it should be', (_, entries, expected) => {
  expect(found(...entries)).toEqual(expected);
  expect(JSON.stringify(judge(aPlan(entries)))).not.toContain('canary');
});

test('a daily edit of a sound environment troubles nobody', () => expect(judge(realPlan('memory'))).toEqual([]));

test('every policy has a section in docs/policies.md with its level, and every section a policy', () => {
  const text = readFileSync(join(__dirname, '../../docs/policies.md'), 'utf8');
  const sections = [...text.matchAll(/^### ([a-z-]+)\n\n\*\*(error|warning|note)\*\*/gm)].map(
    ([, id, level]) => `${id} ${level}`,
  );
  expect(sections).toEqual(policies.map(({ id, level }) => `${id} ${level}`));
  expect([...text.matchAll(/^### /gm)]).toHaveLength(policies.length);
});
