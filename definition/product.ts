import * as z from 'zod';
import { ownName } from './names';
import { serviceSchema } from './service';

/** A version number alone is short for `{ version }`. */
const datastore = <M extends z.core.$ZodLooseShape>(versions: readonly number[], more: M = {} as M) =>
  z.union([
    z.literal(versions as unknown as readonly [number]),
    z.strictObject({
      version: z.literal(versions as unknown as readonly [number]),
      /** MiB that the datastore may use. Shared buffers and caches are tuned to it. */
      memory: z.int().min(64).max(262144).optional(),
      ...more,
    }),
  ]);

export const datastoresSchema = z.strictObject({
  postgres: datastore([17]).optional(),
  redis: datastore([8], {
    /**
     * Services share one database, keys and channels, as an API and the worker of its queue do. Left out, each has a database of its
     * own (its number is in REDIS_URL) and reads no other's. Changing it gives services another, empty database; what was in the former one stays there.
     */
    shared: z.boolean().optional(),
  }).optional(),
});

/** MiB for each datastore when the product does not say. */
export const datastoreDefaults = { postgres: { memory: 768 }, redis: { memory: 128 } } as const;

export const productSchema = z.strictObject({
  /** Prefix of every resource's name: changing it renames, and so replaces, nearly everything. */
  name: ownName(30),
  services: z.record(ownName(30, 'a service name: '), serviceSchema),
  datastores: datastoresSchema.optional(),
});

export type ProductInput = z.input<typeof productSchema>;

/** Declares what runs. It is checked together with each environment that uses it. */
export const defineProduct = <const P extends ProductInput>(product: P): P => product;
