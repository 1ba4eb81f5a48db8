import type { Seed } from '../seed';
import { addCommit, sha1 } from './commits';
import type { Store } from './store';
import { workflowBot } from './people';
import { addRepository } from './repository-life';
import { repositoryUrl } from './repository-view';
import { slugOf } from './teams';
import { emptyWork } from './issues-and-pulls';

/** Adds what a seed names; what a kept account holds already stays. */
export function plantSeed(store: Store, seed: Seed): void {
  const { state } = store;
  seed.users.forEach(({ login, name = login, role, id }, index) => {
    const user = (state.users[login.toLowerCase()] ??= { id: id ?? 11 + index, login, name });
    user.role = role;
  });
  state.users[workflowBot.login] ??= workflowBot;
  for (const login of seed.organizations) plantOrganization(store, login);
  for (const repository of seed.repositories) plantRepository(store, repository);
  seed.teams.forEach(({ organization, name, members, repositories, id: given }, index) => {
    const id = given ?? 21 + index;
    state.teams[id] ??= { id, organization, slug: slugOf(name), name, members, repositories };
  });
}

function plantOrganization(store: Store, login: string): void {
  const key = login.toLowerCase();
  if (!store.state.users[key]) store.state.organizations[key] ??= { id: 700 + store.count('organization'), login };
}

function plantRepository(store: Store, given: Seed['repositories'][number]): void {
  const { state } = store;
  const [owner, name] = given.name.split('/') as [string, string];
  const key = given.name.toLowerCase();
  const forkOf = given.forkOf?.toLowerCase();
  plantOrganization(store, owner);
  if (!Object.hasOwn(state.repositories, key)) {
    addRepository(store, {
      owner,
      name,
      description: given.description ?? null,
      private: given.private,
      default_branch: given.defaultBranch,
    });
    if (forkOf !== undefined) state.repositories[key]!.fork_of = forkOf;
  }
  const repository = state.repositories[key]!;
  // an account that was kept by an older version has none of it
  Object.assign(repository, { ...emptyWork(), ...repository });
  if (Object.keys(repository.refs).length > 0) return;
  if (forkOf !== undefined) {
    repository.refs = { ...store.find(state.repositories, forkOf).refs };
    return;
  }
  const sha = sha1(`${repositoryUrl(repository)}@${given.defaultBranch}`);
  addCommit(store, repository, {
    sha,
    message: 'The first commit',
    parents: [],
    author: store.owner,
    files: { 'README.md': `# ${name}\n` },
  });
  repository.refs[`refs/heads/${repository.default_branch}`] = sha;
}
