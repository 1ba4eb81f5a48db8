import { Vendors } from './vendors';

jest.setTimeout(60_000);

const repository = 'website';
const inEnvironment = { repository, environment: '${github_repository_environment.production.environment}' };
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2HqGRRMzXTTGUQjsxzO7uGvRkJdiBSHHhOJPk7wG2N';

const everything: Record<string, object> = {
  'github_repository_environment.production': {
    repository,
    environment: 'production',
    wait_timer: 5,
    reviewers: [{ users: [11], teams: [21] }],
    deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
  },
  'github_repository_environment.spaced': { repository, environment: 'my env' },
  'github_repository_environment_deployment_policy.main': { ...inEnvironment, branch_pattern: 'main' },
  'github_repository_environment_deployment_policy.spaced': {
    repository,
    environment: '${github_repository_environment.spaced.environment}',
    tag_pattern: 'v*',
    depends_on: ['github_repository_environment_deployment_policy.main'],
  },
  'github_actions_secret.token': { repository, secret_name: 'Token', plaintext_value: 'hunter2' },
  'github_actions_environment_secret.token': { ...inEnvironment, secret_name: 'TOKEN', plaintext_value: 'hunter3' },
  'github_dependabot_secret.token': { repository, secret_name: 'TOKEN', plaintext_value: 'hunter4' },
  'github_actions_variable.host': { repository, variable_name: 'HOST', value: 'a.example' },
  'github_actions_environment_variable.host': { ...inEnvironment, variable_name: 'HOST', value: 'b.example' },
  'github_repository_deploy_key.read': { repository, title: 'read', key: `${key} comment` },
  'github_repository_ruleset.main': {
    repository,
    name: 'main',
    target: 'branch',
    enforcement: 'active',
    bypass_actors: [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }],
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules: {
      deletion: true,
      non_fast_forward: true,
      pull_request: { required_approving_review_count: 1 },
      required_status_checks: { required_check: [{ context: 'test' }] },
    },
  },
};
// A policy of its own kind needs an environment that allows it.
Object.assign(everything['github_repository_environment.spaced'], {
  deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
});

const provider = { provider: { github: { owner: 'acme' } } };

describe.each([
  ['as in production', false],
  ['with Terraform checking every plan and result', true],
])('the GitHub stand-in against the simulated API, %s', (_, strict) => {
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await new Vendors().start({ strict });
  });
  afterEach(() => vendors.close());

  test('everything that an environment has can be made, planned again without a change, changed, and destroyed', async () => {
    vendors.write(everything, provider);
    await vendors.workspace.apply();
    expect(await vendors.workspace.plan()).toEqual({});
    const state = await vendors.workspace.state();
    expect(Object.fromEntries(Object.entries(state).map(([address, { id }]) => [address, id]))).toEqual({
      'github_repository_environment.production': `${repository}:production`,
      'github_repository_environment.spaced': `${repository}:my env`,
      'github_repository_environment_deployment_policy.main': expect.stringMatching(/^website:production:\d+$/),
      'github_repository_environment_deployment_policy.spaced': expect.stringMatching(/^website:my%20env:\d+$/),
      'github_actions_secret.token': `${repository}:Token`,
      'github_actions_environment_secret.token': `${repository}:production:TOKEN`,
      'github_dependabot_secret.token': `${repository}:TOKEN`,
      'github_actions_variable.host': `${repository}:HOST`,
      'github_actions_environment_variable.host': `${repository}:production:HOST`,
      'github_repository_deploy_key.read': expect.stringMatching(/^website:\d+$/),
      'github_repository_ruleset.main': expect.stringMatching(/^\d+$/),
    });
    expect(state['github_actions_secret.token'].updated_at).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC$/);
    const scope = { repository: `acme/${repository}` };
    expect(await vendors.github.secretValue(scope, 'TOKEN')).toBe('hunter2');
    expect(await vendors.github.secretValue({ ...scope, environment: 'production' }, 'TOKEN')).toBe('hunter3');
    expect(await vendors.github.secretValue({ ...scope, dependabot: true }, 'TOKEN')).toBe('hunter4');

    const changed = structuredClone(everything) as Record<string, Record<string, unknown>>;
    Object.assign(changed['github_repository_environment.production'], {
      wait_timer: 10,
      reviewers: [{ users: [12] }],
    });
    Object.assign(changed['github_actions_variable.host'], { value: 'c.example' });
    Object.assign(changed['github_actions_environment_variable.host'], { value: 'd.example' });
    Object.assign(changed['github_repository_environment_deployment_policy.main'], { branch_pattern: 'release/*' });
    Object.assign(changed['github_repository_ruleset.main'], { enforcement: 'disabled', rules: { deletion: true } });
    Object.assign(changed['github_actions_secret.token'], { plaintext_value: 'rotated' });
    Object.assign(changed['github_repository_deploy_key.read'], { key: `${key} another comment` });
    vendors.write(changed, provider);
    expect(await vendors.workspace.plan()).toEqual({
      'github_repository_environment.production': 'update',
      'github_actions_variable.host': 'update',
      'github_actions_environment_variable.host': 'update',
      'github_repository_environment_deployment_policy.main': 'update',
      'github_repository_ruleset.main': 'update',
      'github_actions_secret.token': 'delete,create',
    });
    vendors.writes();
    await vendors.workspace.apply('plan.bin');
    const base = `/api/v3/repos/acme/${repository}`;
    // A rotation is a deletion and a creation, with a time between them when there is no secret.
    expect(vendors.writes().filter((call) => call.includes('/actions/secrets'))).toEqual([
      `DELETE ${base}/actions/secrets/Token 204`,
      `PUT ${base}/actions/secrets/Token 201`,
    ]);
    expect(await vendors.github.secretValue(scope, 'TOKEN')).toBe('rotated');
    expect(await vendors.workspace.plan()).toEqual({});
    await vendors.workspace.ok('destroy', '-auto-approve');
    const left = vendors.github.state.repositories[`acme/${repository}`];
    expect([
      left.environments,
      left.actions.secrets,
      left.dependabot.secrets,
      left.variables,
      left.keys,
      left.rulesets,
    ]).toEqual([{}, {}, {}, {}, {}, {}]);
  });

  test('a secret that somebody else wrote is created again, except where the provider cannot know', async () => {
    const pick = (...names: string[]) => Object.fromEntries(names.map((name) => [name, everything[name]]));
    const resources = {
      ...pick(
        'github_repository_environment.production',
        'github_actions_environment_secret.token',
        'github_dependabot_secret.token',
      ),
      'github_actions_secret.token': { repository, secret_name: 'TOKEN', plaintext_value: 'a' },
      'github_actions_secret.kept': { repository, secret_name: 'KEPT', plaintext_value: 'b', destroy_on_drift: false },
      'github_actions_secret.left': {
        repository,
        secret_name: 'LEFT',
        plaintext_value: 'c',
        destroy_on_drift: false,
        lifecycle: { ignore_changes: ['plaintext_value'] },
      },
    };
    vendors.write(resources, provider);
    await vendors.workspace.apply();
    expect(await vendors.workspace.plan()).toEqual({});
    const { actions, dependabot, environments } = vendors.github.state.repositories[`acme/${repository}`];
    const vaults = [actions, dependabot, ...Object.values(environments).map((one) => one.vault)];
    for (const vault of vaults)
      for (const secret of Object.values(vault.secrets)) secret.updated_at = '2030-01-01T00:00:00Z';
    expect(await vendors.workspace.plan()).toEqual({
      'github_actions_secret.token': 'create',
      'github_actions_secret.kept': 'delete,create',
      'github_dependabot_secret.token': 'create',
      'github_actions_environment_secret.token': 'delete,create',
    });
  });
});

describe('data sources and imports of the GitHub stand-in', () => {
  let vendors: Vendors;
  beforeAll(async () => {
    vendors = await new Vendors().start();
  });
  afterAll(() => vendors.close());

  test('data sources tell what GitHub knows, and a repository that is not there is no error', async () => {
    vendors.write(
      { 'github_repository_environment.production': { repository, environment: 'production' } },
      {
        ...provider,
        data: {
          github_repository: { it: { full_name: 'acme/website' }, none: { name: 'nothing' } },
          github_user: { ada: { username: 'ada' } },
          github_team: { platform: { slug: 'platform' } },
          github_actions_public_key: { it: { repository } },
          github_dependabot_public_key: { it: { repository } },
          github_actions_environment_public_key: { it: inEnvironment },
        },
        output: {
          branch: { value: '${data.github_repository.it.default_branch}' },
          none: { value: '${data.github_repository.none.default_branch == null}' },
          ada: { value: '${data.github_user.ada.id}' },
          members: { value: '${join(",", data.github_team.platform.members)}' },
          keys: {
            value:
              '${length(distinct([data.github_actions_public_key.it.key, data.github_dependabot_public_key.it.key, data.github_actions_environment_public_key.it.key]))}',
          },
        },
      },
    );
    const output = await vendors.workspace.apply();
    expect(output).toContain('ada = "11"\nbranch = "main"\nkeys = 3\nmembers = "ada,grace"\nnone = true');
  });

  test('what can be imported is, by the ids of the real provider', async () => {
    vendors.write(
      {
        'github_actions_secret.a': { repository, secret_name: 'A', plaintext_value: 'a' },
        'github_actions_variable.b': { repository, variable_name: 'B', value: 'b' },
        'github_repository_environment.c': { repository, environment: 'c' },
      },
      provider,
    );
    await vendors.workspace.apply();
    await vendors.workspace.ok(
      'state',
      'rm',
      'github_actions_secret.a',
      'github_actions_variable.b',
      'github_repository_environment.c',
    );
    await vendors.workspace.ok('import', 'github_actions_secret.a', `${repository}/A`);
    await vendors.workspace.ok('import', 'github_actions_variable.b', `${repository}:B`);
    await vendors.workspace.ok('import', 'github_repository_environment.c', `${repository}:c`);
    // A secret's value cannot be read, so an imported one is replaced; a default that is not read back is written again.
    expect(await vendors.workspace.plan()).toEqual({
      'github_actions_secret.a': 'delete,create',
      'github_repository_environment.c': 'update',
    });
  });

  test('errors are worded as the real provider words them', async () => {
    vendors.write({ 'github_actions_variable.x': { repository: 'nothing', variable_name: 'X', value: '1' } }, provider);
    const { output } = await vendors.workspace.run('apply', '-auto-approve');
    expect(output).toContain(
      `Error: POST ${vendors.urls.github}api/v3/repos/acme/nothing/actions/variables: 404 Not Found []`,
    );
    expect(output).toContain('with github_actions_variable.x');
  });
});
