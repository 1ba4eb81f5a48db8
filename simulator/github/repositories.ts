import { z } from 'zod';
import { addCommit, findCommit, renderCommit, sha1 } from './commits';
import { ApiError, notFound } from './api-error';
import { moveRef } from './branches';
import { body, pageOf, REPOSITORY, type Api, type Call } from './http';
import type { Store } from './store';
import { renderOrganization } from './owners';
import { renderRepository, repositoryHtml, repositoryUrl } from './repository-view';
import type { Repository } from './state';

function renderBranch(store: Store, repository: Repository, name: string) {
  const url = repositoryUrl(repository);
  return {
    name,
    commit: renderCommit(store, repository, findCommit(store, repository, `refs/heads/${name}`)),
    _links: { self: `${url}/branches/${name}`, html: `${repositoryHtml(repository)}/tree/${name}` },
    protected: false,
    protection: { enabled: false },
    protection_url: `${url}/branches/${name}/protection`,
  };
}

const blobSha = (text: string) => sha1(`blob ${Buffer.byteLength(text)}\0${text}`);

/** `ref` is the branch, tag or commit that was asked for. */
function renderFile(repository: Repository, path: string, text: string, ref: string) {
  const html = `${repositoryHtml(repository)}/blob/${ref}/${path}`;
  const sha = blobSha(text);
  const [url, git] = [
    `${repositoryUrl(repository)}/contents/${path}?ref=${ref}`,
    `${repositoryUrl(repository)}/git/blobs/${sha}`,
  ];
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

export function mountRepositories(api: Api, store: Store): void {
  api.get('/orgs/:org/repos', (call) => {
    const { login } = renderOrganization(
      store,
      store.find(store.state.organizations, call.req.param('org').toLowerCase()),
    );
    const of = Object.values(store.state.repositories).filter((repository) => repository.owner === login);
    return call.json(pageOf(call, of).map((repository) => renderRepository(store, repository)));
  });

  for (const base of REPOSITORY) {
    api.get(base, (call: Call) => call.json(renderRepository(store, store.repository(call))));

    api.get(`${base}/branches`, (call: Call) => {
      const repository = store.repository(call);
      return call.json(
        pageOf(call, branches(repository)).map((name) => {
          const {
            commit: { sha, url },
            protected: isProtected,
          } = renderBranch(store, repository, name);
          return { name, commit: { sha, url }, protected: isProtected };
        }),
      );
    });

    api.get(`${base}/branches/:branch{.+}`, (call: Call) => {
      const repository = store.repository(call);
      const name = call.req.param('branch')!;
      if (!branches(repository).includes(name)) throw notFound();
      return call.json(renderBranch(store, repository, name));
    });

    api.get(`${base}/contents/:path{.+}`, (call: Call) => {
      const repository = store.repository(call);
      const path = call.req.param('path')!;
      if (Object.keys(repository.refs).length === 0) throw new ApiError(404, 'This repository is empty.');
      const ref = call.req.query('ref') || repository.default_branch;
      const { files } = findCommit(store, repository, ref);
      return call.json(renderFile(repository, path, store.find(files, path), ref));
    });

    api.put(`${base}/contents/:path{.+}`, async (call: Call) => {
      const repository = store.repository(call);
      const path = call.req.param('path')!;
      const given = await body(
        call,
        z.object({
          message: z.string(),
          content: z.base64(),
          sha: z.string().optional(),
          branch: z.string().optional(),
        }),
      );
      const branch = given.branch || repository.default_branch;
      const ref = `refs/heads/${branch}`;
      // the first file of an empty repository makes its branch
      const parent = Object.keys(repository.refs).length === 0 ? undefined : findCommit(store, repository, ref);
      const files = parent?.files ?? {};
      const before = Object.hasOwn(files, path) ? blobSha(files[path]!) : undefined;
      if (before !== given.sha)
        throw before !== undefined && given.sha === undefined
          ? new ApiError(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
          : new ApiError(409, `${path} does not match ${given.sha}`);
      const text = Buffer.from(given.content, 'base64').toString();
      const commit = addCommit(store, repository, {
        message: given.message,
        parents: parent ? [parent.sha] : [],
        author: store.caller(call).login,
        files: { ...files, [path]: text },
      });
      moveRef(store, repository, ref, commit.sha);
      return call.json(
        { content: renderFile(repository, path, text, branch), commit: renderCommit(store, repository, commit).commit },
        before === undefined ? 201 : 200,
      );
    });
  }
}

const branches = ({ refs }: Repository) =>
  Object.keys(refs)
    .filter((ref) => ref.startsWith('refs/heads/'))
    .map((ref) => ref.slice('refs/heads/'.length));
