import { z } from 'zod';
import { invalid } from './api-error';
import { ancestors, findCommit } from './commits';
import { moveRef } from './branches';
import { body, pageOf, REPOSITORY, type Api, type Call } from './http';
import type { Store } from './store';
import { repositoryHtml, repositoryUrl } from './repository-view';
import type { Repository } from './state';

const sha = z.string().regex(/^[0-9a-f]{40}$/, 'must be a SHA of forty digits');
const REF = '/:ref{(?:heads|tags)/.+}';

export function mountRefs(api: Api, store: Store): void {
  const render = (repository: Repository, ref: string) => ({
    ref,
    node_id: store.nodeId('REF', `${repository.id}:${ref}`),
    url: `${repositoryUrl(repository)}/git/${ref}`,
    object: {
      type: 'commit',
      sha: repository.refs[ref]!,
      url: `${repositoryUrl(repository)}/git/commits/${repository.refs[ref]}`,
    },
  });
  const wanted = (call: Call) => {
    const [repository, ref] = [store.repository(call), `refs/${call.req.param('ref')}`];
    store.find(repository.refs, ref);
    return [repository, ref] as const;
  };
  const known = (repository: Repository, given: string) => {
    if (!Object.hasOwn(store.commits(repository), given)) throw invalid('Object does not exist');
  };

  for (const base of REPOSITORY) {
    api.get(`${base}/git/matching-refs/:ref{.+}`, (call: Call) => {
      const repository = store.repository(call);
      const found = Object.keys(repository.refs).filter((ref) => ref.startsWith(`refs/${call.req.param('ref')}`));
      return call.json(found.map((ref) => render(repository, ref)));
    });

    api.get(`${base}/git/ref${REF}`, (call: Call) => call.json(render(...wanted(call))));

    api.post(`${base}/git/refs`, async (call: Call) => {
      const repository = store.repository(call);
      const given = await body(
        call,
        z.object({
          ref: z.string().regex(/^refs\/(?:heads|tags)\/./, 'must begin with refs/heads/ or refs/tags/'),
          sha,
        }),
      );
      known(repository, given.sha);
      if (Object.hasOwn(repository.refs, given.ref)) throw invalid('Reference already exists');
      moveRef(store, repository, given.ref, given.sha, store.caller(call).login);
      return call.json(render(repository, given.ref), 201);
    });

    api.patch(`${base}/git/refs${REF}`, async (call: Call) => {
      const [repository, ref] = wanted(call);
      const given = await body(call, z.object({ sha, force: z.boolean().default(false) }));
      known(repository, given.sha);
      const forward = ancestors(store.commits(repository), given.sha).includes(repository.refs[ref]!);
      if (!forward && !given.force) throw invalid('Update is not a fast forward');
      moveRef(store, repository, ref, given.sha, store.caller(call).login);
      return call.json(render(repository, ref));
    });

    api.delete(`${base}/git/refs${REF}`, (call: Call) => {
      const repository = store.repository(call);
      const ref = `refs/${call.req.param('ref')}`;
      if (!Object.hasOwn(repository.refs, ref)) throw invalid('Reference does not exist');
      moveRef(store, repository, ref, undefined);
      return call.body(null, 204);
    });

    api.get(`${base}/tags`, (call: Call) => {
      const repository = store.repository(call);
      const [url, html] = [repositoryUrl(repository), repositoryHtml(repository)];
      const names = Object.keys(repository.refs)
        .filter((ref) => ref.startsWith('refs/tags/'))
        .map((ref) => ref.slice('refs/tags/'.length));
      return call.json(
        pageOf(call, names.sort().reverse()).map((name) => {
          const commit = findCommit(store, repository, `refs/tags/${name}`);
          return {
            name,
            zipball_url: `${url}/zipball/refs/tags/${name}`,
            tarball_url: `${html}/archive/refs/tags/${name}.tar.gz`,
            commit: { sha: commit.sha, url: `${url}/commits/${commit.sha}` },
            node_id: store.nodeId('REF', `${repository.id}:refs/tags/${name}`),
          };
        }),
      );
    });
  }
}
