import { createHash } from 'node:crypto';
import { ApiError } from './api-error';
import { pageOf, REPOSITORY, type Api, type Call } from './http';
import type { Store } from './store';
import { renderUser } from './owners';
import { repositoryHtml, repositoryUrl } from './repository-view';
import type { Repository, Table } from './state';
import { entry } from './table';
import type { Commit } from './issues-and-pulls';

export const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');

/** A new commit of these files; its SHA is counted from what is in it, unless git has counted it already. */
export function addCommit(
  store: Store,
  repository: Repository,
  given: Omit<Commit, 'sha' | 'date'> & { sha?: string },
): Commit {
  const date = store.now();
  const sha = given.sha ?? sha1(JSON.stringify([repository.id, given, date]));
  return (store.commits(repository)[sha] ??= { ...given, sha, date });
}

/** What a branch, a tag or a SHA (of at least seven digits) means here. */
export function findCommit(store: Store, repository: Repository, ref: string): Commit {
  const commits = store.commits(repository);
  const sha =
    entry(repository.refs, ref) ?? repository.refs[`refs/heads/${ref}`] ?? repository.refs[`refs/tags/${ref}`] ?? ref;
  const found = Object.hasOwn(commits, sha)
    ? sha
    : /^[0-9a-f]{7,}$/.test(sha) && Object.keys(commits).find((other) => other.startsWith(sha));
  if (!found) throw new ApiError(422, `No commit found for SHA: ${ref}`);
  return commits[found]!;
}

/** A commit and all before it, the nearest first. */
export function ancestors(commits: Table<Commit>, from: string): string[] {
  const seen = new Set<string>([from]);
  for (const sha of seen) for (const parent of commits[sha]?.parents ?? []) seen.add(parent);
  return [...seen];
}

export function renderGitCommit(store: Store, repository: Repository, { sha, message, parents, author, date }: Commit) {
  const [url, html] = [repositoryUrl(repository), repositoryHtml(repository)];
  const person = {
    name: store.state.users[author]!.name,
    email: `${author.replace('[bot]', '')}@users.noreply.github.com`,
    date,
  };
  return {
    sha,
    node_id: store.nodeId('C', sha),
    url: `${url}/git/commits/${sha}`,
    html_url: `${html}/commit/${sha}`,
    author: person,
    committer: person,
    message,
    tree: { sha: sha1(sha), url: `${url}/git/trees/${sha1(sha)}` },
    parents: parents.map((parent) => ({
      sha: parent,
      url: `${url}/git/commits/${parent}`,
      html_url: `${html}/commit/${parent}`,
    })),
    verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
  };
}

export function renderCommit(store: Store, repository: Repository, commit: Commit) {
  const url = repositoryUrl(repository);
  const { sha, node_id, html_url, author, committer, message, tree, parents, verification } = renderGitCommit(
    store,
    repository,
    commit,
  );
  const user = renderUser(store, store.state.users[commit.author]!);
  return {
    sha,
    node_id,
    url: `${url}/commits/${sha}`,
    html_url,
    comments_url: `${url}/commits/${sha}/comments`,
    commit: { url: `${url}/git/commits/${sha}`, author, committer, message, comment_count: 0, tree, verification },
    author: user,
    committer: user,
    parents: parents.map((parent) => ({ ...parent, url: `${url}/commits/${parent.sha}` })),
  };
}

export function mountCommits(api: Api, store: Store): void {
  for (const base of REPOSITORY) {
    api.get(`${base}/commits`, (call: Call) => {
      const repository = store.repository(call);
      const { sha } = findCommit(store, repository, call.req.query('sha') ?? repository.default_branch);
      const commits = store.commits(repository);
      return call.json(
        pageOf(
          call,
          ancestors(commits, sha).flatMap((one) => commits[one] ?? []),
        ).map((commit) => renderCommit(store, repository, commit)),
      );
    });

    api.get(`${base}/git/commits/:sha`, (call: Call) => {
      const repository = store.repository(call);
      return call.json(
        renderGitCommit(store, repository, store.find(store.commits(repository), call.req.param('sha')!)),
      );
    });

    // branches may have slashes in their names
    api.get(`${base}/commits/:ref{[^/]+(?:/[^/]+)*}`, (call: Call, next) => {
      const ref = call.req.param('ref')!;
      if (/\/(?:pulls|check-runs|statuses?)$/.test(ref)) return next();
      const repository = store.repository(call);
      return call.json(renderCommit(store, repository, findCommit(store, repository, ref)));
    });
  }
}
