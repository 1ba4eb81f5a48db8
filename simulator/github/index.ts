import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { getPath } from 'hono/utils/url';
import { type Account, account as processAccount } from '../account';
import { Document } from '../document';
import { defaultSeed, parseSeed, type SeedInput } from '../seed';
import type { Service } from '../service';
import { mountCheckRuns } from './check-runs';
import { mountCollaborators } from './collaborators';
import { mountCommitStatuses } from './commit-statuses';
import { addCommit, findCommit, mountCommits } from './commits';
import { mountDeployKeys } from './deploy-keys';
import { mountDeploymentPolicies } from './deployment-policies';
import { mountDeployments } from './deployments';
import { environmentKey, mountEnvironments } from './environments';
import { mountMiddleware } from './middleware';
import { moveRef } from './branches';
import { mountGraphql } from './graphql';
import { Store } from './store';
import { mountIssueComments } from './issue-comments';
import { mountIssues } from './issues';
import { mountLabels } from './labels';
import { mountOwners } from './owners';
import { bearers, ownerOf } from './people';
import { mountPulls } from './pulls';
import { mountRefs } from './refs';
import { mountReleases } from './releases';
import { mountRepositories } from './repositories';
import { mountRepositoryLife } from './repository-life';
import { mountRulesets } from './rulesets';
import { openSealedBox } from './sealed-box';
import { plantSeed } from './plant-seed';
import { mountSecrets } from './secrets';
import { emptyState, type State } from './state';
import { mountTeams } from './teams';
import { mountUserKeys } from './user-keys';
import { mountVariables } from './variables';
import type { WorkflowRun } from './issues-and-pulls';
import { mountWorkflowRuns, type RunOption, startRun } from './workflow-runs';

export type { State } from './state';

export interface GitHubOptions {
  /** Where the account is kept between two runs; in memory when absent. */
  file?: string;
  /** Whose tokens are let in: the owner's, those of workflows and an outsider's; those of this process when absent. */
  account?: Account;
  /** The clock of all time stamps; counted in the state when absent, so that equal runs give equal answers. */
  now?(): Date;
  /** Users, organizations, teams and repositories; `defaultSeed` when absent. */
  seed?: SeedInput;
}

/** Where a secret is kept: for a repository's Actions unless an environment or Dependabot is named. */
export interface SecretScope {
  /** `owner/name` */
  repository: string;
  environment?: string;
  dependabot?: boolean;
}

/** What `git push` brings. */
export interface Push {
  /** `owner/name` */
  repository: string;
  branch: string;
  /** Files by path; null takes one away. All others stay as they are in the parent. */
  files?: Record<string, string | null>;
  message?: string;
  /** The commit before: a branch, a tag or a SHA; what the branch holds now when absent, or else the default branch. Another one makes it a force push. */
  parent?: string;
  /** Where git has counted the commit already. */
  sha?: string;
  author?: string;
}

export interface GitHub extends Service {
  readonly name: 'github';
  /** What the account holds, live. To change it behind Terraform's back, change it here (and call `save`). */
  readonly state: State;
  save(): void;
  /** As `git push --force` does: branches that are new are made, and pull requests follow. Answers the commit's SHA. */
  push(push: Push): string;
  /** Starts a workflow's run, as an event does; environments with reviewers make it wait. */
  startRun(repository: string, run: RunOption): WorkflowRun;
  /** The plain value that arrived, for tests: GitHub itself never tells. */
  secretValue(scope: SecretScope, name: string): Promise<string | undefined>;
}

const MOUNTS = [
  mountOwners,
  mountTeams,
  mountGraphql,
  mountUserKeys,
  mountRepositories,
  mountRepositoryLife,
  mountEnvironments,
  mountDeploymentPolicies,
  mountSecrets,
  mountVariables,
  mountDeployKeys,
  mountRulesets,
  mountCommits,
  mountRefs,
  mountLabels,
  mountIssues,
  mountIssueComments,
  mountPulls,
  mountDeployments,
  mountWorkflowRuns,
  mountCheckRuns,
  mountCommitStatuses,
  mountCollaborators,
  mountReleases,
];

/** GitHub behind its REST API; with and without `/api/v3` in front. */
export function createGitHub({
  file,
  account = processAccount,
  now,
  seed: given = defaultSeed,
}: GitHubOptions = {}): GitHub {
  const seed = parseSeed(given, 'the seed');
  const store = new Store(new Document<State>(emptyState(), file), ownerOf(seed), now);
  plantSeed(store, seed);
  const api = new Hono<{ Variables: { login: string } }>({
    getPath: (request) => getPath(request).replace(/^\/api(\/v3(?=\/)|(?=\/graphql$))/, ''),
  });
  mountMiddleware(api, store, bearers(account, seed));
  for (const mount of MOUNTS) mount(api, store);

  const answer = getRequestListener(api.fetch, { overrideGlobalObjects: false });
  return {
    name: 'github',
    listener: (request, response) => void answer(request, response),
    state: store.state,
    save: () => store.save(),
    push({
      repository: fullName,
      branch,
      files = {},
      message = 'A simulated change',
      parent,
      sha,
      author = store.owner,
    }) {
      const repository = store.find(store.state.repositories, fullName.toLowerCase());
      store.count('clock');
      const before = findCommit(
        store,
        repository,
        parent ?? (`refs/heads/${branch}` in repository.refs ? `refs/heads/${branch}` : repository.default_branch),
      );
      const after = Object.entries({ ...before.files, ...files }).filter(
        (entry): entry is [string, string] => entry[1] !== null,
      );
      const commit = addCommit(store, repository, {
        sha,
        message,
        parents: [before.sha],
        author,
        files: Object.fromEntries(after),
      });
      moveRef(store, repository, `refs/heads/${branch}`, commit.sha, author);
      store.save();
      return commit.sha;
    },
    startRun(fullName, run) {
      store.count('clock');
      const started = startRun(store, store.find(store.state.repositories, fullName.toLowerCase()), run);
      store.save();
      return started;
    },
    async secretValue({ repository: fullName, environment, dependabot }, name) {
      const repository = store.state.repositories[fullName.toLowerCase()];
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
