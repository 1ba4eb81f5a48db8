import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { getPath } from 'hono/utils/url';
import { account } from '../account';
import { Document } from '../document';
import type { Service } from '../service';
import { mountDeployKeys } from './deploy-keys';
import { mountDeploymentPolicies } from './deployment-policies';
import { environmentKey, mountEnvironments } from './environments';
import { mountFront } from './front';
import { Hub } from './hub';
import { mountOwners } from './owners';
import { mountRepositories } from './repositories';
import { mountRulesets } from './rulesets';
import { openSealedBox } from './sealed-box';
import { mountSecrets } from './secrets';
import { emptyState, type State } from './state';
import { mountVariables } from './variables';

export type { State } from './state';

export interface RepositoryOption {
  /** `owner/name`; an owner that is new becomes an organization. */
  fullName: string;
  description?: string;
  /** True when absent. */
  private?: boolean;
  /** `main` when absent. */
  defaultBranch?: string;
}

export interface GitHubOptions {
  /** Where the account is kept between two runs; in memory when absent. */
  file?: string;
  /** The one token that is let in. */
  token?: string;
  /** The clock of all time stamps; counted in the state when absent, so that equal runs give equal answers. */
  now?(): Date;
  /** Beside `acme/asset-archive`, which is always there. */
  repositories?: RepositoryOption[];
}

/** Where a secret is kept: for a repository's Actions unless an environment or Dependabot is named. */
export interface SecretScope {
  /** `owner/name` */
  repository: string;
  environment?: string;
  dependabot?: boolean;
}

export interface GitHub extends Service {
  readonly name: 'github';
  /** What the account holds, live. To change it behind Terraform's back, change it here (and call `save`). */
  readonly state: State;
  save(): void;
  /** The plain value that arrived, for tests: GitHub itself never tells. */
  secretValue(scope: SecretScope, name: string): Promise<string | undefined>;
}

/** Ids that a rehearsal's environments can name as reviewers. */
const USERS = [
  { id: 11, login: 'ada', name: 'Ada' },
  { id: 12, login: 'grace', name: 'Grace' },
];
const TEAM = { id: 21, organization: 'acme', slug: 'platform', name: 'platform', members: ['ada', 'grace'] };
const FIRST: RepositoryOption = { fullName: 'acme/asset-archive', description: 'A small full-stack product' };

const MOUNTS = [
  mountOwners,
  mountRepositories,
  mountEnvironments,
  mountDeploymentPolicies,
  mountSecrets,
  mountVariables,
  mountDeployKeys,
  mountRulesets,
];

function seed(hub: Hub, repositories: RepositoryOption[]): void {
  const { state } = hub;
  for (const user of USERS) state.users[user.login] ??= user;
  for (const { fullName, description = null, private: isPrivate = true, defaultBranch = 'main' } of repositories) {
    const [owner, name] = fullName.split('/');
    const key = fullName.toLowerCase();
    if (!state.users[owner.toLowerCase()])
      state.organizations[owner.toLowerCase()] ??= { id: 700 + hub.count('organization'), login: owner };
    state.repositories[key] ??= {
      id: 4200 + hub.count('repository'),
      owner,
      name,
      description,
      private: isPrivate,
      archived: false,
      default_branch: defaultBranch,
      branches: [defaultBranch],
      files: { 'README.md': `# ${name}\n` },
      actions: { secrets: {} },
      dependabot: { secrets: {} },
      variables: {},
      environments: {},
      keys: {},
      rulesets: {},
      created_at: hub.now(),
    };
  }
  state.teams[TEAM.id] ??= TEAM;
}

/** GitHub behind its REST API, as far as this program and its users' tools use it; with and without `/api/v3` in front. */
export function createGitHub({ file, token = account.githubToken, now, repositories = [] }: GitHubOptions = {}): GitHub {
  const hub = new Hub(new Document<State>(emptyState(), file), now);
  seed(hub, [FIRST, ...repositories]);
  const api = new Hono({ getPath: (request) => getPath(request).replace(/^\/api\/v3(?=\/)/, '') });
  mountFront(api, hub, token);
  for (const mount of MOUNTS) mount(api, hub);

  const answer = getRequestListener(api.fetch, { overrideGlobalObjects: false });
  return {
    name: 'github',
    listener: (request, response) => void answer(request, response),
    state: hub.state,
    save: () => hub.save(),
    async secretValue({ repository: fullName, environment, dependabot }, name) {
      const repository = hub.state.repositories[fullName.toLowerCase()];
      const vault =
        environment !== undefined
          ? repository?.environments[environmentKey(environment)]?.vault
          : dependabot
            ? repository?.dependabot
            : repository?.actions;
      const secret = vault?.secrets[name.toUpperCase()];
      return secret && vault?.key ? openSealedBox(secret.encrypted_value, vault.key) : undefined;
    },
  };
}
