import type { SeedInput } from '../seed';

/** The users, team and repository that these tests talk about. */
export const testSeed: SeedInput = {
  users: [
    { login: 'ada', name: 'Ada', role: 'admin' },
    { login: 'grace', name: 'Grace' },
    { login: 'mallory', name: 'Mallory', role: 'read' },
    { login: 'trent', name: 'Trent', role: 'triage' },
  ],
  teams: [
    { organization: 'acme', name: 'platform', members: ['ada', 'grace'], repositories: { 'acme/website': 'push' } },
  ],
  repositories: [{ name: 'acme/website', description: 'A small full-stack product' }],
};
