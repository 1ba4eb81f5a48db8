import * as z from 'zod';
import { networkProblem } from './network-range';
import { spacesRegions } from './regions';

const managed = z.strictObject({
  /** A database size of DigitalOcean, `db-s-1vcpu-1gb`. It can become larger, never smaller. */
  size: z.string().regex(/^(db|gd|so1_5|m|c)-[a-z0-9-]+$/, 'a database slug like "db-s-1vcpu-1gb"'),
  /** 1 has no standby; 2 and 3 fail over by themselves, and need a size with 2 GB or more. Redis takes 1 or 2. */
  nodes: z.int().min(1).max(3).optional(),
});

const placement = z.union([z.literal('machine'), z.strictObject({ managed })]);

/** What belongs to DigitalOcean and to one machine there, and to no other platform. */
export const dropletSchema = z.strictObject({
  kind: z.literal('droplet'),
  /** One of the regions that have both droplets and Spaces. Changing it replaces everything, and data does not move along. */
  region: z.enum(spacesRegions),
  /** A droplet size. Changing it powers the machine off, resizes it (the disk stays) and powers it on: about a minute. */
  size: z.string(),
  /** Read only when a machine is made: changing it does nothing until `generation` is raised. */
  image: z.string().optional(),
  /**
   * Raise it by one to replace the machine on purpose: the next one boots beside it, then volume and address move, for about a minute
   * without service; data and name stay. Raised together with what machines stand on (`access`, `ipRange`), it takes a boot.
   */
  generation: z.int().min(1).optional(),
  /** MiB of swap on the machine's own disk; 0 for none. Read only when a machine is made. */
  swap: z.int().min(0).max(16384).optional(),
  volume: z
    .strictObject({
      /** GiB. It can grow in place, never shrink. */
      size: z.int().min(1).max(16384).optional(),
    })
    .optional(),
  /** DigitalOcean's own copies of the machine's disk (not of the volume); +20 % of its price weekly, +30 % daily. */
  backups: z.enum(['off', 'weekly', 'daily']).optional(),
  /** The proxy on ports 80 and 443. Changing it stops one and starts the other: connections are refused for some seconds, and certificates are asked for anew. */
  ingress: z.enum(['caddy', 'traefik']).optional(),
  /** Where the datastores run: on the machine with their data on the volume, or managed by DigitalOcean. */
  datastores: z.strictObject({ postgres: placement.optional(), redis: placement.optional() }).optional(),
  /** Private addresses of the environment's network. Networks of one DigitalOcean account must not overlap (API description, vpcs_create). Replaces the network. */
  ipRange: z
    .cidrv4('a range like "10.20.0.0/20"')
    .superRefine((range, context) => {
      const message = networkProblem(range);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    })
    .optional(),
  /** Prefix of the buckets' names, which are shared by all customers of Spaces: choose another if one is taken. Replaces the buckets. */
  bucketPrefix: z.string().optional(),
});

export type DropletInput = z.input<typeof dropletSchema>;

export const dropletDefaults = {
  image: 'debian-13-x64',
  generation: 1,
  swap: 1024,
  volume: { size: 20 },
  backups: 'weekly',
  ingress: 'caddy',
  datastores: { postgres: 'machine', redis: 'machine' },
} as const;

/** Puts an environment on one DigitalOcean droplet. */
export const droplet = (settings: Omit<DropletInput, 'kind'>): DropletInput => ({ kind: 'droplet', ...settings });
