import type { Role } from '../seed';
import type { Table } from './table';
import type { Work } from './issues-and-pulls';

export type { Table } from './table';

export interface Secret {
  name: string;
  created_at: string;
  updated_at: string;
  /** The sealed box as it came; it is opened with the vault's private key when a test asks what arrived. */
  encrypted_value: string;
  sha256: string;
}

/** Secrets and the key pair that they are sealed for: a repository's Actions, its Dependabot and each environment have one. */
export interface Vault {
  key?: { id: string; public: string; private: string };
  secrets: Table<Secret>;
}

export interface Variable {
  name: string;
  value: string;
  created_at: string;
  updated_at: string;
}

export interface DeploymentPolicy {
  id: number;
  name: string;
  type: 'branch' | 'tag';
}

export interface Environment {
  id: number;
  name: string;
  wait_timer: number;
  prevent_self_review: boolean;
  can_admins_bypass: boolean;
  reviewers: { type: 'User' | 'Team'; id: number }[];
  deployment_branch_policy: { protected_branches: boolean; custom_branch_policies: boolean } | null;
  policies: Table<DeploymentPolicy>;
  vault: Vault;
  variables: Table<Variable>;
  created_at: string;
  updated_at: string;
}

export interface DeployKey {
  id: number;
  key: string;
  title: string;
  read_only: boolean;
  created_at: string;
}

export interface Ruleset {
  id: number;
  name: string;
  target: 'branch' | 'tag' | 'push';
  enforcement: 'disabled' | 'active' | 'evaluate';
  bypass_actors: Record<string, unknown>[];
  conditions?: Record<string, unknown>;
  rules: { type: string; parameters?: Record<string, unknown> }[];
  created_at: string;
  updated_at: string;
}

export interface Repository extends Work {
  id: number;
  owner: string;
  name: string;
  description: string | null;
  private: boolean;
  archived: boolean;
  default_branch: string;
  /** `owner/name` in lower case, of the repository that this one was forked from. */
  fork_of?: string;
  actions: Vault;
  dependabot: Vault;
  variables: Table<Variable>;
  environments: Table<Environment>;
  keys: Table<DeployKey>;
  rulesets: Table<Ruleset>;
  topics?: string[];
  vulnerability_alerts?: boolean;
  security_fixes?: boolean;
  /** What was set of `repositorySettings`. */
  settings?: Record<string, unknown>;
  created_at: string;
}

export interface UserKey {
  id: number;
  title: string;
  key: string;
  created_at: string;
}

export interface User {
  id: number;
  login: string;
  name: string;
  /** What the user is in every repository; `write` when absent. */
  role?: Role;
  type?: 'Bot';
  keys?: { gpg_keys: Table<UserKey>; keys: Table<UserKey> };
}
export interface Organization {
  id: number;
  login: string;
}
export interface Team {
  id: number;
  organization: string;
  slug: string;
  name: string;
  members: string[];
  /** Those of the members who may change the team. */
  maintainers?: string[];
  description?: string | null;
  privacy?: 'secret' | 'closed';
  permission?: string;
  notification_setting?: string;
  /** The id of the team above. */
  parent?: number;
  /** What its members may do in repositories, by `owner/name` in lower case. */
  repositories?: Record<string, string>;
}

/** Everything the simulated GitHub holds, as plain JSON. */
export interface State {
  counters: Record<string, number>;
  organizations: Table<Organization>;
  users: Table<User>;
  teams: Table<Team>;
  /** By `owner/name`, in lower case. */
  repositories: Table<Repository>;
}

export const emptyState = (): State => ({ counters: {}, organizations: {}, users: {}, teams: {}, repositories: {} });
