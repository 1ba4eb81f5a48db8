import { changedFiles, mergeBase, mergedFiles } from './changed-files';
import { ancestors } from './commits';
import type { PullRequest } from './branches';
import type { Store } from './store';
import { association, renderIssue } from './issues';
import { renderUser } from './owners';
import { renderRepository, repositoryHtml, repositoryUrl } from './repository-view';
import type { Repository } from './state';

/** Where a pull request's three commits lie, and the files that each has. */
export function sides(store: Store, repository: Repository, { pull: { head, base, merged_at } }: PullRequest) {
  const commits = store.commits(repository);
  const into = merged_at === null ? (repository.refs[`refs/heads/${base.ref}`] ?? base.sha) : base.sha;
  const from = mergeBase(commits, into, head.sha) ?? base.sha;
  const files = (sha: string) => commits[sha]?.files ?? {};
  const own = ancestors(commits, head.sha).filter((sha) => !ancestors(commits, from).includes(sha));
  return { into, own, from: files(from), ours: files(into), theirs: files(head.sha) };
}

function renderSide(store: Store, repository: Repository, ref: string, sha: string) {
  const { owner } = repository;
  const organization = store.state.organizations[owner.toLowerCase()];
  return {
    label: `${owner}:${ref}`,
    ref,
    sha,
    user: organization
      ? renderUser(store, organization, 'Organization')
      : renderUser(store, store.state.users[owner.toLowerCase()]!),
    repo: renderRepository(store, repository),
  };
}

/** A pull request as lists show it. */
export function renderPullSimple(store: Store, repository: Repository, issue: PullRequest) {
  const { title, body, state, created_at, updated_at, closed_at, labels, user } = renderIssue(store, repository, issue);
  const { pull, number } = issue;
  const [api, html] = [repositoryUrl(repository), `${repositoryHtml(repository)}/pull/${number}`];
  const url = `${api}/pulls/${number}`;
  const statuses = `${api}/statuses/${pull.head.sha}`;
  const links = {
    self: url,
    html,
    issue: `${api}/issues/${number}`,
    comments: `${api}/issues/${number}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${api}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses,
  };
  return {
    id: pull.id,
    node_id: store.nodeId('PR', pull.id),
    number,
    title,
    body,
    state,
    labels,
    user,
    created_at,
    updated_at,
    closed_at,
    url,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: links.issue,
    commits_url: links.commits,
    comments_url: links.comments,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    statuses_url: statuses,
    head: renderSide(store, store.state.repositories[pull.head.repository]!, pull.head.ref, pull.head.sha),
    base: renderSide(store, repository, pull.base.ref, pull.base.sha),
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    draft: pull.draft,
    merged_at: pull.merged_at,
    merge_commit_sha: pull.merge_commit_sha,
    author_association: association(issue.user),
    locked: false,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    milestone: null,
    auto_merge: null,
  };
}

export function renderPull(store: Store, repository: Repository, issue: PullRequest) {
  const { from, ours, theirs, own } = sides(store, repository, issue);
  const files = changedFiles(from, theirs);
  const open = issue.state === 'open';
  const clean = mergedFiles(from, ours, theirs) !== undefined;
  const by = issue.pull.merged_by;
  return {
    ...renderPullSimple(store, repository, issue),
    merged: issue.pull.merged_at !== null,
    merged_by: by === null ? null : renderUser(store, store.state.users[by]!),
    mergeable: open ? clean : null,
    mergeable_state: !open ? 'unknown' : clean ? 'clean' : 'dirty',
    rebaseable: null,
    maintainer_can_modify: false,
    comments: Object.values(repository.comments).filter((comment) => comment.issue === issue.number).length,
    review_comments: 0,
    commits: own.length,
    changed_files: files.length,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
  };
}
