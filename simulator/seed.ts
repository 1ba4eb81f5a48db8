import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { serviceTags } from './registry/service-tags';

const login = z
  .string()
  .regex(/^[a-z\d](?:[a-z\d]|-(?=[a-z\d]))*$/i, 'expected a GitHub login: letters, digits and single hyphens');
const fullName = z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'expected OWNER/NAME');
const slug = z.string().regex(/^[a-z\d-]+$/, 'expected a slug: lower-case letters, digits and hyphens');

/** What a user is in every repository. */
export const roles = ['admin', 'maintain', 'write', 'triage', 'read'] as const;
export type Role = (typeof roles)[number];

const user = z.strictObject({
  login,
  /** The display name; the login when absent. */
  name: z.string().optional(),
  role: z.enum(roles).default('write'),
  /** Counted from 11 when absent. */
  id: z.int().min(1).optional(),
});

const team = z.strictObject({
  organization: login,
  name: z.string().min(1),
  members: z.array(login).default([]),
  /** What its members may do, by OWNER/NAME of a repository. */
  repositories: z.record(fullName, z.enum(['pull', 'triage', 'push', 'maintain', 'admin'])).default({}),
  /** Counted from 21 when absent. */
  id: z.int().min(1).optional(),
});

const repository = z.strictObject({
  /** OWNER/NAME; an owner that is no user becomes an organization. */
  name: fullName,
  description: z.string().optional(),
  private: z.boolean().default(true),
  defaultBranch: z.string().min(1).default('main'),
  /** OWNER/NAME of the repository that it was forked from, which stands before it in the list. */
  forkOf: fullName.optional(),
});

const size = z.strictObject({
  slug,
  vcpus: z.int().min(1),
  /** MiB */
  memory: z.int().min(1),
  /** GiB */
  disk: z.int().min(1),
  /** USD */
  priceMonthly: z.number().min(0),
});

/** What a simulated cloud holds from the beginning. */
export const seedSchema = z
  .strictObject({
    organizations: z.array(login).default([]),
    /** The first admin owns GITHUB_TOKEN; the first user with the role `read` stands for an outsider. */
    users: z.array(user).min(1, 'expected at least one user'),
    teams: z.array(team).default([]),
    /** The first one is GITHUB_REPOSITORY. */
    repositories: z.array(repository).default([]),
    /** Repositories at ghcr.io and their tags; every name exists with every tag when absent. */
    images: z.array(z.strictObject({ name: fullName, tags: z.array(z.enum(serviceTags)).optional() })).optional(),
    /** Domains of the DigitalOcean account; with an address they have an A record. */
    domains: z.array(z.strictObject({ name: z.string().min(3), address: z.ipv4().optional() })).default([]),
    /** Regions beside DigitalOcean's. */
    regions: z
      .array(z.strictObject({ slug, name: z.string().min(1) }))
      .max(20)
      .default([]),
    /** Droplet sizes beside DigitalOcean's, or other prices for them. */
    sizes: z.array(size).default([]),
  })
  .superRefine(({ users, teams, repositories, organizations }, check) => {
    const fail = (path: (string | number)[], message: string) => check.addIssue({ code: 'custom', path, message });
    if (!users.some(({ role }) => role === 'admin')) fail(['users'], 'expected one user with the role admin');
    const logins = new Set(users.map((each) => each.login.toLowerCase()));
    const owners = new Set(
      [...organizations, ...repositories.map(({ name }) => name.split('/')[0]!)]
        .map((name) => name.toLowerCase())
        .filter((name) => !logins.has(name)),
    );
    const known = new Set<string>();
    repositories.forEach(({ name, forkOf }, index) => {
      if (forkOf !== undefined && !known.has(forkOf.toLowerCase()))
        fail(['repositories', index, 'forkOf'], `expected a repository that stands before it, got "${forkOf}"`);
      known.add(name.toLowerCase());
    });
    teams.forEach(({ organization, members, repositories: shared }, index) => {
      if (!owners.has(organization.toLowerCase()))
        fail(['teams', index, 'organization'], `expected an organization, got "${organization}"`);
      for (const member of members.filter((each) => !logins.has(each.toLowerCase())))
        fail(['teams', index, 'members'], `expected logins of users, got "${member}"`);
      for (const name of Object.keys(shared).filter((each) => !known.has(each.toLowerCase())))
        fail(['teams', index, 'repositories'], `expected repositories of this seed, got "${name}"`);
    });
  });

export type Seed = z.infer<typeof seedSchema>;
/** As a file or a caller writes it: what has a default may be absent. */
export type SeedInput = z.input<typeof seedSchema>;

/** Used when none is given: GitHub's own example names. */
export const defaultSeed: SeedInput = {
  users: [
    { login: 'octocat', name: 'The Octocat', role: 'admin' },
    { login: 'monalisa', name: 'Mona Lisa' },
    { login: 'hubot', name: 'Hubot', role: 'read' },
  ],
  teams: [
    {
      organization: 'octo-org',
      name: 'core',
      members: ['octocat', 'monalisa'],
      repositories: { 'octo-org/octo-repo': 'push' },
    },
  ],
  repositories: [{ name: 'octo-org/octo-repo', description: 'An example repository' }],
};

/** Checks a seed. Reports every mistake at once, each with its place; `from` names the file or the caller. */
export function parseSeed(given: unknown, from: string): Seed {
  const read = seedSchema.safeParse(given);
  if (read.success) return read.data;
  const lines = read.error.issues.map(
    ({ path, message }) => `  ${path.length > 0 ? path.join('.') : 'the seed'}: ${message}`,
  );
  throw new Error(`${from} is not a valid seed:\n${lines.join('\n')}`);
}

/** Reads a seed from a YAML or JSON file. */
export function readSeed(file: string): Seed {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`seed file ${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  let given: unknown;
  try {
    given = parse(text);
  } catch (error) {
    throw new Error(`${file} is neither YAML nor JSON: ${(error as Error).message}`, { cause: error });
  }
  return parseSeed(given, file);
}
