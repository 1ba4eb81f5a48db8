import { z } from 'zod';
import { ApiError, failedValidation, notFound } from './api-error';
import { changedFiles, mergedFiles } from './changed-files';
import { addCommit, ancestors, findCommit } from './commits';
import { isPull, keyOf, markMerged, moveRef, type PullRequest } from './branches';
import { body, pageOf, REPOSITORY, type Api, type Call } from './http';
import type { Store } from './store';
import { changeIssue, checkedBody, inState, newIssue, sorted } from './issues';
import { renderPull, renderPullSimple, sides } from './pull-view';
import { repositoryHtml, repositoryUrl } from './repository-view';
import type { Repository } from './state';

const fields = z.object({
  title: z.string().min(1).max(256),
  body: z.string().nullish(),
  head: z.string(),
  base: z.string(),
  draft: z.boolean().default(false),
});
const change = z
  .object({
    title: z.string().min(1).max(256),
    body: z.string().nullable(),
    state: z.enum(['open', 'closed']),
    base: z.string(),
  })
  .partial();
const merge = z
  .object({
    sha: z.string().optional(),
    merge_method: z.enum(['merge', 'squash', 'rebase']).default('merge'),
    commit_title: z.string().optional(),
    commit_message: z.string().optional(),
  })
  .nullable()
  .transform((given) => given ?? { merge_method: 'merge' as const });

export function mountPulls(api: Api, store: Store): void {
  const pullsOf = ({ issues }: Repository) => Object.values(issues).filter(isPull);
  const label = ({ pull: { head } }: PullRequest) => `${store.state.repositories[head.repository]!.owner}:${head.ref}`;

  /** `branch`, or `owner:branch` of a fork. */
  function headOf(repository: Repository, given: string): PullRequest['pull']['head'] {
    const [owner, ref] = given.includes(':') ? (given.split(':', 2) as [string, string]) : [repository.owner, given];
    const from = Object.values(store.state.repositories).find(
      (one) => one.owner === owner && (one === repository || one.fork_of === keyOf(repository)),
    );
    const sha = from?.refs[`refs/heads/${ref}`];
    if (!sha)
      throw new ApiError(422, 'Validation Failed', [{ resource: 'PullRequest', field: 'head', code: 'invalid' }]);
    return { repository: keyOf(from), ref, sha };
  }

  for (const base of REPOSITORY) {
    const wanted = (call: Call): [Repository, PullRequest] => {
      const repository = store.repository(call);
      const issue = store.find(repository.issues, call.req.param('number')!);
      if (!isPull(issue)) throw notFound();
      return [repository, issue];
    };

    api.get(`${base}/pulls`, (call: Call) => {
      const repository = store.repository(call);
      const { head, base: into } = call.req.query();
      const found = pullsOf(repository)
        .filter(inState(call))
        .filter(
          (issue) =>
            (head === undefined || label(issue) === head) && (into === undefined || issue.pull.base.ref === into),
        );
      return call.json(pageOf(call, sorted(call, found)).map((issue) => renderPullSimple(store, repository, issue)));
    });

    api.post(`${base}/pulls`, async (call: Call) => {
      const repository = store.repository(call);
      const given = await body(call, fields);
      const head = headOf(repository, given.head);
      const into = repository.refs[`refs/heads/${given.base}`];
      if (!into)
        throw new ApiError(422, 'Validation Failed', [{ resource: 'PullRequest', field: 'base', code: 'invalid' }]);
      if (ancestors(store.commits(repository), into).includes(head.sha))
        throw failedValidation('PullRequest', 'head', `No commits between ${given.base} and ${given.head}`);
      const same = pullsOf(repository).find(
        ({ state, pull }) =>
          state === 'open' &&
          pull.head.ref === head.ref &&
          pull.head.repository === head.repository &&
          pull.base.ref === given.base,
      );
      if (same) throw failedValidation('PullRequest', 'head', `A pull request already exists for ${label(same)}.`);
      const issue = newIssue(store, repository, {
        title: given.title,
        body: checkedBody('PullRequest', given.body ?? '') || null,
        labels: [],
        user: store.caller(call).login,
      });
      issue.pull = {
        id: 3_000_000 + store.count('pull'),
        draft: given.draft,
        head,
        base: { ref: given.base, sha: into },
        merged_at: null,
        merged_by: null,
        merge_commit_sha: null,
      };
      return call.json(renderPull(store, repository, issue as PullRequest), 201);
    });

    api.get(`${base}/pulls/:number`, (call: Call) => call.json(renderPull(store, ...wanted(call))));

    api.patch(`${base}/pulls/:number`, async (call: Call) => {
      const [repository, issue] = wanted(call);
      const { base: into, ...given } = await body(call, change);
      if (given.state === 'open' && issue.pull.merged_at !== null)
        throw failedValidation('PullRequest', 'state', 'state cannot be changed. The pull request was merged.');
      if (into !== undefined)
        issue.pull.base = { ref: into, sha: findCommit(store, repository, `refs/heads/${into}`).sha };
      changeIssue(store, issue, given);
      return call.json(renderPull(store, repository, issue));
    });

    api.get(`${base}/pulls/:number/files`, (call: Call) => {
      const [repository, issue] = wanted(call);
      const { from, theirs } = sides(store, repository, issue);
      const { sha } = issue.pull.head;
      return call.json(
        pageOf(call, changedFiles(from, theirs)).map((file) => ({
          ...file,
          blob_url: `${repositoryHtml(repository)}/blob/${sha}/${file.filename}`,
          raw_url: `${repositoryHtml(repository)}/raw/${sha}/${file.filename}`,
          contents_url: `${repositoryUrl(repository)}/contents/${file.filename}?ref=${sha}`,
        })),
      );
    });

    api.get(`${base}/pulls/:number/merge`, (call: Call) => {
      if (wanted(call)[1].pull.merged_at === null) throw notFound();
      return call.body(null, 204);
    });

    api.put(`${base}/pulls/:number/merge`, async (call: Call) => {
      const [repository, issue] = wanted(call);
      const given = await body(call, merge);
      const {
        head,
        base: { ref },
        draft,
      } = issue.pull;
      const { into, from, ours, theirs } = sides(store, repository, issue);
      const files = mergedFiles(from, ours, theirs);
      if (issue.state === 'closed' || draft || files === undefined)
        throw new ApiError(405, 'Pull Request is not mergeable');
      if (given.sha !== undefined && given.sha !== head.sha)
        throw new ApiError(409, 'Head branch was modified. Review and try the merge again.');
      const { login } = store.caller(call);
      const title =
        given.commit_title ??
        (given.merge_method === 'merge'
          ? `Merge pull request #${issue.number} from ${label(issue).replace(':', '/')}`
          : `${issue.title} (#${issue.number})`);
      const parents = given.merge_method === 'merge' ? [into, head.sha] : [into];
      const { sha } = addCommit(store, repository, {
        message: [title, given.commit_message ?? issue.title].join('\n\n'),
        parents,
        author: login,
        files,
      });
      // the base as it was: what the pull request changed is still told
      issue.pull.base.sha = into;
      markMerged(store, issue, sha, login);
      moveRef(store, repository, `refs/heads/${ref}`, sha, login);
      return call.json({ sha, merged: true, message: 'Pull Request successfully merged' });
    });

    api.get(`${base}/commits/:sha/pulls`, (call: Call) => {
      const repository = store.repository(call);
      const { sha } = findCommit(store, repository, call.req.param('sha')!);
      const found = pullsOf(repository).filter(
        (issue) => issue.pull.merge_commit_sha === sha || sides(store, repository, issue).own.includes(sha),
      );
      return call.json(pageOf(call, found).map((issue) => renderPullSimple(store, repository, issue)));
    });
  }
}
