import type { Table } from './table';

export interface Commit {
  sha: string;
  message: string;
  parents: string[];
  /** A login. */
  author: string;
  date: string;
  /** All text files by path, as far as whoever pushed told them. */
  files: Table<string>;
}

export interface Label {
  id: number;
  name: string;
  color: string;
  description: string | null;
}

/** What a pull request has beyond an issue. */
export interface Pull {
  id: number;
  draft: boolean;
  head: { /** `owner/name` in lower case */ repository: string; ref: string; sha: string };
  base: { ref: string; sha: string };
  merged_at: string | null;
  merged_by: string | null;
  merge_commit_sha: string | null;
}

/** An issue, or a pull request: both are counted by the same numbers. */
export interface Issue {
  id: number;
  number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  state_reason: 'completed' | 'not_planned' | 'duplicate' | 'reopened' | null;
  /** Names. */
  labels: string[];
  user: string;
  created_at: string;
  updated_at: string;
  closed_at: string | null;
  pull?: Pull;
}

export interface Comment {
  id: number;
  issue: number;
  body: string;
  user: string;
  created_at: string;
  updated_at: string;
}

export interface DeploymentStatus {
  id: number;
  state: 'error' | 'failure' | 'inactive' | 'in_progress' | 'queued' | 'pending' | 'success';
  description: string;
  log_url?: string;
  environment_url?: string;
  creator: string;
  created_at: string;
}

export interface Deployment {
  id: number;
  sha: string;
  ref: string;
  task: string;
  environment: string;
  description: string | null;
  payload: Record<string, unknown> | string;
  creator: string;
  created_at: string;
  statuses: DeploymentStatus[];
}

export interface CheckRun {
  id: number;
  name: string;
  head_sha: string;
  external_id: string;
  details_url: string | null;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  started_at: string | null;
  completed_at: string | null;
  output: { title: string | null; summary: string | null; text: string | null; annotations: Record<string, unknown>[] };
}

export interface Release {
  id: number;
  tag_name: string;
  target_commitish: string;
  name: string | null;
  body: string | null;
  draft: boolean;
  prerelease: boolean;
  author: string;
  created_at: string;
  published_at: string | null;
}

export interface Approval {
  /** Environment keys. */
  environments: string[];
  state: 'approved' | 'rejected';
  comment: string;
  user: string;
}

/** A run of a workflow; GitHub makes them of events, here a caller asks for one. */
export interface WorkflowRun {
  id: number;
  name: string;
  path: string;
  event: string;
  head_branch: string;
  head_sha: string;
  status: 'in_progress' | 'waiting' | 'completed';
  conclusion: 'success' | 'failure' | null;
  /** Keys of the environments whose reviewers are waited for. */
  pending: string[];
  approvals: Approval[];
  created_at: string;
}

export interface CommitStatus {
  id: number;
  sha: string;
  state: 'error' | 'failure' | 'pending' | 'success';
  context: string;
  target_url: string | null;
  description: string | null;
  creator: string;
  created_at: string;
  updated_at: string;
}

/** What people and workflows make in a repository. */
export interface Work {
  /** Of a repository and all its forks. */
  commits: Table<Commit>;
  /** SHAs by full name: `refs/heads/main`. */
  refs: Table<string>;
  labels: Table<Label>;
  issues: Table<Issue>;
  comments: Table<Comment>;
  deployments: Table<Deployment>;
  checkRuns: Table<CheckRun>;
  statuses: Table<CommitStatus>;
  releases: Table<Release>;
  runs: Table<WorkflowRun>;
}

export const emptyWork = (): Work => ({
  commits: {},
  refs: {},
  labels: {},
  issues: {},
  comments: {},
  deployments: {},
  checkRuns: {},
  statuses: {},
  releases: {},
  runs: {},
});
