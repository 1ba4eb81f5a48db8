import { sizeCatalogue } from '../definition/sizes';
import type { SeedInput } from '../simulator/seed';

/** The repository that environments are reviewed in. */
export const repository = 'acme/asset-archive';

/**
 * The world that this repository's example product lives in. Environments name its users as reviewers; `mallory` has no part in any
 * repository and may only talk; `trent` triages issues. What can be planned can be bought: sizes are those of definition/.
 */
export const seed: SeedInput = {
  organizations: ['acme'],
  users: [
    { login: 'ada', name: 'Ada', role: 'admin' },
    { login: 'grace', name: 'Grace' },
    { login: 'mallory', name: 'Mallory', role: 'read' },
    { login: 'trent', name: 'Trent', role: 'triage' },
  ],
  teams: [
    { organization: 'acme', name: 'platform', members: ['ada', 'grace'], repositories: { [repository]: 'push' } },
  ],
  repositories: [{ name: repository, description: 'A small full-stack product' }],
  sizes: [...sizeCatalogue.sizes],
};
