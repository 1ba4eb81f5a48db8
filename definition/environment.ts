import * as z from 'zod';
import { domainName } from './domain-name';
import { dropletSchema } from './droplet';
import { ownName, stateStackName, title } from './names';
import { builtIn, isBuiltIn } from './plain';
import { shown } from './shown';
import { ExplainedError } from './problem';
import { datastoresSchema, type ProductInput } from './product';
import { keyBody, publicKeyProblem } from './public-key';
import { scheduleSchema } from './schedule';
import { serviceOverrideSchema } from './service';
import { ignoringCase, unique, uniqueNames } from './unique';

/**
 * Text that goes to Terraform as it is. Terraform puts letters and their accents together in all that it reads (Unicode's normal form C;
 * developer.hashicorp.com/terraform/language/expressions/types): another form would arrive as another text.
 */
const composed = z.string().refine((text) => text.normalize('NFC') === text, {
  error: ({ input }) =>
    `Terraform keeps letters and their accents together: write ${shown(String(input).normalize('NFC'))} in Unicode's normal form C ("…".normalize())`,
});

const cidr = z.union([z.cidrv4(), z.cidrv6()], { error: 'an address range like "203.0.113.7/32"' });
const cidrs = unique(z.array(cidr).min(1), ignoringCase);
/** GitHub's own rule for names of secrets and variables (docs.github.com, "Secrets reference": "Naming your secrets"), and ours: what we set starts with BERTH_. */
export const githubName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'letters, digits and "_", not starting with a digit')
  .refine(
    (name) => !/^GITHUB_/i.test(name),
    'may not start with GITHUB_ (docs.github.com/en/actions/reference/security/secrets)',
  )
  .refine((name) => !/^BERTH_/i.test(name), 'names that start with BERTH_ are set by this program: take another')
  .refine((name) => !isBuiltIn(name), { error: ({ input }) => builtIn(String(input)) })
  .max(255);
/** docs.github.com, "Variables reference" and "Secrets reference": 100 of each for an environment, 48 KB each. Two of each are ours. */
const mostAtGitHub = 98;
const longestAtGitHub = 48 * 1024;
const githubVariables = uniqueNames(
  z.record(
    githubName,
    composed.refine((text) => Buffer.byteLength(text) <= longestAtGitHub, '48 KiB at most, as GitHub takes'),
  ),
  'GitHub',
).superRefine((entries, context) => {
  const count = Object.keys(entries).length;
  if (count > mostAtGitHub)
    context.addIssue({
      code: 'custom',
      params: {
        says: `got ${count} variables; GitHub takes 100 for an environment, and two of them are this program's own`,
      },
    });
  // they are a variable of a workflow, and GitHub takes no empty one (REST API, "Create an environment variable")
  for (const [name, value] of Object.entries(entries))
    if (value === '')
      context.addIssue({
        code: 'custom',
        path: [name],
        params: { says: 'got ""; GitHub takes no empty variable: leave it out' },
      });
});
const publicKey = z.string().superRefine((line, context) => {
  const message = publicKeyProblem(line);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});
/** docs.github.com, "Username considerations": letters, digits and single hyphens; accounts that an enterprise manages end with "_" and its short code. */
const login = z
  .string()
  .regex(/^[A-Za-z0-9]+(-[A-Za-z0-9]+)*(_[A-Za-z0-9]+)?$/, 'a GitHub login')
  .max(39);
const teamSlug = z
  .string()
  .regex(/^[a-z0-9_-]+$/, 'a team\'s slug: lower-case letters, digits, "-" and "_", without the organization')
  .max(255);
/** A branch, or a pattern of branches; what Git takes for no reference is none (git-check-ref-format(1)). */
const branchPattern = composed
  .min(1)
  .max(255)
  .refine(
    (pattern) => !/[\p{Cc}~^:\\]|\.\.|@\{|\/\/|^\/|\/$|\.$|\.lock$/u.test(pattern),
    'a branch, or a pattern like "release/*" (git check-ref-format tells what a branch may be called)',
  );
const percent = z.int().min(1).max(100);
/** It is part of what the machine converges to, and so of every plan that changes it. */
const html = z
  .string()
  .min(1)
  .refine((page) => Buffer.byteLength(page) <= 65_536, 'HTML of 64 KiB at most: link to what is larger');

export const accessSchema = z.strictObject({
  /**
   * Who reaches the product, on port 443. Left out: everybody. Port 80 stays open to everybody: the authority that issues certificates asks there, from addresses that it
   * does not publish (letsencrypt.org/docs/faq). Who else asks there is led to HTTPS, and gets nothing of the product.
   */
  web: z.strictObject({ from: cidrs }).optional(),
  /** SSH is closed unless this says from where. Keys are read only when a machine is made. */
  ssh: z
    .strictObject({
      from: cidrs,
      keys: z.record(title, publicKey).superRefine((keys, context) => {
        const seen = new Map<string, string>();
        for (const [holder, key] of Object.entries(keys)) {
          const first = seen.get(keyBody(key));
          seen.set(keyBody(key), first ?? holder);
          // API description, sshKeys_create: "SSH Key is already in use on your account"
          if (first !== undefined)
            context.addIssue({
              code: 'custom',
              path: [holder],
              params: { says: `is the key of "${first}" too: DigitalOcean takes each key once` },
            });
        }
      }),
    })
    .optional(),
});

/** What may deploy to an environment: a pattern of branches, or of tags. */
export type DeploySource = string | { readonly tag: string };

export const githubSchema = z.strictObject({
  repository: z
    .string()
    .regex(/^[A-Za-z0-9]+(-[A-Za-z0-9]+)*(_[A-Za-z0-9]+)?\/(?!\.{1,2}$)[-A-Za-z0-9_.]{1,100}$/, '"owner/name"')
    .refine(
      (name) => !/\.(git|wiki)$/i.test(name),
      '"owner/name", and GitHub takes no name that ends with ".git" or ".wiki"',
    ),
  /** Branches that may deploy to this environment, as GitHub's patterns, and tags: `['main', { tag: 'v*' }]`. */
  deployFrom: unique(z.array(z.union([branchPattern, z.strictObject({ tag: branchPattern })])).min(1), (from) =>
    typeof from === 'string' ? from : JSON.stringify(from),
  ),
  /** Who approves each deployment; at most six, users by login and teams by slug. */
  reviewers: z
    .strictObject({
      users: unique(z.array(login), ignoringCase).optional(),
      teams: unique(z.array(teamSlug), ignoringCase).optional(),
    })
    .optional(),
  /** The person who started a deployment may not approve it. */
  preventSelfReview: z.boolean().optional(),
  /** Minutes that a deployment waits before it starts; 43,200 at most. */
  waitMinutes: z.int().min(0).max(43200).optional(),
  variables: githubVariables.optional(),
  /** Names of secrets for the environment's workflows; values come from `berth secret set`. */
  secrets: unique(z.array(githubName).max(mostAtGitHub), ignoringCase).optional(),
  /** Keys that may read the repository (or write, when they say so). */
  deployKeys: z.record(title, z.strictObject({ key: publicKey, write: z.boolean().optional() })).optional(),
  /** Rules for the repository's default branch. One environment of a repository may declare them. */
  defaultBranch: z
    .strictObject({
      approvals: z.int().min(0).max(10).optional(),
      checks: unique(z.array(composed.min(1))).optional(),
    })
    .optional(),
});

export const environmentSchema = z.strictObject({
  /** Also the stack's name and part of every resource's name: changing it makes another environment. */
  name: ownName(24).refine(
    (name) => name !== stateStackName,
    `"${stateStackName}" is the name of the stack that holds the states: take another`,
  ),
  /** Checked by a schema of its own. */
  product: z.unknown().optional(),
  /** What DigitalOcean's project is labelled with. Left out: `production` for the environment of that name, else `staging`. */
  stage: z.enum(['development', 'staging', 'production']).optional(),
  /** The zone that this environment's records live in. Two environments cannot share one. Replaces the records. */
  domain: domainName,
  /** Per service: what differs from the product, or `false` for a service that does not run here. */
  services: z.record(z.string(), z.union([z.literal(false), serviceOverrideSchema])).optional(),
  datastores: datastoresSchema.optional(),
  platform: dropletSchema,
  access: accessSchema.optional(),
  github: githubSchema,
  /** Registries that want a login before an image can be fetched, by their host: who, and the name of the secret that opens them. */
  registries: z
    .record(
      z
        .string()
        .regex(/^[a-z0-9]+([.-][a-z0-9]+)*(:\d{1,5})?$/, 'a registry\'s host, like "ghcr.io"')
        .refine((host) => !isBuiltIn(host), { error: ({ input }) => builtIn(String(input)) }),
      z.strictObject({
        user: z.string().regex(/^[^\p{Cc}:]+$/u, 'a user\'s name, without ":" and line breaks'),
        secret: z.string().regex(/^[A-Z_][A-Z0-9_]*$/, 'the name of a secret: upper-case letters, digits and "_"'),
      }),
    )
    .optional(),
  /** When the machine may restart for a security update that needs it: five cron fields in UTC, or with a time zone. About a minute without service. Left out: never by itself. */
  restartWindow: scheduleSchema.optional(),
  /** HTML of your own for visitors; `readFileSync` in the environment's file reads one from beside it. Left out: a sentence of the machine's own. In place. */
  pages: z
    .strictObject({
      /** Where a service cannot answer (502, 503, 504). */
      error: html.optional(),
      /** While `maintenance` is on. */
      maintenance: html.optional(),
    })
    .optional(),
  /**
   * While on, every path answers 503 with the maintenance page; services, jobs and datastores run on. `allow` names from where the product is
   * reached all the same. In place, within seconds of a deploy, without a connection refused.
   */
  maintenance: z.union([z.boolean(), z.strictObject({ allow: cidrs })]).optional(),
  backups: z
    .strictObject({
      /** Days that backups of the datastores are kept. */
      keepDays: z.int().min(1).max(365).optional(),
      /** When they are made: five cron fields in UTC, or with a time zone. */
      schedule: scheduleSchema.optional(),
    })
    .optional(),
  /** Left out: nobody is told. */
  alerts: z
    .strictObject({
      /** Verified addresses of the DigitalOcean account's team. */
      email: unique(z.array(z.email('an e-mail address')).min(1), ignoringCase),
      /** Percent, over five minutes. */
      cpu: percent.optional(),
      memory: percent.optional(),
      disk: percent.optional(),
      /** Days before a certificate's end. */
      certificateDays: z.int().min(1).max(60).optional(),
    })
    .optional(),
  /** While true, Terraform refuses to destroy the data volume, the buckets and managed databases. */
  protected: z.boolean().optional(),
  /** Policies that this environment departs from on purpose, with a reason, until a day. */
  acknowledge: unique(
    z.array(
      z.strictObject({
        policy: z.string().regex(/^[a-z][a-z0-9-]*$/, 'a policy id'),
        reason: z.string().min(10, 'a reason that a reviewer can judge'),
        until: z.iso.date('a day that is in the calendar, like "2027-02-28"'),
      }),
    ),
    ({ policy }) => policy,
  ).optional(),
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
  // no editor lets it pass, but a cast does
  if (typeof environment !== 'object' || environment === null)
    throw new ExplainedError(`defineEnvironment: got ${shown(environment)}; an object { … } is needed`);
  environments.add(environment);
  return environment;
}

export const isEnvironment = (value: unknown): value is EnvironmentInput =>
  typeof value === 'object' && value !== null && environments.has(value);
