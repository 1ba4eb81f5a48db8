import { z } from 'zod';
import { API_URL } from './http';
import type { Store } from './store';
import { renderUser } from './owners';
import type { Repository } from './state';

const LINKS: Record<string, string> = {
  archive: '/{archive_format}{/ref}',
  assignees: '/assignees{/user}',
  blobs: '/git/blobs{/sha}',
  branches: '/branches{/branch}',
  collaborators: '/collaborators{/collaborator}',
  comments: '/comments{/number}',
  commits: '/commits{/sha}',
  compare: '/compare/{base}...{head}',
  contents: '/contents/{+path}',
  contributors: '/contributors',
  deployments: '/deployments',
  downloads: '/downloads',
  events: '/events',
  forks: '/forks',
  git_commits: '/git/commits{/sha}',
  git_refs: '/git/refs{/sha}',
  git_tags: '/git/tags{/sha}',
  hooks: '/hooks',
  issue_comment: '/issues/comments{/number}',
  issue_events: '/issues/events{/number}',
  issues: '/issues{/number}',
  keys: '/keys{/key_id}',
  labels: '/labels{/name}',
  languages: '/languages',
  merges: '/merges',
  milestones: '/milestones{/number}',
  notifications: '/notifications{?since,all,participating}',
  pulls: '/pulls{/number}',
  releases: '/releases{/id}',
  stargazers: '/stargazers',
  statuses: '/statuses/{sha}',
  subscribers: '/subscribers',
  subscription: '/subscription',
  tags: '/tags',
  teams: '/teams',
  trees: '/git/trees{/sha}',
};

/** What can be set of a repository beyond its name and its visibility, and is answered as it was set. */
export const repositorySettings = {
  homepage: z.string().nullish(),
  is_template: z.boolean().optional(),
  has_issues: z.boolean().optional(),
  has_projects: z.boolean().optional(),
  has_wiki: z.boolean().optional(),
  has_downloads: z.boolean().optional(),
  has_discussions: z.boolean().optional(),
  allow_merge_commit: z.boolean().optional(),
  allow_squash_merge: z.boolean().optional(),
  allow_rebase_merge: z.boolean().optional(),
  allow_auto_merge: z.boolean().optional(),
  allow_update_branch: z.boolean().optional(),
  allow_forking: z.boolean().optional(),
  delete_branch_on_merge: z.boolean().optional(),
  web_commit_signoff_required: z.boolean().optional(),
  squash_merge_commit_title: z.enum(['PR_TITLE', 'COMMIT_OR_PR_TITLE']).optional(),
  squash_merge_commit_message: z.enum(['PR_BODY', 'COMMIT_MESSAGES', 'BLANK']).optional(),
  merge_commit_title: z.enum(['PR_TITLE', 'MERGE_MESSAGE']).optional(),
  merge_commit_message: z.enum(['PR_BODY', 'PR_TITLE', 'BLANK']).optional(),
};

const DEFAULTS = {
  homepage: null,
  is_template: false,
  has_issues: true,
  has_projects: true,
  has_wiki: true,
  has_downloads: true,
  has_discussions: false,
  allow_merge_commit: true,
  allow_squash_merge: true,
  allow_rebase_merge: true,
  allow_auto_merge: false,
  allow_update_branch: false,
  allow_forking: true,
  delete_branch_on_merge: false,
  web_commit_signoff_required: false,
  squash_merge_commit_title: 'COMMIT_OR_PR_TITLE',
  squash_merge_commit_message: 'COMMIT_MESSAGES',
  merge_commit_title: 'MERGE_MESSAGE',
  merge_commit_message: 'PR_TITLE',
};

export const repositoryUrl = (repository: Repository) => `${API_URL}/repos/${repository.owner}/${repository.name}`;
export const repositoryHtml = ({ owner, name }: Repository) => `https://github.com/${owner}/${name}`;

export function renderRepository(store: Store, repository: Repository) {
  const { organizations, users } = store.state;
  const { id, owner, name, description, archived, default_branch, created_at } = repository;
  const organization = organizations[owner.toLowerCase()];
  const html = repositoryHtml(repository);
  const url = repositoryUrl(repository);
  return {
    id,
    node_id: store.nodeId('R', id),
    name,
    full_name: `${owner}/${name}`,
    owner: organization
      ? renderUser(store, organization, 'Organization')
      : renderUser(store, users[owner.toLowerCase()]),
    ...(organization && { organization: renderUser(store, organization, 'Organization') }),
    private: repository.private,
    visibility: repository.private ? 'private' : 'public',
    html_url: html,
    description,
    fork: repository.fork_of !== undefined,
    url,
    ...Object.fromEntries(Object.entries(LINKS).map(([link, path]) => [`${link}_url`, url + path])),
    git_url: `git://github.com/${owner}/${name}.git`,
    ssh_url: `git@github.com:${owner}/${name}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    mirror_url: null,
    language: null,
    license: null,
    topics: repository.topics ?? [],
    forks: 0,
    forks_count: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    subscribers_count: 0,
    network_count: 0,
    size: 1,
    default_branch,
    open_issues: 0,
    open_issues_count: 0,
    has_pages: false,
    archived,
    disabled: false,
    ...DEFAULTS,
    ...repository.settings,
    pushed_at: created_at,
    created_at,
    updated_at: created_at,
    permissions: { admin: true, maintain: true, push: true, triage: true, pull: true },
  };
}
