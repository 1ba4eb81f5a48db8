import { account as credentials } from '../../account';
import { type Account, openAccount } from './account';

let account: Account;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

const logins = (users: { login: string }[]) => users.map(({ login }) => login);
const byIds = async () => {
  const { id } = await account.expect(200, 'GET', '/orgs/acme');
  return `/organizations/${id}/team`;
};

test("a team's members and repositories are found by both ids, as the provider's data source asks", async () => {
  const team = `${await byIds()}/21`;
  expect(await account.expect(200, 'GET', team)).toMatchObject({ slug: 'platform', members_count: 2, repos_count: 1 });
  expect(logins(await account.expect(200, 'GET', `${team}/members?per_page=100`))).toEqual(['ada', 'grace']);
  expect(await account.expect(200, 'GET', `${team}/repos?per_page=100`)).toEqual([
    expect.objectContaining({
      name: 'website',
      role_name: 'write',
      permissions: expect.objectContaining({ push: true, admin: false }),
    }),
  ]);
  await account.expect(404, 'GET', '/organizations/1/team/21/members');
});

test("the provider's requests for a team carry it from its creation to its end", async () => {
  const team = await account.expect(201, 'POST', '/orgs/acme/teams', {
    name: 'Core API',
    description: '',
    privacy: 'secret',
  });
  expect(team).toMatchObject({ slug: 'core-api', privacy: 'secret', parent: null, members_count: 1 });
  const path = `${await byIds()}/${team.id}`;
  await account.expect(204, 'DELETE', '/orgs/acme/teams/core-api/memberships/ada');
  expect(await account.expect(200, 'GET', path)).toMatchObject({ name: 'Core API', members_count: 0 });
  await account.expect(200, 'PATCH', path, { name: 'Core', description: 'd', privacy: 'closed', parent_team_id: 21 });
  expect(await account.expect(200, 'GET', path)).toMatchObject({
    slug: 'core',
    description: 'd',
    parent: { slug: 'platform' },
  });
  expect((await account.expect(422, 'POST', '/orgs/acme/teams', { name: 'core' })).errors[0].field).toBe('name');
  await account.expect(204, 'DELETE', path);
  await account.expect(404, 'GET', path);
  await account.expect(404, 'GET', '/orgs/acme/teams/core');
});

test('teams beneath a team go with it', async () => {
  const above = await account.expect(201, 'POST', '/orgs/acme/teams', { name: 'above', privacy: 'closed' });
  const below = await account.expect(201, 'POST', '/orgs/acme/teams', { name: 'below', parent_team_id: above.id });
  expect(below).toMatchObject({ privacy: 'closed', parent: { id: above.id } });
  await account.expect(204, 'DELETE', '/orgs/acme/teams/above');
  await account.expect(404, 'GET', '/orgs/acme/teams/below');
});

test('a membership and a share of a repository are given, changed and taken away', async () => {
  const team = '/orgs/acme/teams/platform';
  expect(await account.expect(200, 'PUT', `${team}/memberships/mallory`, { role: 'maintainer' })).toMatchObject({
    role: 'maintainer',
    state: 'active',
  });
  expect(await account.expect(200, 'GET', `${team}/memberships/mallory`)).toMatchObject({ role: 'maintainer' });
  await account.expect(204, 'DELETE', `${team}/memberships/mallory`);
  await account.expect(404, 'GET', `${team}/memberships/mallory`);

  await account.expect(204, 'PUT', `${team}/repos/acme/website`, { permission: 'admin' });
  await account.expect(204, 'GET', `${team}/repos/acme/website`);
  const { body } = await account.call('GET', `${team}/repos/acme/website`, undefined, {
    accept: 'application/vnd.github.v3.repository+json',
  });
  expect(body).toMatchObject({ role_name: 'admin', permissions: { admin: true } });
  await account.expect(204, 'DELETE', `${team}/repos/acme/website`);
  await account.expect(404, 'GET', `${team}/repos/acme/website`);
});

test('GraphQL tells the members of a team, page by page: the provider asks so for the one that it takes out of a new team', async () => {
  const ask = async (query: string, variables: object) => {
    const response = await fetch(`${account.url}/api/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${credentials.githubToken}` },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as object;
  };
  const members =
    'query($login:String!$slug:String!){organization(login: $login){team(slug: $slug){members{nodes{login}}}}}';
  expect(await ask(members, { login: 'acme', slug: 'platform' })).toEqual({
    data: { organization: { team: { members: { nodes: [{ login: 'ada' }, { login: 'grace' }] } } } },
  });
  const paged =
    'query($c:String){organization(login:"acme"){team(slug:"platform"){members(first:1,after:$c,membership:IMMEDIATE){nodes{login},pageInfo{endCursor,hasNextPage}}}}}';
  const page = (login: string, endCursor: string, hasNextPage: boolean) => ({
    data: { organization: { team: { members: { nodes: [{ login }], pageInfo: { endCursor, hasNextPage } } } } },
  });
  expect(await ask(paged, { c: null })).toEqual(page('ada', '1', true));
  expect(await ask(paged, { c: '1' })).toEqual(page('grace', '2', false));
  expect(await ask('{ repository { id } }', {})).toMatchObject({
    errors: [{ message: 'Cannot query field "repository" on type "Query".' }],
  });
});
