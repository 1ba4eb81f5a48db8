import { type Account, openAccount, REPOSITORY } from './account';

let account: Account;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

/** What the provider sends of a repository of which only the name is configured. */
const request = {
  name: 'site',
  description: '',
  homepage: '',
  private: false,
  visibility: 'public',
  has_issues: false,
  has_projects: false,
  has_wiki: false,
  has_downloads: false,
  has_discussions: false,
  is_template: false,
  allow_merge_commit: true,
  allow_squash_merge: true,
  allow_rebase_merge: true,
  allow_auto_merge: false,
  allow_update_branch: false,
  delete_branch_on_merge: false,
  web_commit_signoff_required: false,
  auto_init: false,
  license_template: '',
  gitignore_template: '',
  archived: false,
  squash_merge_commit_title: 'COMMIT_OR_PR_TITLE',
  squash_merge_commit_message: 'COMMIT_MESSAGES',
  merge_commit_title: 'MERGE_MESSAGE',
  merge_commit_message: 'PR_TITLE',
};

test("the provider's requests for a repository carry it from its creation to its end", async () => {
  const made = await account.expect(201, 'POST', '/orgs/acme/repos', request);
  expect(made).toMatchObject({
    full_name: 'acme/site',
    visibility: 'public',
    has_wiki: false,
    homepage: null,
    allow_update_branch: false,
  });
  await account.expect(404, 'GET', '/repos/acme/site/vulnerability-alerts');
  await account.expect(204, 'PUT', '/repos/acme/site/vulnerability-alerts');
  await account.expect(204, 'GET', '/repos/acme/site/vulnerability-alerts');
  const { auto_init: _init, license_template: _license, gitignore_template: _ignore, ...fields } = request;
  const changed = await account.expect(200, 'PATCH', '/repos/acme/site', {
    ...fields,
    description: 'd',
    has_wiki: true,
    allow_auto_merge: true,
  });
  expect(changed).toMatchObject({ description: 'd', has_wiki: true, allow_auto_merge: true, has_issues: false });
  await account.expect(200, 'PUT', '/repos/acme/site/topics', { names: ['web'] });
  expect(await account.expect(200, 'GET', '/repos/acme/site')).toMatchObject({ topics: ['web'], description: 'd' });
  expect((await account.expect(422, 'POST', '/orgs/acme/repos', request)).errors[0].message).toBe(
    'name already exists on this account',
  );
  await account.expect(204, 'DELETE', '/repos/acme/site');
  await account.expect(404, 'GET', '/repos/acme/site');
});

test('a repository is renamed, made private, and archived: then it is only read', async () => {
  await account.expect(201, 'POST', '/orgs/acme/repos', request);
  expect(await account.expect(200, 'PATCH', '/repos/acme/site', { name: 'home', private: true })).toMatchObject({
    full_name: 'acme/home',
    visibility: 'private',
  });
  await account.expect(404, 'GET', '/repos/acme/site');
  expect(await account.expect(200, 'PATCH', '/repos/acme/home', { archived: true })).toMatchObject({ archived: true });
  await account.expect(403, 'PATCH', '/repos/acme/home', { description: 'no' });
});

test('a repository begins empty, or with a README when that is asked for; its first file makes its branch', async () => {
  await account.expect(201, 'POST', '/user/repos', { name: 'empty' });
  expect(await account.expect(404, 'GET', '/repos/ada/empty/contents/README.md')).toMatchObject({
    message: 'This repository is empty.',
  });
  await account.expect(201, 'PUT', '/repos/ada/empty/contents/a.txt', { message: 'm', content: 'YQ==' });
  expect(await account.expect(200, 'GET', '/repos/ada/empty/branches/main')).toMatchObject({ name: 'main' });
  await account.expect(201, 'POST', '/user/repos', { name: 'begun', auto_init: true });
  const { content } = await account.expect(200, 'GET', '/repos/ada/begun/contents/README.md');
  expect(Buffer.from(content, 'base64').toString()).toBe('# begun\n');
});

test("a file's address names the branch that it was read from", async () => {
  const { url, html_url: html } = await account.expect(200, 'GET', `${REPOSITORY}/contents/README.md`);
  expect([url, html]).toEqual([
    'https://api.github.com/repos/acme/website/contents/README.md?ref=main',
    'https://github.com/acme/website/blob/main/README.md',
  ]);
});

test('a ruleset forgets a parameter that only forks have, and loses its rules when none are sent', async () => {
  const body = {
    name: 'main',
    target: 'branch',
    enforcement: 'active',
    rules: [{ type: 'update', parameters: { update_allows_fetch_and_merge: true } }],
  };
  const ruleset = await account.expect(201, 'POST', `${REPOSITORY}/rulesets`, body);
  expect(ruleset.rules).toEqual([{ type: 'update' }]);
  const path = `${REPOSITORY}/rulesets/${ruleset.id}`;
  await account.expect(200, 'PUT', path, { name: 'main', target: 'branch', enforcement: 'disabled' });
  expect(await account.expect(200, 'GET', path)).toMatchObject({ enforcement: 'disabled', rules: [] });
});

const GPG = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENBFy=\n-----END PGP PUBLIC KEY BLOCK-----\n';
const SSH = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';

test.each([
  ['gpg_keys', { armored_public_key: GPG }, { raw_key: GPG }, { armored_public_key: 'nonsense' }],
  ['keys', { title: 'laptop', key: SSH }, { key: SSH }, { title: 'laptop', key: 'nonsense' }],
])("a user's %s are added, seen by others, and taken away", async (list, request, kept, wrong) => {
  const key = await account.expect(201, 'POST', `/user/${list}`, request);
  expect(await account.expect(200, 'GET', `/user/${list}/${key.id}`)).toMatchObject(kept);
  expect(await account.expect(200, 'GET', `/users/ada/${list}`)).toEqual([expect.objectContaining(kept)]);
  expect(await account.expect(200, 'GET', `/users/grace/${list}`)).toEqual([]);
  expect(await account.expect(200, 'GET', `/users/acme/${list}`)).toEqual([]);
  await account.expect(422, 'POST', `/user/${list}`, wrong);
  await account.expect(204, 'DELETE', `/user/${list}/${key.id}`);
  await account.expect(404, 'GET', `/user/${list}/${key.id}`);
});
