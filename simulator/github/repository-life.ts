import { z } from 'zod';
import { ApiError, failedValidation } from './api-error';
import { addCommit } from './commits';
import { body, REPOSITORY, type Api, type Call } from './http';
import type { Store } from './store';
import { renderRepository, repositorySettings } from './repository-view';
import type { Repository } from './state';
import { emptyWork } from './issues-and-pulls';

interface NewRepository {
  owner: string;
  name: string;
  description?: string | null;
  private?: boolean;
  default_branch?: string;
}

/** Puts a repository into the account; it has no commits yet. */
export function addRepository(
  store: Store,
  { owner, name, description = null, private: isPrivate = false, default_branch = 'main' }: NewRepository,
): Repository {
  return (store.state.repositories[`${owner}/${name}`.toLowerCase()] = {
    id: 4200 + store.count('repository'),
    owner,
    name,
    description,
    private: isPrivate,
    archived: false,
    default_branch,
    actions: { secrets: {} },
    dependabot: { secrets: {} },
    variables: {},
    environments: {},
    keys: {},
    rulesets: {},
    created_at: store.now(),
    ...emptyWork(),
  });
}

const name = z
  .string()
  .regex(/^[-a-zA-Z0-9_.]{1,100}$/, 'name can only contain ASCII letters, digits, and the characters ., -, and _');
const fields = z.object({
  name,
  description: z.string().nullish(),
  private: z.boolean().optional(),
  visibility: z.enum(['public', 'private', 'internal']).optional(),
  archived: z.boolean().optional(),
  default_branch: z.string().optional(),
  auto_init: z.boolean().optional(),
  ...repositorySettings,
});

/** How repositories are made, changed and deleted. */
export function mountRepositoryLife(api: Api, store: Store): void {
  const { repositories, organizations } = store.state;

  function refuseTaken(owner: string, wanted: string): void {
    if (Object.hasOwn(repositories, `${owner}/${wanted}`.toLowerCase()))
      throw failedValidation('Repository', 'name', 'name already exists on this account');
  }

  function change(repository: Repository, given: Partial<z.infer<typeof fields>>): void {
    const {
      name: _name,
      description,
      private: isPrivate,
      visibility,
      archived,
      default_branch,
      auto_init: _init,
      ...settings
    } = given;
    if (default_branch !== undefined && !(`refs/heads/${default_branch}` in repository.refs))
      throw failedValidation(
        'Repository',
        'default_branch',
        `Cannot update default branch to a branch that does not exist: ${default_branch}`,
      );
    if (description !== undefined) repository.description = description;
    if (isPrivate !== undefined || visibility !== undefined)
      repository.private = visibility === undefined ? isPrivate! : visibility !== 'public';
    if (archived !== undefined) repository.archived = archived;
    if (default_branch !== undefined) repository.default_branch = default_branch;
    repository.settings = { ...repository.settings, ...settings, ...(settings.homepage === '' && { homepage: null }) };
  }

  async function create(call: Call, owner: string) {
    const given = await body(call, fields);
    refuseTaken(owner, given.name);
    const repository = addRepository(store, { owner, name: given.name });
    change(repository, given);
    if (given.auto_init) {
      const files = { 'README.md': `# ${given.name}\n${given.description ? `${given.description}\n` : ''}` };
      repository.refs['refs/heads/main'] = addCommit(store, repository, {
        message: 'Initial commit',
        parents: [],
        author: store.caller(call).login,
        files,
      }).sha;
    }
    return call.json(renderRepository(store, repository), 201);
  }

  api.post('/orgs/:org/repos', (call) =>
    create(call, store.find(organizations, call.req.param('org').toLowerCase()).login),
  );
  api.post('/user/repos', (call) => create(call, store.caller(call).login));

  for (const base of REPOSITORY) {
    api.patch(base, async (call: Call) => {
      const repository = store.repository(call);
      const given = await body(call, fields.partial());
      if (repository.archived && given.archived !== false)
        throw new ApiError(403, 'Repository was archived so is read-only.');
      if (given.name !== undefined && given.name.toLowerCase() !== repository.name.toLowerCase())
        refuseTaken(repository.owner, given.name);
      change(repository, given);
      if (given.name !== undefined) move(repository, given.name);
      return call.json(renderRepository(store, repository));
    });

    api.delete(base, (call: Call) => {
      const repository = store.repository(call);
      // a fork holds its commits in common with what it was forked from
      for (const fork of Object.values(repositories).filter((other) => other.fork_of === keyOf(repository))) {
        fork.commits = { ...store.commits(repository) };
        delete fork.fork_of;
      }
      forget(keyOf(repository));
      return call.body(null, 204);
    });

    api.get(`${base}/topics`, (call: Call) => call.json({ names: store.repository(call).topics ?? [] }));
    api.put(`${base}/topics`, async (call: Call) => {
      const { names } = await body(
        call,
        z.object({ names: z.array(z.string().regex(/^[a-z0-9][a-z0-9-]{0,49}$/)).max(20) }),
      );
      store.repository(call).topics = names;
      return call.json({ names });
    });

    for (const [path, field] of [
      ['vulnerability-alerts', 'vulnerability_alerts'],
      ['automated-security-fixes', 'security_fixes'],
    ] as const) {
      api.get(`${base}/${path}`, (call: Call) => {
        const on = store.repository(call)[field] === true;
        if (field === 'security_fixes') return call.json({ enabled: on, paused: false });
        if (!on) throw new ApiError(404, 'Vulnerability alerts are disabled.');
        return call.body(null, 204);
      });
      api.put(`${base}/${path}`, (call: Call) => {
        store.repository(call)[field] = true;
        return call.body(null, 204);
      });
      api.delete(`${base}/${path}`, (call: Call) => {
        store.repository(call)[field] = false;
        return call.body(null, 204);
      });
    }
  }

  const keyOf = (repository: Repository) => `${repository.owner}/${repository.name}`.toLowerCase();

  function move(repository: Repository, to: string): void {
    const before = keyOf(repository);
    delete repositories[before];
    repository.name = to;
    const after = keyOf(repository);
    repositories[after] = repository;
    for (const other of Object.values(repositories)) if (other.fork_of === before) other.fork_of = after;
    for (const team of Object.values(store.state.teams)) {
      if (team.repositories?.[before] === undefined) continue;
      team.repositories[after] = team.repositories[before]!;
      if (after !== before) delete team.repositories[before];
    }
  }

  function forget(key: string): void {
    delete repositories[key];
    for (const team of Object.values(store.state.teams)) delete team.repositories?.[key];
  }
}
