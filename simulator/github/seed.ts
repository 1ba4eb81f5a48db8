import { addCommit, sha1 } from './commits';
import type { Hub } from './hub';
import { USERS } from './people';
import { addRepository } from './repository-life';
import { repositoryUrl } from './repository-view';
import { emptyWork } from './work';

export interface RepositoryOption {
  /** `owner/name`; an owner that is new becomes an organization. */
  fullName: string;
  description?: string;
  /** True when absent. */
  private?: boolean;
  /** `main` when absent. */
  defaultBranch?: string;
  /** `owner/name` of the repository that it was forked from; its branches are pushed. */
  forkOf?: string;
}

const TEAM = {
  id: 21,
  organization: 'acme',
  slug: 'platform',
  name: 'platform',
  members: ['ada', 'grace'],
  repositories: { 'acme/asset-archive': 'push' },
};
const FIRST: RepositoryOption = { fullName: 'acme/asset-archive', description: 'A small full-stack product' };

/** What is there from the beginning; what an account has kept stays. */
export function seed(hub: Hub, repositories: RepositoryOption[]): void {
  const { state } = hub;
  for (const user of USERS) state.users[user.login] ??= user;
  for (const { fullName, description = null, private: isPrivate = true, defaultBranch = 'main', forkOf } of [
    FIRST,
    ...repositories,
  ]) {
    const [owner, name] = fullName.split('/');
    const key = fullName.toLowerCase();
    if (!state.users[owner.toLowerCase()])
      state.organizations[owner.toLowerCase()] ??= { id: 700 + hub.count('organization'), login: owner };
    if (!Object.hasOwn(state.repositories, key)) {
      addRepository(hub, { owner, name, description, private: isPrivate, default_branch: defaultBranch });
      if (forkOf !== undefined) state.repositories[key]!.fork_of = forkOf.toLowerCase();
    }
    const repository = state.repositories[key]!;
    // an account that was kept by an older rehearsal has none of it
    Object.assign(repository, { ...emptyWork(), ...repository });
    if (Object.keys(repository.refs).length > 0) continue;
    if (forkOf !== undefined) {
      repository.refs = { ...hub.find(state.repositories, forkOf.toLowerCase()).refs };
      continue;
    }
    const sha = sha1(`${repositoryUrl(repository)}@${defaultBranch}`);
    addCommit(hub, repository, {
      sha,
      message: 'The rehearsed commit',
      parents: [],
      author: 'ada',
      files: { 'README.md': `# ${name}\n` },
    });
    repository.refs[`refs/heads/${repository.default_branch}`] = sha;
  }
  state.teams[TEAM.id] ??= TEAM;
}
