import { z } from 'zod';
import { dropletSchema } from './droplet';
import { datastoresSchema, type ProductInput } from './product';
import { serviceOverrideSchema } from './service';

const cidr = z.union([z.cidrv4(), z.cidrv6()], { error: 'an address range like "203.0.113.7/32"' });
/** GitHub's own rule for names of secrets and variables (docs.github.com, "Naming your secrets"). */
export const githubName = z.string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'letters, digits and "_", not starting with a digit')
  .refine((name) => !/^GITHUB_/i.test(name), 'may not start with GITHUB_');
const publicKey = z.string().regex(/^(ssh-(ed25519|rsa)|ecdsa-sha2-nistp\d+|sk-\S+) [A-Za-z0-9+/=]+( .*)?$/, 'an OpenSSH public key');
const percent = z.int().min(1).max(100);
/** It is part of what the machine converges to, and so of every plan that changes it. */
const html = z.string().min(1).refine((page) => Buffer.byteLength(page) <= 65_536, 'HTML of 64 KiB at most: link to what is larger');

export const accessSchema = z.strictObject({
  /** Who reaches ports 80 and 443. Left out: everybody. */
  web: z.strictObject({ from: z.array(cidr).min(1) }).optional(),
  /** SSH is closed unless this says from where. Keys are read only when a machine is made. */
  ssh: z.strictObject({
    from: z.array(cidr).min(1),
    keys: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/, 'a lower-case name'), publicKey),
  }).optional(),
});

export const githubSchema = z.strictObject({
  repository: z.string().regex(/^[A-Za-z0-9-]+\/[-A-Za-z0-9_.]{1,100}$/, '"owner/name"'),
  /** Branches, as GitHub patterns, that may deploy to this environment. */
  deployFrom: z.array(z.string().min(1)).min(1),
  /** Who approves each deployment; at most six, users by login and teams by slug. */
  reviewers: z.strictObject({
    users: z.array(z.string()).optional(),
    teams: z.array(z.string()).optional(),
  }).optional(),
  /** The person who started a deployment may not approve it. */
  preventSelfReview: z.boolean().optional(),
  /** Minutes that a deployment waits before it starts; 43,200 at most. */
  waitMinutes: z.int().min(0).max(43200).optional(),
  variables: z.record(githubName, z.string()).optional(),
  /** Names of secrets for the environment's workflows; values come from `berth secret set`. */
  secrets: z.array(githubName).optional(),
  /** Keys that may read the repository (or write, when they say so). */
  deployKeys: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/, 'a lower-case name'), z.strictObject({ key: publicKey, write: z.boolean().optional() })).optional(),
  /** Rules for the repository's default branch. One environment of a repository may declare them. */
  defaultBranch: z.strictObject({
    approvals: z.int().min(0).max(10).optional(),
    checks: z.array(z.string().min(1)).optional(),
  }).optional(),
});

export const environmentSchema = z.strictObject({
  /** Also the stack's name and part of every resource's name: changing it makes another environment. */
  name: z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'lower-case letters, digits and single "-", starting with a letter').max(24),
  product: z.unknown(),
  /** What DigitalOcean's project is labelled with. Left out: `production` for the environment of that name, else `staging`. */
  stage: z.enum(['development', 'staging', 'production']).optional(),
  /** The zone that this environment's records live in. Two environments cannot share one. Replaces the records. */
  domain: z.string().regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/, 'a domain name in lower case').max(253),
  /** Per service: what differs from the product, or `false` for a service that does not run here. */
  services: z.record(z.string(), z.union([z.literal(false), serviceOverrideSchema])).optional(),
  datastores: datastoresSchema.optional(),
  platform: dropletSchema,
  access: accessSchema.optional(),
  github: githubSchema,
  /** Registries that want a login before an image can be fetched, by their host: who, and the name of the secret that opens them. */
  registries: z.record(
    z.string().regex(/^[a-z0-9.-]+(:\d+)?$/, 'a registry\'s host, like "ghcr.io"'),
    z.strictObject({ user: z.string().min(1), secret: z.string().regex(/^[A-Z_][A-Z0-9_]*$/, 'the name of a secret: upper-case letters, digits and "_"') }),
  ).optional(),
  /** When the machine may restart for a security update that needs it: five cron fields in UTC. About a minute without service. Left out: never by itself. */
  restartWindow: z.string().regex(/^(\S+\s+){4}\S+$/, 'five cron fields in UTC, like "0 4 * * 0"').optional(),
  /** HTML of your own for visitors; `readFileSync` in the environment's file reads one from beside it. Left out: a sentence of the machine's own. In place. */
  pages: z.strictObject({
    /** Where a service cannot answer (502, 503, 504). */
    error: html.optional(),
    /** While `maintenance` is on. */
    maintenance: html.optional(),
  }).optional(),
  /**
   * While on, every path answers 503 with the maintenance page; services, jobs and datastores run on. `allow` names from where the product is
   * reached all the same. In place, within seconds of a deploy, without a connection refused.
   */
  maintenance: z.union([z.boolean(), z.strictObject({ allow: z.array(cidr).min(1) })]).optional(),
  backups: z.strictObject({
    /** Days that backups of the datastores are kept. */
    keepDays: z.int().min(1).max(365).optional(),
    /** When they are made: five cron fields in UTC. */
    schedule: z.string().regex(/^(\S+\s+){4}\S+$/, 'five cron fields in UTC, like "0 2 * * *"').optional(),
  }).optional(),
  /** Left out: nobody is told. */
  alerts: z.strictObject({
    /** Verified addresses of the DigitalOcean account's team. */
    email: z.array(z.email()).min(1),
    /** Percent, over five minutes. */
    cpu: percent.optional(),
    memory: percent.optional(),
    disk: percent.optional(),
    /** Days before a certificate's end. */
    certificateDays: z.int().min(1).max(60).optional(),
  }).optional(),
  /** While true, Terraform refuses to destroy the data volume, the buckets and managed databases. */
  protected: z.boolean().optional(),
  /** Policies that this environment departs from on purpose, with a reason, until a day. */
  acknowledge: z.array(z.strictObject({
    policy: z.string().regex(/^[a-z][a-z0-9-]*$/, 'a policy id'),
    reason: z.string().min(10, 'a reason that a reviewer can judge'),
    until: z.iso.date(),
  })).optional(),
});

export const environmentDefaults = {
  access: {},
  registries: {},
  pages: {},
  maintenance: false,
  backups: { keepDays: 14, schedule: '0 2 * * *' },
  protected: true,
  acknowledge: [],
} as const;

export const githubDefaults = {
  reviewers: { users: [], teams: [] },
  preventSelfReview: false,
  waitMinutes: 0,
  variables: {},
  secrets: [],
  deployKeys: {},
} as const;

export const alertDefaults = { cpu: 80, memory: 90, disk: 80, certificateDays: 14 } as const;

export type EnvironmentInput = Omit<z.input<typeof environmentSchema>, 'product'> & { product: ProductInput };

const environments = new WeakSet<object>();

/** Declares an environment: the one export of a file in `environments/`. Checked, with its product, when it is loaded. */
export function defineEnvironment(environment: EnvironmentInput): EnvironmentInput {
  environments.add(environment);
  return environment;
}

export const isEnvironment = (value: unknown): value is EnvironmentInput =>
  typeof value === 'object' && value !== null && environments.has(value);
