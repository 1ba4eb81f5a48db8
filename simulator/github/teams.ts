import { z } from 'zod';
import { failedValidation, notFound } from './api-error';
import { API_URL, body, pageOf, type Api, type Call } from './http';
import type { Store } from './store';
import { renderOrganization, renderUser } from './owners';
import { renderRepository } from './repository-view';
import type { Repository, Team } from './state';

/** A team's routes exist twice: by organization and slug, and by both ids. The provider reads and deletes by ids. */
const TEAM = ['/orgs/:org/teams/:team', '/organizations/:id/team/:team'] as const;

const PERMISSIONS = ['pull', 'triage', 'push', 'maintain', 'admin'];
/** What a role was called in older answers, and what it is called in `role_name`. */
const ROLES: Record<string, string> = { pull: 'read', push: 'write' };

const fields = z.object({
  name: z.string().min(1),
  description: z.string().nullish(),
  privacy: z.enum(['secret', 'closed']).optional(),
  permission: z.enum(['pull', 'push', 'admin']).optional(),
  notification_setting: z.enum(['notifications_enabled', 'notifications_disabled']).optional(),
  maintainers: z.array(z.string()).optional(),
  repo_names: z.array(z.string()).optional(),
  parent_team_id: z.number().nullish(),
});

/** `Core API` is asked for as `core-api`. */
export const slugOf = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/** A team as lists and reviewers show it. */
export function renderTeam(store: Store, team: Team, nested = true): Record<string, unknown> {
  const above = nested && team.parent !== undefined ? store.state.teams[team.parent] : undefined;
  const organization = store.state.organizations[team.organization.toLowerCase()]!;
  const url = `${API_URL}/organizations/${organization.id}/team/${team.id}`;
  return {
    id: team.id,
    node_id: store.nodeId('T', team.id),
    url,
    html_url: `https://github.com/orgs/${team.organization}/teams/${team.slug}`,
    name: team.name,
    slug: team.slug,
    description: team.description ?? null,
    privacy: team.privacy ?? 'closed',
    notification_setting: team.notification_setting ?? 'notifications_enabled',
    permission: team.permission ?? 'pull',
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    ...(nested && { parent: above ? renderTeam(store, above, false) : null }),
    type: 'organization',
    organization_id: organization.id,
  };
}

export function mountTeams(api: Api, store: Store): void {
  const { organizations, users, teams, repositories } = store.state;
  const organization = (call: Call) => store.find(organizations, call.req.param('org')!.toLowerCase());

  function wanted(call: Call): Team {
    const [asked, id] = [call.req.param('team')!, call.req.param('id')];
    const found = Object.values(teams).find(({ organization: of, slug, id: number }) =>
      id === undefined
        ? of === organization(call).login && slug === asked
        : String(number) === asked && String(organizations[of.toLowerCase()]!.id) === id,
    );
    if (!found) throw notFound();
    return found;
  }

  const whole = (team: Team) => ({
    ...renderTeam(store, team),
    members_count: team.members.length,
    repos_count: Object.keys(team.repositories ?? {}).length,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    organization: renderOrganization(store, organizations[team.organization.toLowerCase()]!),
  });

  /** A team that is nested can be seen by all, so that its parent can. */
  const changes = ({
    parent_team_id: parent,
    name,
    description,
    privacy,
    permission,
    notification_setting,
  }: Partial<z.infer<typeof fields>>) => {
    if (parent) store.find(teams, parent);
    const given = { name, description, privacy, permission, notification_setting };
    return {
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
      ...(name !== undefined && { slug: slugOf(name) }),
      ...(parent !== undefined && { parent: parent ?? undefined }),
      ...(parent && { privacy: 'closed' as const }),
    };
  };

  function refuseTaken(login: string, name: string | undefined, except?: Team): void {
    const slug = name === undefined ? undefined : slugOf(name);
    if (Object.values(teams).some((team) => team !== except && team.organization === login && team.slug === slug))
      throw failedValidation('Team', 'name', 'Name must be unique for this org');
  }

  api.get('/orgs/:org/teams', (call) => {
    const { login } = organization(call);
    return call.json(
      pageOf(
        call,
        Object.values(teams).filter((team) => team.organization === login),
      ).map((team) => renderTeam(store, team)),
    );
  });

  api.post('/orgs/:org/teams', async (call) => {
    const { login } = organization(call);
    const given = await body(call, fields);
    refuseTaken(login, given.name);
    let id: number;
    do id = 21 + store.count('team');
    while (Object.hasOwn(teams, id));
    // who makes a team is in it, unless others are named
    const maintainers = given.maintainers ?? [store.caller(call).login];
    const names = (given.repo_names ?? []).map((name) => name.toLowerCase());
    for (const name of names) store.find(repositories, name);
    teams[id] = {
      privacy: 'secret',
      ...changes(given),
      id,
      organization: login,
      slug: slugOf(given.name),
      name: given.name,
      members: maintainers.map((one) => store.find(users, one.toLowerCase()).login),
      maintainers,
      repositories: Object.fromEntries(names.map((name) => [name, 'pull'])),
    };
    return call.json(whole(teams[id]), 201);
  });

  for (const base of TEAM) {
    api.get(base, (call: Call) => call.json(whole(wanted(call))));

    api.patch(base, async (call: Call) => {
      const team = wanted(call);
      const given = await body(call, fields.partial());
      refuseTaken(team.organization, given.name, team);
      Object.assign(team, changes(given));
      return call.json(whole(team));
    });

    /** Teams beneath it go with it. */
    api.delete(base, (call: Call) => {
      const gone = new Set([wanted(call).id]);
      for (const id of gone) for (const team of Object.values(teams)) if (team.parent === id) gone.add(team.id);
      for (const id of gone) delete teams[id];
      return call.body(null, 204);
    });

    api.get(`${base}/members`, (call: Call) =>
      call.json(pageOf(call, wanted(call).members).map((login) => renderUser(store, users[login]!))),
    );

    api.get(`${base}/repos`, (call: Call) => {
      const held = Object.entries(wanted(call).repositories ?? {}).filter(([name]) => repositories[name]);
      return call.json(pageOf(call, held).map(([name, permission]) => renderShared(repositories[name]!, permission)));
    });

    mountMembership(`${base}/memberships/:user`);
    mountSharing(`${base}/repos/:owner/:repo`);
  }

  function mountMembership(path: string): void {
    const render = (call: Call, team: Team, login: string) => ({
      url: call.req.url,
      role: (team.maintainers ?? []).includes(login) ? 'maintainer' : 'member',
      state: 'active',
    });

    api.get(path, (call: Call) => {
      const [team, login] = [wanted(call), call.req.param('user')!.toLowerCase()];
      if (!team.members.includes(login)) throw notFound();
      return call.json(render(call, team, login));
    });

    api.put(path, async (call: Call) => {
      const [team, { login }] = [wanted(call), store.find(users, call.req.param('user')!.toLowerCase())];
      const { role } = await body(call, z.object({ role: z.enum(['member', 'maintainer']).default('member') }));
      leave(team, login);
      team.members.push(login);
      if (role === 'maintainer') team.maintainers = [...(team.maintainers ?? []), login];
      return call.json(render(call, team, login));
    });

    api.delete(path, (call: Call) => {
      const [team, login] = [wanted(call), call.req.param('user')!.toLowerCase()];
      if (!team.members.includes(login)) throw notFound();
      leave(team, login);
      return call.body(null, 204);
    });
  }

  function leave(team: Team, login: string): void {
    team.members = team.members.filter((other) => other !== login);
    team.maintainers = (team.maintainers ?? []).filter((other) => other !== login);
  }

  function renderShared(repository: Repository, permission: string) {
    const reached = PERMISSIONS.slice(0, PERMISSIONS.indexOf(permission) + 1);
    const permissions = Object.fromEntries(PERMISSIONS.map((one) => [one, reached.includes(one)]));
    return { ...renderRepository(store, repository), permissions, role_name: ROLES[permission] ?? permission };
  }

  function mountSharing(path: string): void {
    const key = (call: Call) => `${call.req.param('owner')}/${call.req.param('repo')}`.toLowerCase();

    /** Only who asks for the repository's media type gets a body. */
    api.get(path, (call: Call) => {
      const permission = wanted(call).repositories?.[key(call)];
      if (permission === undefined) throw notFound();
      if (!call.req.header('accept')?.includes('repository')) return call.body(null, 204);
      return call.json(renderShared(store.repository(call), permission));
    });

    api.put(path, async (call: Call) => {
      const team = wanted(call);
      store.repository(call);
      const { permission } = await body(call, z.object({ permission: z.enum(PERMISSIONS).default('push') }));
      (team.repositories ??= {})[key(call)] = permission;
      return call.body(null, 204);
    });

    api.delete(path, (call: Call) => {
      delete wanted(call).repositories?.[key(call)];
      return call.body(null, 204);
    });
  }
}
