import { createHash } from 'node:crypto';
import { notFound } from './api-error';
import { API_URL, pageOf, REPOSITORY, type Api, type Call } from './http';
import type { Hub } from './hub';
import { renderOrganization, renderUser } from './owners';
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

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');

export const repositoryUrl = (repository: Repository) => `${API_URL}/repos/${repository.owner}/${repository.name}`;

function render(hub: Hub, repository: Repository) {
  const { organizations, users } = hub.state;
  const { id, owner, name, description, archived, default_branch, created_at } = repository;
  const organization = organizations[owner.toLowerCase()];
  const html = `https://github.com/${owner}/${name}`;
  const url = repositoryUrl(repository);
  return {
    id,
    node_id: hub.nodeId('R', id),
    name,
    full_name: `${owner}/${name}`,
    owner: organization ? renderUser(hub, organization, 'Organization') : renderUser(hub, users[owner.toLowerCase()]),
    ...(organization && { organization: renderUser(hub, organization, 'Organization') }),
    private: repository.private,
    visibility: repository.private ? 'private' : 'public',
    html_url: html,
    description,
    fork: false,
    url,
    ...Object.fromEntries(Object.entries(LINKS).map(([link, path]) => [`${link}_url`, url + path])),
    git_url: `git://github.com/${owner}/${name}.git`,
    ssh_url: `git@github.com:${owner}/${name}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    topics: [],
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
    is_template: false,
    has_issues: true,
    has_projects: true,
    has_wiki: false,
    has_pages: false,
    has_downloads: false,
    has_discussions: false,
    archived,
    disabled: false,
    allow_merge_commit: true,
    allow_squash_merge: true,
    allow_rebase_merge: true,
    allow_auto_merge: false,
    delete_branch_on_merge: true,
    pushed_at: created_at,
    created_at,
    updated_at: created_at,
    permissions: { admin: true, maintain: true, push: true, triage: true, pull: true },
  };
}

function renderBranch(hub: Hub, repository: Repository, name: string) {
  const url = repositoryUrl(repository);
  const html = `https://github.com/${repository.owner}/${repository.name}`;
  const sha = sha1(`${url}@${name}`);
  const [author] = Object.values(hub.state.users);
  const person = { name: author.name, email: `${author.login}@users.noreply.github.com`, date: repository.created_at };
  return {
    name,
    commit: {
      sha,
      node_id: hub.nodeId('C', sha),
      url: `${url}/commits/${sha}`,
      html_url: `${html}/commit/${sha}`,
      comments_url: `${url}/commits/${sha}/comments`,
      commit: {
        url: `${url}/git/commits/${sha}`,
        author: person,
        committer: person,
        message: 'The rehearsed commit',
        comment_count: 0,
        tree: { sha: sha1(sha), url: `${url}/git/trees/${sha1(sha)}` },
      },
      author: renderUser(hub, author),
      committer: renderUser(hub, author),
      parents: [],
    },
    _links: { self: `${url}/branches/${name}`, html: `${html}/tree/${name}` },
    protected: false,
    protection: { enabled: false },
    protection_url: `${url}/branches/${name}/protection`,
  };
}

function renderFile(repository: Repository, path: string, text: string) {
  const html = `https://github.com/${repository.owner}/${repository.name}/blob/${repository.default_branch}/${path}`;
  const sha = sha1(`blob ${Buffer.byteLength(text)}\0${text}`);
  const [url, git] = [`${repositoryUrl(repository)}/contents/${path}`, `${repositoryUrl(repository)}/git/blobs/${sha}`];
  return {
    type: 'file',
    encoding: 'base64',
    size: Buffer.byteLength(text),
    name: path.split('/').at(-1)!,
    path,
    content: Buffer.from(text).toString('base64'),
    sha,
    url,
    git_url: git,
    html_url: html,
    download_url: html.replace('/blob/', '/raw/'),
    _links: { self: url, git, html },
  };
}

export function mountRepositories(api: Api, hub: Hub): void {
  api.get('/orgs/:org/repos', (call) => {
    const { login } = renderOrganization(hub, hub.find(hub.state.organizations, call.req.param('org').toLowerCase()));
    const of = Object.values(hub.state.repositories).filter((repository) => repository.owner === login);
    return call.json(pageOf(call, of).map((repository) => render(hub, repository)));
  });

  for (const base of REPOSITORY) {
    api.get(base, (call: Call) => call.json(render(hub, hub.repository(call))));

    api.get(`${base}/branches`, (call: Call) => {
      const repository = hub.repository(call);
      return call.json(
        pageOf(call, repository.branches).map((name) => {
          const {
            commit: { sha, url },
            protected: isProtected,
          } = renderBranch(hub, repository, name);
          return { name, commit: { sha, url }, protected: isProtected };
        }),
      );
    });

    api.get(`${base}/branches/:branch`, (call: Call) => {
      const repository = hub.repository(call);
      const name = call.req.param('branch')!;
      if (!repository.branches.includes(name)) throw notFound();
      return call.json(renderBranch(hub, repository, name));
    });

    api.get(`${base}/contents/:path{.+}`, (call: Call) => {
      const repository = hub.repository(call);
      const path = call.req.param('path')!;
      return call.json(renderFile(repository, path, hub.find(repository.files, path)));
    });
  }
}
