import { ApiError, notFound } from './api-error';
import { API_URL, type Api, type Call } from './http';
import type { Store } from './store';
import type { Organization, User } from './state';

export function renderUser(
  store: Store,
  { id, login, type: kind }: { id: number; login: string; type?: 'Bot' },
  type: 'User' | 'Organization' | 'Bot' = kind ?? 'User',
) {
  const url = `${API_URL}/users/${encodeURIComponent(login)}`;
  const lists = ['followers', 'following', 'gists', 'starred', 'subscriptions', 'repos', 'events', 'received_events'];
  return {
    login,
    id,
    node_id: store.nodeId({ User: 'U', Organization: 'O', Bot: 'BOT' }[type], id),
    avatar_url: `https://avatars.githubusercontent.com/u/${id}`,
    gravatar_id: '',
    url,
    html_url: type === 'Bot' ? `https://github.com/apps/${login.replace('[bot]', '')}` : `https://github.com/${login}`,
    ...Object.fromEntries(lists.map((list) => [`${list}_url`, `${url}/${list}`])),
    organizations_url: `${url}/orgs`,
    type,
    site_admin: false,
  };
}

const profile = (store: Store, user: User) => ({
  ...renderUser(store, user),
  name: user.name,
  company: null,
  blog: '',
  location: null,
  email: null,
  hireable: null,
  bio: null,
  twitter_username: null,
  public_repos: 0,
  public_gists: 0,
  followers: 0,
  following: 0,
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
});

export function renderOrganization(store: Store, { id, login }: Organization) {
  const url = `${API_URL}/orgs/${login}`;
  return {
    login,
    id,
    node_id: store.nodeId('O', id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `https://avatars.githubusercontent.com/u/${id}`,
    description: null,
    name: login,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: `https://github.com/${login}`,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    archived_at: null,
    type: 'Organization',
  };
}

export function mountOwners(api: Api, store: Store): void {
  const { organizations, users } = store.state;
  const organization = (call: Call) => store.find(organizations, call.req.param('org')!.toLowerCase());

  api.get('/user', (call) => {
    const me = store.caller(call);
    if (me.type === 'Bot') throw new ApiError(403, 'Resource not accessible by integration');
    return call.json({
      ...profile(store, me),
      private_gists: 0,
      total_private_repos: 0,
      owned_private_repos: 0,
      disk_usage: 0,
      collaborators: 0,
      two_factor_authentication: true,
    });
  });

  api.get('/user/:id{\\d+}', (call) => {
    const found = Object.values(users).find(({ id }) => String(id) === call.req.param('id'));
    if (!found) throw notFound();
    return call.json(profile(store, found));
  });

  api.get('/users/:user', (call) => {
    const login = call.req.param('user').toLowerCase();
    if (Object.hasOwn(organizations, login)) {
      return call.json({
        ...profile(store, { ...organizations[login], name: login }),
        ...renderUser(store, organizations[login], 'Organization'),
      });
    }
    return call.json(profile(store, store.find(users, login)));
  });

  api.get('/orgs/:org', (call) => call.json(renderOrganization(store, organization(call))));
}
