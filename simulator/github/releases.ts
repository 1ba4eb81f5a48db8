import { z } from 'zod';
import { ApiError, notFound } from './api-error';
import { findCommit } from './commits';
import { moveRef } from './branches';
import { body, pageOf, REPOSITORY, type Api, type Call } from './http';
import type { Store } from './store';
import { renderUser } from './owners';
import { repositoryHtml, repositoryUrl } from './repository-view';
import type { Repository } from './state';
import type { Release } from './issues-and-pulls';

const fields = z.object({
  tag_name: z.string().min(1),
  target_commitish: z.string().optional(),
  name: z.string().nullish(),
  body: z.string().max(125_000).nullish(),
  draft: z.boolean().default(false),
  prerelease: z.boolean().default(false),
});

export function mountReleases(api: Api, store: Store): void {
  function render(repository: Repository, release: Release) {
    const [api, html] = [repositoryUrl(repository), repositoryHtml(repository)];
    const url = `${api}/releases/${release.id}`;
    const tag = encodeURIComponent(release.tag_name);
    return {
      ...release,
      url,
      node_id: store.nodeId('RE', release.id),
      html_url: `${html}/releases/tag/${tag}`,
      assets_url: `${url}/assets`,
      upload_url: `https://uploads.github.com${new URL(url).pathname}/assets{?name,label}`,
      tarball_url: release.draft ? null : `${api}/tarball/${tag}`,
      zipball_url: release.draft ? null : `${api}/zipball/${tag}`,
      author: renderUser(store, store.state.users[release.author]!),
      assets: [],
    };
  }

  /** A release that is published has a tag: an existing one, or a new one at the commit that was named. */
  function publish(repository: Repository, release: Release): void {
    if (release.draft) return;
    const ref = `refs/tags/${release.tag_name}`;
    if (!Object.hasOwn(repository.refs, ref))
      moveRef(store, repository, ref, findCommit(store, repository, release.target_commitish).sha);
    release.published_at ??= store.now();
  }

  for (const base of REPOSITORY) {
    const wanted = (call: Call) => store.find(store.repository(call).releases, call.req.param('release')!);
    const newestFirst = (repository: Repository) => Object.values(repository.releases).reverse();

    api.get(`${base}/releases`, (call: Call) => {
      const repository = store.repository(call);
      return call.json(pageOf(call, newestFirst(repository)).map((release) => render(repository, release)));
    });

    api.post(`${base}/releases`, async (call: Call) => {
      const repository = store.repository(call);
      const given = await body(call, fields);
      const same = Object.values(repository.releases).find(
        ({ tag_name: tag, draft }) => tag === given.tag_name && !draft,
      );
      if (same)
        throw new ApiError(422, 'Validation Failed', [
          { resource: 'Release', code: 'already_exists', field: 'tag_name' },
        ]);
      const id = 5_500_000 + store.count('release');
      const release: Release = {
        id,
        ...given,
        name: given.name ?? null,
        body: given.body ?? null,
        target_commitish: given.target_commitish ?? repository.default_branch,
        author: store.caller(call).login,
        created_at: store.now(),
        published_at: null,
      };
      publish(repository, release);
      repository.releases[id] = release;
      return call.json(render(repository, release), 201);
    });

    api.get(`${base}/releases/latest`, (call: Call) => {
      const repository = store.repository(call);
      const latest = newestFirst(repository).find(({ draft, prerelease }) => !draft && !prerelease);
      if (!latest) throw notFound();
      return call.json(render(repository, latest));
    });

    api.get(`${base}/releases/tags/:tag{.+}`, (call: Call) => {
      const repository = store.repository(call);
      const found = newestFirst(repository).find(({ tag_name: tag, draft }) => tag === call.req.param('tag') && !draft);
      if (!found) throw notFound();
      return call.json(render(repository, found));
    });

    api.get(`${base}/releases/:release`, (call: Call) => call.json(render(store.repository(call), wanted(call))));

    api.patch(`${base}/releases/:release`, async (call: Call) => {
      const release = wanted(call);
      const sent = await body(call, z.record(z.string(), z.unknown()));
      const given = await body(call, fields.partial());
      Object.assign(release, Object.fromEntries(Object.entries(given).filter(([field]) => field in sent)));
      publish(store.repository(call), release);
      return call.json(render(store.repository(call), release));
    });

    api.delete(`${base}/releases/:release`, (call: Call) => {
      delete store.repository(call).releases[wanted(call).id];
      return call.body(null, 204);
    });
  }
}
