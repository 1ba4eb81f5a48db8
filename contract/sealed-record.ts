import * as z from 'zod';

const leaf = z.union([
  z.strictObject({ value: z.unknown() }),
  /** A keyed digest: who has the record can tell whether it is the same value, and not which. */
  z.strictObject({ sensitive: z.string() }),
  /** Known only after the apply. */
  z.strictObject({ unknown: z.literal(true) }),
]);

const attribute = z.strictObject({
  before: leaf.optional(),
  after: leaf.optional(),
  /** The provider computes it: the stack's JSON does not set it. */
  computed: z.literal(true).optional(),
});

export const sealedChangeSchema = z.strictObject({
  /** `output.NAME` for an output. */
  address: z.string(),
  deposed: z.string().optional(),
  previousAddress: z.string().optional(),
  importing: z.string().optional(),
  actions: z.array(z.string()),
  reason: z.string().optional(),
  replacePaths: z.array(z.string()).optional(),
  /** By path: what an update changes; of what is made all that it becomes, of what is destroyed all that it was. */
  attributes: z.record(z.string(), attribute),
});

/** An attribute's value, fit to be kept: see the schema for what is hidden. */
export type Leaf = z.infer<typeof leaf>;
export type SealedAttribute = z.infer<typeof attribute>;
/** One change of a plan, fit to be kept and to be compared with that of a later plan. */
export type SealedChange = z.infer<typeof sealedChangeSchema>;

export const sealedRecordSchema = z.strictObject({
  version: z.literal(2),
  environment: z.string(),
  /** The commit that the review is for. */
  commit: z.string(),
  sealedAt: z.iso.datetime(),
  /** Who had it planned, as GitHub names them. */
  by: z.string().optional(),
  terraform: z.string(),
  /** The stack's JSON as it was planned, and the SHA-256 of it: at the merge it is synthesized again. */
  stack: z.record(z.string(), z.unknown()),
  digest: z.string(),
  /** SHA-256 of each file beside it, by path. */
  assets: z.record(z.string(), z.string()),
  providerLock: z.strictObject({ digest: z.string(), providers: z.record(z.string(), z.string()) }),
  /** The state that was planned upon; an empty lineage where there was none. */
  state: z.strictObject({ lineage: z.string(), serial: z.int() }),
  /** Keys the digests of sensitive values; chosen anew for each record. */
  salt: z.string(),
  changes: z.array(sealedChangeSchema),
});

/** A reviewed plan as it is kept: all that is needed to tell whether a later plan is the same, and no sensitive value. It is never changed. */
export type SealedRecord = z.infer<typeof sealedRecordSchema>;

export const recordKey = (environment: string, commit: string): string => `reviews/${environment}/${commit}.json`;
