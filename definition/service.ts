import * as z from 'zod';
import type { DeepReadonly } from '../lib/deep-readonly';
import { dnsLabel, longestDomain } from './domain-name';
import { scheduleSchema } from './schedule';
import { startGraceDefault } from './start-grace';
import { ignoringCase, unique } from './unique';

/**
 * What runs, in words that every platform understands: nothing here names a size, a region, a volume or an orchestrator.
 * The kinds differ in their defaults and in which fields make sense (see `serviceRules`).
 */
export const serviceKinds = ['web', 'api', 'worker', 'cms', 'cron'] as const;
export type ServiceKind = (typeof serviceKinds)[number];

export const datastoreNames = ['postgres', 'redis'] as const;
export type DatastoreName = (typeof datastoreNames)[number];

/**
 * The capabilities that Docker gives a container by itself (docs.docker.com/engine/containers/run, "Runtime privilege and Linux
 * capabilities"). Here it gets those that its definition names, and no others can be given.
 */
export const capabilityNames = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'NET_RAW',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
] as const;

const variableName = z.string().regex(/^[A-Z_][A-Z0-9_]*$/, 'upper-case letters, digits and "_"');

/**
 * The image specification's grammar (github.com/opencontainers/distribution-spec, "Pulling manifests"; github.com/distribution/reference):
 * a registry's host, then parts of letters and digits with single separators between them. At most 255 characters.
 */
const imageRepository = /^[a-z0-9]+(?:[.-][a-z0-9]+)*(?::[0-9]{1,5})?(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)+$/;
const image = z
  .string()
  .regex(imageRepository, 'an image repository without tag or digest, like "ghcr.io/acme/web"')
  .max(255);

/** execve(2): one text that a program is started with takes 131,072 bytes at most, its name and its end among them (MAX_ARG_STRLEN). */
const longestText = 131_072;
const bytes = (text: string): number => Buffer.byteLength(text) + 1;
const argument = z
  .string()
  .min(1)
  .refine((text) => bytes(text) <= longestText, `at most ${longestText - 1} bytes`);
export const variables = z.record(variableName, z.string()).superRefine((entries, context) => {
  for (const [name, value] of Object.entries(entries)) {
    if (bytes(`${name}=${value}`) > longestText)
      context.addIssue({
        code: 'custom',
        path: [name],
        params: {
          says: `takes ${bytes(value).toLocaleString('en-US')} bytes; Linux starts no program with a variable of more than ${longestText.toLocaleString('en-US')} (execve(2)): put it in a file of the image`,
        },
      });
  }
});

/** Segments that clients take out of a path before they ask (RFC 3986, 5.2.4) would never be asked for. */
const path = z
  .string()
  .regex(/^\/[A-Za-z0-9/_.~-]*$/, 'starts with "/" and holds letters, digits and / _ . ~ -')
  .refine(
    (given) => !/(^|\/)\.{1,2}(\/|$)|\/\//.test(given),
    'a path without "//", "/./" and "/../": browsers take them out before they ask',
  )
  .max(1024);

const route = z.union([
  path,
  z.strictObject({
    /** A label in front of the environment's domain: `cms` becomes `cms.staging.acme.example`. Left out: the domain itself. */
    host: dnsLabel.optional(),
    /** Requests whose path starts with this go to the service; the longest prefix wins. Left out: every path of the host. */
    path: path.optional(),
  }),
]);

const health = z.union([
  path,
  z.strictObject({
    /** Left out: the kind's own. */
    path: path.optional(),
    /** The host that it is asked for, for a service that answers only to certain ones. Left out: the host of its route, as visitors ask. */
    host: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/, 'a host name in lower case, like "localhost"')
      .max(longestDomain + 6)
      .optional(),
    /** Whether it is asked as a request that came by HTTPS (`X-Forwarded-Proto: https`), as the proxy asks. Left out: true. */
    https: z.boolean().optional(),
  }),
]);

/** A service as a product declares it. Everything but `kind` and `image` has a default that follows from the kind. */
export const serviceSchema = z.strictObject({
  kind: z.enum(serviceKinds),
  /** Repository without tag or digest; which digest runs is decided by releases. */
  image,
  /** Replaces the image's own command. */
  command: z.array(argument).min(1).max(1000).optional(),
  /** TCP port the container listens on. Handed to it as PORT. */
  port: z.int().min(1).max(65535).optional(),
  /**
   * Path that answers 2xx when the service can take requests; an object for how it is asked. It is asked as the proxy asks: with the `Host` of
   * the service's route and `X-Forwarded-Proto: https`. A release that never answers is rolled back.
   */
  health: health.optional(),
  /** Seconds that a new container may take until it first answers; only after them it counts as failed. Left out: 20. It is replaced as soon as it answers. */
  startGrace: z.int().min(1).max(600).optional(),
  /** Where requests come from: a path prefix on the environment's domain, or a host label, or both. */
  route: route.optional(),
  /** Answers stay open (server-sent events, WebSockets): no buffering, no idle time-out in front of it. */
  streaming: z.boolean().optional(),
  /** Containers that run side by side. */
  replicas: z.int().min(1).max(20).optional(),
  /** Limit per container in MiB; above it the container is killed. */
  memory: z.int().min(32).max(262144).optional(),
  /** Limit per container in thousandths of a processor: 500 is half a core. */
  cpu: z.int().min(50).max(64000).optional(),
  /** Plain environment variables. Secrets do not belong here: name them under `secrets`. */
  variables: variables.optional(),
  /** Names of secrets the service reads; their values never appear in this repository in the clear. */
  secrets: unique(z.array(variableName), ignoringCase).optional(),
  /** Datastores it uses: each brings variables of its own (DATABASE_URL and PGHOST to PGDATABASE; REDIS_URL and REDIS_HOST to REDIS_PASSWORD). */
  needs: unique(z.array(z.enum(datastoreNames))).optional(),
  /** Seconds between the request to stop and the kill. */
  stopGrace: z.int().min(1).max(600).optional(),
  /**
   * Of the kernel's capabilities, those that its container gets; none by default. An image that starts as root and becomes another user
   * (gosu, su-exec, nginx, php-fpm) needs SETUID and SETGID, often CHOWN: whoever breaks into the service then has them too.
   */
  capabilities: unique(z.array(z.enum(capabilityNames))).optional(),
  /** When a `cron` runs, and no other kind: five cron fields in UTC, or with a time zone. */
  schedule: scheduleSchema.optional(),
});

/** What an environment may change of a product's service; the kind stays what the product says. */
export const serviceOverrideSchema = serviceSchema.omit({ kind: true }).partial();

export type ServiceInput = z.input<typeof serviceSchema>;
export type ServiceOverride = z.input<typeof serviceOverrideSchema>;

export interface Route {
  readonly host?: string;
  readonly path?: string;
}

/** How a service is asked whether it can take requests. */
export interface Health {
  readonly path: string;
  readonly host?: string;
  readonly https: boolean;
}

type Declared = z.output<typeof serviceSchema>;
/** Fields that have a default whatever the kind. */
type Decided = keyof typeof everyKind | 'memory' | 'stopGrace';

/** A service with every default filled in. A field that is new in `serviceSchema` is new here. */
export type Service = DeepReadonly<
  Omit<Declared, Decided | 'route' | 'health'> &
    Required<Pick<Declared, Decided>> & { name: string; route?: Route; health?: Health }
>;

type Defaults = Omit<ServiceInput, 'kind' | 'image'>;

const everyKind = {
  streaming: false,
  replicas: 1,
  cpu: 500,
  variables: {},
  secrets: [],
  needs: [],
  capabilities: [],
} satisfies Defaults;

/** The defaults of each kind. */
export const serviceDefaults: Record<ServiceKind, Defaults> = {
  web: {
    ...everyKind,
    port: 3000,
    health: '/',
    startGrace: startGraceDefault,
    route: '/',
    replicas: 2,
    memory: 256,
    stopGrace: 15,
  },
  api: {
    ...everyKind,
    port: 8000,
    health: '/health',
    startGrace: startGraceDefault,
    replicas: 2,
    memory: 256,
    stopGrace: 20,
  },
  worker: { ...everyKind, memory: 256, stopGrace: 60 },
  cms: { ...everyKind, port: 3000, health: '/', startGrace: startGraceDefault, memory: 512, stopGrace: 20 },
  cron: { ...everyKind, memory: 256, stopGrace: 60 },
};

/** Which kinds answer requests, and so may have a port, a health path and a route. */
export const answersRequests = (kind: ServiceKind): boolean => kind === 'web' || kind === 'api' || kind === 'cms';

/** `"/api"` is short for `{ path: "/api" }`. */
export const expandRoute = (given: ServiceInput['route']): Route | undefined =>
  typeof given === 'string' ? { path: given } : given;

/** `"/health"` is short for `{ path: "/health" }`. */
export const expandHealth = (given: ServiceInput['health']): Partial<Health> | undefined =>
  typeof given === 'string' ? { path: given } : given;
