import { z } from 'zod';
import { ApiError } from './api-error';
import { body, pageOf, REPOSITORY, type Api, type Call } from './http';
import type { Store } from './store';
import { association, checkedBody } from './issues';
import { renderUser } from './owners';
import { repositoryHtml, repositoryUrl } from './repository-view';
import type { Repository } from './state';
import type { Comment } from './issues-and-pulls';

/** Comments of issues and of pull requests, which are issues too. */
export function mountIssueComments(api: Api, store: Store): void {
  function render(repository: Repository, { id, issue, user, ...comment }: Comment) {
    const url = repositoryUrl(repository);
    const kind = repository.issues[issue]!.pull ? 'pull' : 'issues';
    return {
      id,
      node_id: store.nodeId('IC', id),
      url: `${url}/issues/comments/${id}`,
      html_url: `${repositoryHtml(repository)}/${kind}/${issue}#issuecomment-${id}`,
      issue_url: `${url}/issues/${issue}`,
      user: renderUser(store, store.state.users[user]!),
      author_association: association(user),
      ...comment,
    };
  }
  const request = z.object({ body: z.string().min(1, "can't be blank") });

  for (const base of REPOSITORY) {
    const issue = (call: Call) => store.find(store.repository(call).issues, call.req.param('number')!);
    const wanted = (call: Call) => store.find(store.repository(call).comments, call.req.param('comment')!);
    /** A comment that the caller may change: one's own, or any for who may write. */
    const own = (call: Call) => {
      const comment = wanted(call);
      if (comment.user !== store.caller(call).login && store.caller(call).login === 'mallory')
        throw new ApiError(403, 'Must have admin rights to Repository.');
      return comment;
    };

    api.get(`${base}/issues/:number/comments`, (call: Call) => {
      const [repository, { number }] = [store.repository(call), issue(call)];
      const comments = Object.values(repository.comments).filter((comment) => comment.issue === number);
      return call.json(pageOf(call, comments).map((comment) => render(repository, comment)));
    });

    api.post(`${base}/issues/:number/comments`, async (call: Call) => {
      const [repository, { number }] = [store.repository(call), issue(call)];
      const text = checkedBody('IssueComment', (await body(call, request)).body);
      const id = 1_500_000_000 + store.count('comment');
      const at = store.now();
      repository.comments[id] = {
        id,
        issue: number,
        body: text,
        user: store.caller(call).login,
        created_at: at,
        updated_at: at,
      };
      return call.json(render(repository, repository.comments[id]), 201);
    });

    api.get(`${base}/issues/comments/:comment`, (call: Call) =>
      call.json(render(store.repository(call), wanted(call))),
    );

    api.patch(`${base}/issues/comments/:comment`, async (call: Call) => {
      const comment = own(call);
      const text = checkedBody('IssueComment', (await body(call, request)).body);
      return call.json(render(store.repository(call), Object.assign(comment, { body: text, updated_at: store.now() })));
    });

    api.delete(`${base}/issues/comments/:comment`, (call: Call) => {
      delete store.repository(call).comments[own(call).id];
      return call.body(null, 204);
    });
  }
}
