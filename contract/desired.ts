import * as z from 'zod';
import { datastoreNames, serviceSchema } from '../definition/service';
import type { DeepReadonly } from '../lib/deep-readonly';

export type { DatastoreName } from '../definition/service';
export { startGraceDefault } from '../definition/start-grace';

/** The key of the object in the config bucket that the machine's agent pulls. */
export const desiredKey = 'desired.yaml';

/** A service as its definition declares it, with every default filled in. A field that is new there is accepted here. */
const declared = serviceSchema
  .omit({ health: true, route: true, needs: true })
  .required({ replicas: true, memory: true, cpu: true, stopGrace: true });

const desiredServiceSchema = declared.extend({
  /** Path of the health check. */
  health: z.string().optional(),
  /** `Host` header of the health check; omitted: the host of the service's route. */
  healthHost: z.string().optional(),
  /** `false`: the health check does not send `X-Forwarded-Proto: https`. */
  healthHttps: z.literal(false).optional(),
  /** An absolute host and a path prefix. */
  route: z.strictObject({ host: z.string(), path: z.string() }).optional(),
  /** The datastores that the service uses, each with the variable that holds its URL. */
  datastores: z.partialRecord(z.enum(datastoreNames), z.string()).optional(),
});

const desiredDatastoreSchema = z.strictObject({
  version: z.int(),
  placement: z.enum(['machine', 'managed']),
  /** MiB; on the machine only. */
  memory: z.int().optional(),
  /** Redis only: all services share one database. */
  shared: z.literal(true).optional(),
});

/**
 * What a machine converges to: `desired.yaml` in the config bucket. Strict: an agent that finds an unknown field changes nothing, because
 * it is older than the desired state and about to be updated.
 */
export const desiredSchema = z.strictObject({
  version: z.literal(1),
  product: z.string(),
  environment: z.string(),
  domain: z.string(),
  services: z.record(z.string(), desiredServiceSchema),
  datastores: z.partialRecord(z.enum(datastoreNames), desiredDatastoreSchema),
  /** Registries that require a login, by host. */
  registries: z.record(z.string(), z.strictObject({ user: z.string(), secret: z.string() })).optional(),
  /** Ciphertexts (age) by the secret's name, encrypted for the machine. */
  secrets: z.record(z.string(), z.string()).optional(),
  /** Cron fields; omitted: the machine never restarts by itself. */
  restartWindow: z.string().optional(),
  /** Omitted: Caddy. */
  ingress: z.literal('traefik').optional(),
  pages: z.strictObject({ error: z.string().optional(), maintenance: z.string().optional() }).optional(),
  /** Addresses that reach the product during maintenance; omitted: no maintenance. */
  maintenance: z.strictObject({ allow: z.array(z.string()) }).optional(),
  /** Only some addresses reach the product, by HTTPS alone, where the firewall can tell. */
  restricted: z.literal(true).optional(),
  backups: z.strictObject({ keepDays: z.int(), schedule: z.string() }),
});

export type Desired = DeepReadonly<z.infer<typeof desiredSchema>>;
export type DesiredService = DeepReadonly<z.infer<typeof desiredServiceSchema>>;
export type DesiredDatastore = DeepReadonly<z.infer<typeof desiredDatastoreSchema>>;

/**
 * What a review reads of a desired state. Lenient: one of the two texts that it compares was written by another version of this program, and
 * may lack fields or have others.
 */
export const readableDesiredSchema = desiredSchema
  .pick({ environment: true, domain: true })
  .partial()
  .loose()
  .extend({
    services: z
      .record(
        z.string(),
        z.looseObject({
          kind: z.string().optional(),
          image: z.string().optional(),
          variables: z.record(z.string(), z.unknown()).optional(),
        } satisfies Partial<Record<keyof DesiredService, z.ZodType>>),
      )
      .optional(),
    datastores: z.record(z.string(), z.looseObject({})).optional(),
    secrets: z.record(z.string(), z.unknown()).optional(),
  });

export type ReadableDesired = z.infer<typeof readableDesiredSchema>;
export type ReadableService = NonNullable<ReadableDesired['services']>[string];
