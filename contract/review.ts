import * as z from 'zod';

/** What people feel, worst first. */
export const effects = ['destroyed', 'replaced', 'interrupted', 'changed', 'created', 'moved', 'forgotten'] as const;
export type Effect = (typeof effects)[number];

/** What a verdict counts, with its plural; what matters most comes first. */
export const categories = {
  machine: 'machines',
  database: 'databases',
  volume: 'volumes',
  bucket: 'buckets',
  service: 'services',
  datastore: 'datastores',
  address: 'addresses',
  domain: 'domains',
  network: 'networks',
  firewall: 'firewalls',
  key: 'keys',
  object: 'objects',
  alert: 'alerts',
  'other resource': 'other resources',
} as const;
export type Category = keyof typeof categories;

const level = z.enum(['error', 'warning', 'note']);
const source = z.enum(['default', 'product', 'environment']);

const causeSchema = z.object({ path: z.string(), file: z.string().optional(), line: z.int().optional(), source });

const consequenceSchema = z.object({
  effect: z.enum(effects),
  category: z.enum(Object.keys(categories) as [Category, ...Category[]]),
  subject: z.string(),
  what: z.string().optional(),
  says: z.string(),
  interruption: z.string().optional(),
  data: z.enum(['lost', 'kept']).optional(),
  address: z.enum(['lost', 'kept']).optional(),
  secrets: z.literal('re-created').optional(),
  alternative: z.string().optional(),
  resources: z.array(z.string()).readonly(),
  cause: causeSchema.optional(),
});

const changeSchema = z.object({
  address: z.string(),
  type: z.string(),
  action: z.string(),
  /** Terraform's own reason for it. */
  reason: z.string().optional(),
  /** Masked as Terraform masks them. */
  attributes: z
    .array(
      z.object({
        path: z.string(),
        before: z.string().optional(),
        after: z.string().optional(),
        forcesReplacement: z.boolean(),
      }),
    )
    .readonly(),
});

/** What `berth review --json` writes. Within version 1 fields are added, and none changes its meaning. */
export const reviewSchema = z.object({
  version: z.literal(1),
  environment: z.string(),
  terraform: z.string(),
  /** When the plan was made, ISO 8601. */
  planned: z.string().optional(),
  /** One line of plain text. */
  verdict: z.string(),
  severity: z.enum(['destructive', 'changed', 'unchanged']),
  /** What a reviewer has to know before all else, a sentence each. */
  warnings: z.array(z.string()).readonly().default([]),
  consequences: z.array(consequenceSchema).readonly(),
  cost: z.object({
    before: z.number(),
    after: z.number(),
    difference: z.number(),
    items: z
      .array(
        z.object({
          address: z.string(),
          what: z.string(),
          before: z.number().optional(),
          after: z.number().optional(),
        }),
      )
      .readonly(),
    unpriced: z.array(z.object({ address: z.string(), what: z.string() })).readonly(),
    shared: z.array(z.string()).readonly(),
    asOf: z.object({ droplets: z.string(), others: z.string() }),
  }),
  policies: z
    .array(
      z.object({
        policy: z.string(),
        level,
        title: z.string(),
        message: z.string(),
        address: z.string().optional(),
        file: z.string().optional(),
        line: z.int().optional(),
        acknowledged: z.object({ reason: z.string(), until: z.string() }).optional(),
        docs: z.string(),
      }),
    )
    .readonly(),
  /** Whether a policy of level "error" stands in the way. */
  blocked: z.boolean(),
  changes: z.array(changeSchema).readonly(),
  /** What somebody has changed since the last apply, in attributes that the configuration sets; this plan takes it back. */
  drift: z.array(changeSchema).readonly(),
  /** Outputs that change, by name; their values are not here. */
  outputs: z.array(z.string()).readonly(),
  /** A unified diff of what the machine converges to; empty when it stays. */
  desired: z.string(),
  /** Mermaid; empty when nothing changes. */
  diagram: z.string(),
});

export type Review = z.infer<typeof reviewSchema>;
