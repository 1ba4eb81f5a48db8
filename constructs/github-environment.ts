import { createHash } from 'node:crypto';
import { ActionsEnvironmentVariable } from '@cdktf/provider-github/lib/actions-environment-variable';
import { DataGithubTeam } from '@cdktf/provider-github/lib/data-github-team';
import { DataGithubUser } from '@cdktf/provider-github/lib/data-github-user';
import { RepositoryEnvironment } from '@cdktf/provider-github/lib/repository-environment';
import { RepositoryEnvironmentDeploymentPolicy } from '@cdktf/provider-github/lib/repository-environment-deployment-policy';
import { Token } from 'cdktf';
import { Construct } from 'constructs';
import { partOf, parts } from '../definition/addresses';
import type { DeploySource } from '../definition/environment';

export interface GitHubEnvironmentProps {
  /** Without its owner. */
  readonly repository: string;
  readonly environment: string;
  readonly deployFrom: readonly DeploySource[];
  /** Logins and team slugs. */
  readonly reviewers: { readonly users: readonly string[]; readonly teams: readonly string[] };
  readonly preventSelfReview: boolean;
  readonly waitMinutes: number;
  readonly variables: Readonly<Record<string, string>>;
}

/** GitHub's deployment environment: who may deploy from where, who approves, and its variables. */
export class GitHubEnvironment extends Construct {
  /** Refers to the environment, so that what uses it is made after it. */
  readonly name: string;
  readonly repository: string;

  constructor(scope: Construct, id: string, props: GitHubEnvironmentProps) {
    super(scope, id);
    const users = props.reviewers.users.map((login) =>
      Token.asNumber(new DataGithubUser(this, `user-${login}`, { username: login }).id),
    );
    const teams = props.reviewers.teams.map((slug) =>
      Token.asNumber(new DataGithubTeam(this, `team-${slug}`, { slug }).id),
    );
    const environment = new RepositoryEnvironment(this, 'Resource', {
      repository: props.repository,
      environment: props.environment,
      // GitHub has no rule for 0, and the provider would miss it in every plan
      waitTimer: props.waitMinutes > 0 ? props.waitMinutes : undefined,
      preventSelfReview: props.preventSelfReview,
      canAdminsBypass: false,
      reviewers: users.length + teams.length > 0 ? [{ users, teams }] : undefined,
      deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
    });
    this.name = environment.environment;
    this.repository = props.repository;
    const place = { repository: props.repository, environment: environment.environment };
    for (const [branchPattern, policyId] of ids(
      parts.branch,
      props.deployFrom.filter((from) => typeof from === 'string'),
    ))
      new RepositoryEnvironmentDeploymentPolicy(this, policyId, { ...place, branchPattern });
    for (const [tagPattern, policyId] of ids(
      parts.tag,
      props.deployFrom.flatMap((from) => (typeof from === 'string' ? [] : from.tag)),
    ))
      new RepositoryEnvironmentDeploymentPolicy(this, policyId, { ...place, tagPattern });
    for (const [name, value] of Object.entries(props.variables)) {
      new ActionsEnvironmentVariable(this, partOf(parts.variable, name), { ...place, variableName: name, value });
    }
  }
}

/** An id for each pattern, that an address can hold. Those that look alike then are told apart by what they were, whatever their order. */
function ids(kind: 'branch' | 'tag', patterns: readonly string[]): [string, string][] {
  const plainly = (pattern: string): string => `${kind}-${pattern.replace(/[^A-Za-z0-9]+/g, '_')}`;
  const alike = (pattern: string): boolean =>
    patterns.filter((other) => plainly(other) === plainly(pattern)).length > 1;
  return patterns.map((pattern) => [
    pattern,
    alike(pattern)
      ? `${plainly(pattern)}-${createHash('sha256').update(pattern).digest('hex').slice(0, 8)}`
      : plainly(pattern),
  ]);
}
