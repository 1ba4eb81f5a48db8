import * as z from 'zod';
import { builtIn, isBuiltIn } from './plain';

/**
 * Names of the resources that an environment makes. They all start with `product-environment`, so that a list in the
 * vendor's console reads by itself, and none of them holds anything that changes.
 */
export interface Names {
  /** Droplet, network, firewall, reserved address, project, database clusters. */
  readonly machine: string;
  readonly network: string;
  readonly firewall: string;
  readonly project: string;
  /** Tag that ties the firewall and the alerts to whichever machine is current. */
  readonly tag: string;
  readonly volume: string;
  readonly postgres: string;
  readonly redis: string;
  readonly configBucket: string;
  readonly exchangeBucket: string;
  readonly backupsBucket: string;
}

export function resourceNames(product: string, environment: string, bucketPrefix = `${product}-${environment}`): Names {
  const base = `${product}-${environment}`;
  return {
    machine: base,
    network: base,
    firewall: base,
    project: base,
    tag: base,
    volume: `${base}-data`,
    postgres: `${base}-postgres`,
    redis: `${base}-redis`,
    configBucket: `${bucketPrefix}-config`,
    exchangeBucket: `${bucketPrefix}-exchange`,
    backupsBucket: `${bucketPrefix}-backups`,
  };
}

/** The stack that holds the bucket of all states; no environment may have its name. */
export const stateStackName = 'state';

/** Names that people give. They become part of hosts, addresses and keys of objects, where a name that every object has would be found unasked. */
export const ownName = (longest: number, what = ''): z.ZodString =>
  z
    .string()
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, `${what}lower-case letters, digits and single "-", starting with a letter`)
    .max(longest)
    .refine((name) => !isBuiltIn(name), { error: ({ input }) => builtIn(String(input)) });

/** Names of keys and of people, which become part of titles. */
export const title = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'a lower-case name')
  .max(63)
  .refine((name) => !isBuiltIn(name), { error: ({ input }) => builtIn(String(input)) });

interface Limit {
  readonly pattern: RegExp;
  readonly says: string;
}

const dns = {
  pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
  says: 'a host name: at most 63 lower-case letters, digits and "-"',
};
const bucket = {
  // docs.digitalocean.com/products/spaces/how-to/create: 3 to 63 characters, letters, digits and dashes, no dots with TLS
  pattern: /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  says: 'a bucket name: 3 to 63 lower-case letters, digits and "-", starting and ending with a letter or digit',
};

/** Each vendor's own limit on each name, with where it is written. */
export const nameLimits: Record<keyof Names, Limit> = {
  // API description, droplet_create.name: letters, digits, "." and "-", at most 255; it becomes the host name, so 63
  machine: dns,
  // API description, vpc_base.name: ^[a-zA-Z0-9\-\.]+$
  network: { pattern: /^[a-zA-Z0-9.-]{1,255}$/, says: 'a network name: at most 255 letters, digits, "." and "-"' },
  // API description, firewall.name: ^[a-zA-Z0-9][a-zA-Z0-9\.-]+$
  firewall: {
    pattern: /^[a-zA-Z0-9][a-zA-Z0-9.-]{1,254}$/,
    says: 'a firewall name: 2 to 255 letters, digits, "." and "-"',
  },
  // API description, project_base.name: at most 175
  project: { pattern: /^.{1,175}$/, says: 'a project name: at most 175 characters' },
  // API description, tags.name: ^[a-zA-Z0-9:\-_]{1,255}$
  tag: { pattern: /^[a-zA-Z0-9:_-]{1,255}$/, says: 'a tag: at most 255 letters, digits, ":", "_" and "-"' },
  // API description, volume_base.name: lower case, starts with a letter, at most 64
  volume: {
    pattern: /^[a-z][a-z0-9-]{0,63}$/,
    says: 'a volume name: at most 64 lower-case letters, digits and "-", starting with a letter',
  },
  // API description, database_cluster.name; it becomes a host name
  postgres: dns,
  redis: dns,
  configBucket: bucket,
  exchangeBucket: bucket,
  backupsBucket: bucket,
};
