import { z } from 'zod';
import { ApiError } from './api-error';
import { isPull } from './branches';
import { body, pageOf, REPOSITORY, type Api, type Call } from './http';
import type { Store } from './store';
import { labelNames, labelsNamed, labelsOf } from './labels';
import { renderUser } from './owners';
import { repositoryHtml, repositoryUrl } from './repository-view';
import type { Repository } from './state';
import type { Issue } from './issues-and-pulls';

/** Characters; GitHub names its column's limit: "body is too long (maximum is 65536 characters)". */
export const MAX_BODY = 65_536;

export function checkedBody(resource: string, text: string): string {
  if ([...text].length <= MAX_BODY) return text;
  const message = `body is too long (maximum is ${MAX_BODY} characters)`;
  throw new ApiError(422, 'Validation Failed', [{ resource, code: 'custom', field: 'body', message }]);
}

const fields = z.object({
  title: z.string().min(1).max(256),
  body: z.string().nullish(),
  labels: labelNames.optional(),
});
const change = fields.partial().extend({
  state: z.enum(['open', 'closed']).optional(),
  state_reason: z.enum(['completed', 'not_planned', 'duplicate', 'reopened']).nullish(),
});

export const association = (login: string) => (login === 'mallory' || login.endsWith('[bot]') ? 'NONE' : 'MEMBER');

export function renderIssue(store: Store, repository: Repository, issue: Issue) {
  const { pull, user, id, number, ...kept } = issue;
  const url = `${repositoryUrl(repository)}/issues/${number}`;
  const html = `${repositoryHtml(repository)}/${pull ? 'pull' : 'issues'}/${number}`;
  return {
    ...kept,
    id,
    number,
    node_id: store.nodeId('I', id),
    url,
    repository_url: repositoryUrl(repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: html,
    user: renderUser(store, store.state.users[user]!),
    labels: labelsOf(store, repository, issue),
    comments: Object.values(repository.comments).filter((comment) => comment.issue === number).length,
    author_association: association(user),
    assignee: null,
    assignees: [],
    milestone: null,
    locked: false,
    ...(pull && {
      draft: pull.draft,
      pull_request: {
        url: `${repositoryUrl(repository)}/pulls/${number}`,
        html_url: html,
        diff_url: `${html}.diff`,
        patch_url: `${html}.patch`,
        merged_at: pull.merged_at,
      },
    }),
  };
}

/** The next number of a repository, for an issue or a pull request. */
export function newIssue(
  store: Store,
  repository: Repository,
  given: Pick<Issue, 'title' | 'body' | 'labels' | 'user'>,
): Issue {
  const number = Object.keys(repository.issues).length + 1;
  const at = store.now();
  const issue: Issue = {
    id: 2_000_000 + store.count('issue'),
    number,
    ...given,
    state: 'open',
    state_reason: null,
    created_at: at,
    updated_at: at,
    closed_at: null,
  };
  return (repository.issues[number] = issue);
}

/** What a PATCH of an issue, or of a pull request, says. */
export function changeIssue(
  store: Store,
  issue: Issue,
  {
    state,
    state_reason: reason,
    ...given
  }: {
    state?: Issue['state'];
    state_reason?: Issue['state_reason'];
    title?: string;
    body?: string | null;
    labels?: string[];
  },
): void {
  Object.assign(issue, Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)), {
    updated_at: store.now(),
  });
  if (state === undefined || state === issue.state) return;
  Object.assign(
    issue,
    state === 'closed'
      ? { state, state_reason: reason ?? (isPull(issue) ? null : 'completed'), closed_at: store.now() }
      : { state, state_reason: isPull(issue) ? null : 'reopened', closed_at: null },
  );
}

/** Newest first unless asked for otherwise, as both lists are. */
export function sorted<T extends Issue>(call: Call, issues: T[]): T[] {
  const by = call.req.query('sort') === 'updated' ? 'updated_at' : 'created_at';
  const up = call.req.query('direction') === 'asc' ? 1 : -1;
  return issues.sort((a, b) => up * (a[by] === b[by] ? a.number - b.number : a[by] < b[by] ? -1 : 1));
}

export const inState = (call: Call) => {
  const wanted = call.req.query('state') ?? 'open';
  return ({ state }: Issue) => wanted === 'all' || state === wanted;
};

export function mountIssues(api: Api, store: Store): void {
  for (const base of REPOSITORY) {
    const wanted = (call: Call) => store.find(store.repository(call).issues, call.req.param('number')!);

    api.get(`${base}/issues`, (call: Call) => {
      const repository = store.repository(call);
      const labels = (call.req.query('labels') ?? '').toLowerCase().split(',').filter(Boolean);
      const creator = call.req.query('creator');
      const found = Object.values(repository.issues)
        .filter(inState(call))
        .filter((issue) => labels.every((label) => issue.labels.some((name) => name.toLowerCase() === label)))
        .filter(({ user }) => creator === undefined || user === creator);
      return call.json(pageOf(call, sorted(call, found)).map((issue) => renderIssue(store, repository, issue)));
    });

    api.post(`${base}/issues`, async (call: Call) => {
      const repository = store.repository(call);
      const given = await body(call, fields);
      const text = checkedBody('Issue', given.body ?? '');
      const user = store.caller(call).login;
      // those of who may not write are dropped without a word
      const labels =
        association(user) === 'NONE' && !user.endsWith('[bot]')
          ? []
          : labelsNamed(store, repository, given.labels ?? []);
      return call.json(
        renderIssue(
          store,
          repository,
          newIssue(store, repository, { title: given.title, body: text || null, labels, user }),
        ),
        201,
      );
    });

    api.get(`${base}/issues/:number`, (call: Call) =>
      call.json(renderIssue(store, store.repository(call), wanted(call))),
    );

    api.patch(`${base}/issues/:number`, async (call: Call) => {
      const [repository, issue] = [store.repository(call), wanted(call)];
      const { labels, ...given } = await body(call, change);
      if (given.body != null) checkedBody('Issue', given.body);
      changeIssue(store, issue, { ...given, ...(labels && { labels: labelsNamed(store, repository, labels) }) });
      return call.json(renderIssue(store, repository, issue));
    });
  }
}
