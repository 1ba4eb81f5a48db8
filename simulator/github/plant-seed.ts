import type { Seed } from '../seed';
import { addCommit, sha1 } from './commits';
import type { Hub } from './hub';
import { workflowBot } from './people';
import { addRepository } from './repository-life';
import { repositoryUrl } from './repository-view';
import { slugOf } from './teams';
import { emptyWork } from './issues-and-pulls';

/** Adds what a seed names; what a kept account holds already stays. */
export function plantSeed(hub: Hub, seed: Seed): void {
  const { state } = hub;
  seed.users.forEach(({ login, name = login, role, id }, index) => {
    const user = (state.users[login.toLowerCase()] ??= { id: id ?? 11 + index, login, name });
    user.role = role;
  });
  state.users[workflowBot.login] ??= workflowBot;
  for (const login of seed.organizations) plantOrganization(hub, login);
  for (const repository of seed.repositories) plantRepository(hub, repository);
  seed.teams.forEach(({ organization, name, members, repositories, id: given }, index) => {
    const id = given ?? 21 + index;
    state.teams[id] ??= { id, organization, slug: slugOf(name), name, members, repositories };
  });
}

function plantOrganization(hub: Hub, login: string): void {
  const key = login.toLowerCase();
  if (!hub.state.users[key]) hub.state.organizations[key] ??= { id: 700 + hub.count('organization'), login };
}

function plantRepository(hub: Hub, given: Seed['repositories'][number]): void {
  const { state } = hub;
  const [owner, name] = given.name.split('/') as [string, string];
  const key = given.name.toLowerCase();
  const forkOf = given.forkOf?.toLowerCase();
  plantOrganization(hub, owner);
  if (!Object.hasOwn(state.repositories, key)) {
    addRepository(hub, {
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
    repository.refs = { ...hub.find(state.repositories, forkOf).refs };
    return;
  }
  const sha = sha1(`${repositoryUrl(repository)}@${given.defaultBranch}`);
  addCommit(hub, repository, {
    sha,
    message: 'The first commit',
    parents: [],
    author: hub.owner,
    files: { 'README.md': `# ${name}\n` },
  });
  repository.refs[`refs/heads/${repository.default_branch}`] = sha;
}
