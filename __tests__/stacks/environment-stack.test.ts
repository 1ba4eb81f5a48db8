import { App } from 'cdktf';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { droplet } from '../../definition/droplet';
import { loadEnvironments, loadState } from '../../definition/load';
import type { Environment } from '../../definition/resolve';
import { EnvironmentStack } from '../../stacks/environment-stack';
import { StateBackendStack } from '../../stacks/state-backend-stack';
import { resolved } from '../definition/an-environment';

const folder = join(__dirname, '../../environments');
const state = loadState(folder);

type Json = Record<string, Record<string, Record<string, Record<string, unknown>>>>;

function synth(...environments: Environment[]): Json {
  const outdir = mkdtempSync(join(tmpdir(), 'environment-stack-'));
  try {
    const app = new App({ outdir });
    const stacks = environments.map((environment) => new EnvironmentStack(app, environment, state));
    app.synth();
    return JSON.parse(readFileSync(join(outdir, 'stacks', stacks[0]!.node.id, 'cdk.tf.json'), 'utf8')) as Json;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** What is told while the stack is made. */
function annotations(environment: Environment): string[] {
  const outdir = mkdtempSync(join(tmpdir(), 'environment-stack-'));
  try {
    return new EnvironmentStack(new App({ outdir }), environment, state).node.metadata.map(({ data }) => String(data));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

const addresses = (json: Json): string[] =>
  ['resource', 'data']
    .flatMap((mode) =>
      Object.entries(json[mode] ?? {}).flatMap(([type, group]) =>
        Object.keys(group).map((id) => `${mode === 'data' ? 'data.' : ''}${type}.${id}`),
      ),
    )
    .sort();

const shared = [
  'digitalocean_domain.domain',
  'digitalocean_droplet.machine',
  'digitalocean_firewall.firewall',
  'digitalocean_project.project',
  'digitalocean_project_resources.project-resources',
  'digitalocean_record.domain-apex',
  'digitalocean_record.domain-host-cms',
  'digitalocean_reserved_ip.public-address',
  'digitalocean_reserved_ip_assignment.public-address-assignment',
  'digitalocean_spaces_bucket.buckets-backups',
  'digitalocean_spaces_bucket.buckets-config',
  'digitalocean_spaces_bucket.buckets-exchange',
  'digitalocean_spaces_bucket_object.agent',
  'digitalocean_spaces_bucket_object.agent-digest',
  'digitalocean_spaces_bucket_object.desired',
  'digitalocean_spaces_key.ci-key',
  'digitalocean_spaces_key.machine-key',
  'digitalocean_tag.tag',
  'digitalocean_volume.data-volume',
  'digitalocean_volume_attachment.data-volume-attachment',
  'digitalocean_vpc.network',
  'github_actions_environment_secret.github-secret-BERTH_SPACES_ACCESS_KEY_ID',
  'github_actions_environment_secret.github-secret-BERTH_SPACES_SECRET_ACCESS_KEY',
  'github_actions_environment_variable.github-environment-variable-BERTH_EXCHANGE_BUCKET',
  'github_actions_environment_variable.github-environment-variable-BERTH_REGION',
  'github_repository_environment.github-environment',
  'github_repository_environment_deployment_policy.github-environment-branch-main',
  'terraform_data.buckets-backups-name',
  'terraform_data.buckets-config-name',
  'terraform_data.buckets-exchange-name',
  'terraform_data.convergence',
  'terraform_data.data-volume-holder',
  'terraform_data.succession',
  'terraform_data.succession-relieved',
];

const onlyInProduction = [
  'data.github_team.github-environment-team-platform',
  'digitalocean_database_cluster.managed-postgres',
  'digitalocean_database_connection_pool.managed-postgres-pool-api',
  'digitalocean_database_connection_pool.managed-postgres-pool-cms',
  'digitalocean_database_connection_pool.managed-postgres-pool-report',
  'digitalocean_database_connection_pool.managed-postgres-pool-worker',
  'digitalocean_database_db.managed-postgres-database-api',
  'digitalocean_database_db.managed-postgres-database-cms',
  'digitalocean_database_db.managed-postgres-database-report',
  'digitalocean_database_db.managed-postgres-database-worker',
  'digitalocean_database_firewall.managed-postgres-firewall',
  'digitalocean_database_user.managed-postgres-user-api',
  'digitalocean_database_user.managed-postgres-user-cms',
  'digitalocean_database_user.managed-postgres-user-report',
  'digitalocean_database_user.managed-postgres-user-worker',
  'digitalocean_monitor_alert.alert-cpu',
  'digitalocean_monitor_alert.alert-disk',
  'digitalocean_monitor_alert.alert-memory',
  'digitalocean_spaces_bucket_object.managed-urls',
  'digitalocean_ssh_key.ssh-key-operations',
  'digitalocean_uptime_alert.uptime-certificate',
  'digitalocean_uptime_alert.uptime-down',
  'digitalocean_uptime_check.uptime',
  'github_repository_ruleset.default-branch',
];

describe('resource addresses are a contract: another address means another resource, and the old one destroyed', () => {
  const environments = loadEnvironments(folder);
  const named = (name: string) => environments.find((environment) => environment.name === name)!;

  test('branches and tags may deploy, each by a policy of its own', () => {
    const json = synth(resolved({ github: { repository: 'acme/shop', deployFrom: ['main', { tag: 'v*' }] } }));
    const policies = json.resource!.github_repository_environment_deployment_policy!;
    expect(
      Object.entries(policies).map(([id, { branch_pattern: branch, tag_pattern: tag }]) => [id, branch, tag]),
    ).toEqual([
      ['github-environment-branch-main', 'main', undefined],
      ['github-environment-tag-v_', undefined, 'v*'],
    ]);
  });

  test('staging', () => expect(addresses(synth(named('staging')))).toEqual(shared));
  test('production', () =>
    expect(addresses(synth(named('production')))).toEqual([...shared, ...onlyInProduction].sort()));
});

test('the same input gives the same bytes, in the company of others too', () => {
  const alone = JSON.stringify(synth(resolved()));
  expect(JSON.stringify(synth(resolved(), resolved({ name: 'other', domain: 'other.acme.example' })))).toBe(alone);
});

test('nothing of the process environment gets into the JSON', () => {
  const before = JSON.stringify(synth(resolved()));
  const planted = {
    DIGITALOCEAN_TOKEN: 'canary-1',
    SPACES_SECRET_ACCESS_KEY: 'canary-2',
    GITHUB_TOKEN: 'canary-3',
    AWS_SECRET_ACCESS_KEY: 'canary-4',
    TF_VAR_x: 'canary-5',
  };
  const saved = { ...process.env };
  Object.assign(process.env, planted);
  try {
    expect(JSON.stringify(synth(resolved()))).toBe(before);
  } finally {
    process.env = saved;
  }
  expect(before).not.toMatch(/canary/);
});

describe('what protects data and people', () => {
  const json = synth(resolved());
  const resource = (json_: Json, address: string) => json_.resource![address.split('.')[0]!]![address.split('.')[1]!]!;

  test('the machine is behind its firewall from its first second, and is replaced by its generation alone', () => {
    const machine = resource(json, 'digitalocean_droplet.machine');
    expect(machine.depends_on).toEqual(['digitalocean_firewall.firewall']);
    expect(machine.lifecycle).toEqual({ ignore_changes: ['image', 'user_data', 'ssh_keys'] });
    expect(resource(json, 'digitalocean_firewall.firewall').tags).toEqual(machine.tags);
  });

  test('SSH is closed unless the environment says from where', () => {
    const ports = (j: Json) =>
      (
        resource(j, 'digitalocean_firewall.firewall').inbound_rule as {
          port_range?: string;
          source_addresses: string[];
        }[]
      ).map((rule) => [rule.port_range, rule.source_addresses]);
    const everywhere = ['0.0.0.0/0', '::/0'];
    expect(ports(json)).toEqual([
      ['80', everywhere],
      ['443', everywhere],
      ['443', everywhere],
      [undefined, everywhere],
    ]);
    const open = synth(
      resolved({ access: { web: { from: ['192.0.2.0/24'] }, ssh: { from: ['203.0.113.7/32'], keys: {} } } }),
    );
    // a certificate's authority asks on port 80, from wherever it is
    expect(ports(open)).toEqual([
      ['80', everywhere],
      ['443', ['192.0.2.0/24']],
      ['443', ['192.0.2.0/24']],
      ['22', ['203.0.113.7/32']],
      [undefined, everywhere],
    ]);
  });

  test('who restricts the product is told at synth that port 80 stays open, and why', () => {
    const told = (environment: Environment) => annotations(environment).filter((text) => text.startsWith('access.web'));
    expect(told(resolved())).toEqual([]);
    expect(told(resolved({ access: { web: { from: ['192.0.2.0/24'] } } }))).toEqual([
      expect.stringContaining(
        'port 80 stays open to everybody, because the authority that issues certificates asks there',
      ),
    ]);
  });

  test.each([
    'digitalocean_volume.data-volume',
    'digitalocean_spaces_bucket.buckets-config',
    'digitalocean_spaces_bucket.buckets-exchange',
    'digitalocean_spaces_bucket.buckets-backups',
  ])('%s cannot be destroyed while the environment is protected, and can when it is not', (address) => {
    expect(resource(json, address).lifecycle).toMatchObject({ prevent_destroy: true });
    expect(resource(synth(resolved({ protected: false })), address).lifecycle).not.toMatchObject({
      prevent_destroy: true,
    });
  });

  test("the machine's key reads its config and writes where it must; CI's key opens the exchange alone", () => {
    const grants = (address: string) =>
      (resource(json, address).grant as { bucket: string; permission: string }[]).map(({ bucket, permission }) => [
        bucket,
        permission,
      ]);
    expect(grants('digitalocean_spaces_key.machine-key')).toEqual([
      ['${digitalocean_spaces_bucket.buckets-config.name}', 'read'],
      ['${digitalocean_spaces_bucket.buckets-exchange.name}', 'readwrite'],
      ['${digitalocean_spaces_bucket.buckets-backups.name}', 'readwrite'],
    ]);
    expect(grants('digitalocean_spaces_key.ci-key')).toEqual([
      ['${digitalocean_spaces_bucket.buckets-exchange.name}', 'readwrite'],
    ]);
  });

  test('a machine with managed datastores does not get their packages', () => {
    const managed = { managed: { size: 'db-s-1vcpu-1gb' } };
    const text = String(
      resource(
        synth(
          resolved({
            platform: droplet({
              region: 'fra1',
              size: 's-4vcpu-8gb',
              datastores: { postgres: managed, redis: managed },
            }),
          }),
        ),
        'digitalocean_droplet.machine',
      ).user_data,
    );
    expect(text).not.toMatch(/ {2}- (postgresql-17|redis-server|pgbackrest)\n/);
    expect(String(resource(json, 'digitalocean_droplet.machine').user_data)).toMatch(
      / {2}- postgresql-17\n {2}- redis-server\n/,
    );
  });
});

test('services that a managed Redis cannot keep apart are told, and those that one on the machine keeps apart, until somebody says what is meant', () => {
  const warnings = (changes: Parameters<typeof resolved>[0] & object, managed = true): string[] => {
    const environment = resolved({
      platform: droplet({
        region: 'fra1',
        size: 's-4vcpu-8gb',
        ...(managed && { datastores: { redis: { managed: { size: 'db-s-1vcpu-1gb' } } } }),
      }),
      ...changes,
    });
    return annotations(environment).filter((text) => text.includes('redis'));
  };
  expect(warnings({})).toEqual([
    expect.stringContaining("one user and one database: api, jobs read and write each other's keys") as string,
  ]);
  expect(warnings({ datastores: { redis: { version: 8, shared: true } } })).toEqual([]);
  expect(warnings({}, false)).toEqual([
    expect.stringContaining("api, jobs have a database each and read nothing of each other's") as string,
  ]);
  for (const shared of [true, false])
    expect(warnings({ datastores: { redis: { version: 8, shared } } }, false)).toEqual([]);
});

test("a secret of GitHub comes from its ciphertext, sealed once, and only while its key is still the environment's", () => {
  const environment = resolved({
    github: { repository: 'acme/shop', deployFrom: ['main'], secrets: ['SENTRY', 'LATER'] },
  });
  const json = synth({
    ...environment,
    sealed: {
      SENTRY: { github: { keyId: '123', sealed: 'Y2lwaGVy' } },
      FORGOTTEN: { github: { keyId: '123', sealed: 'eA==' } },
    },
  });
  const secrets = json.resource!.github_actions_environment_secret!;
  expect(secrets['github-secret-SENTRY']).toMatchObject({
    secret_name: 'SENTRY',
    encrypted_value: 'Y2lwaGVy',
    lifecycle: {
      precondition: [
        { condition: '${data.github_actions_environment_public_key.github-secret-public-key.key_id == "123"}' },
      ],
    },
  });
  expect(secrets['github-secret-SENTRY']).not.toHaveProperty('plaintext_value');
  expect(Object.keys(secrets)).not.toContain('github-secret-LATER');
  expect(Object.keys(secrets)).not.toContain('github-secret-FORGOTTEN');
});

test('the state backend holds what Spaces needs, and no credentials', () => {
  const json = synth(resolved());
  expect(json.terraform!.backend).toEqual({
    s3: {
      bucket: 'asset-archive-state',
      key: 'test/terraform.tfstate',
      region: 'us-east-1',
      use_lockfile: true,
      endpoints: { s3: 'https://fra1.digitaloceanspaces.com' },
      skip_credentials_validation: true,
      skip_metadata_api_check: true,
      skip_region_validation: true,
      skip_requesting_account_id: true,
      skip_s3_checksum: true,
    },
  });
});

test("the state bucket is taken over by import, so that no state lies on anybody's disk", () => {
  const outdir = mkdtempSync(join(tmpdir(), 'state-stack-'));
  const stack = new StateBackendStack(new App({ outdir }), state);
  const json = stack.toTerraform() as unknown as { import: unknown; resource: Json };
  rmSync(outdir, { recursive: true, force: true });
  expect(json.import).toEqual([{ to: 'digitalocean_spaces_bucket.bucket', id: 'fra1,asset-archive-state' }]);
  expect(json.resource).toMatchObject({
    digitalocean_spaces_bucket: {
      bucket: { name: 'asset-archive-state', versioning: { enabled: true }, lifecycle: { prevent_destroy: true } },
    },
  });
});
