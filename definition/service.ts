import { z } from 'zod';

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
  'AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'NET_RAW', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT',
] as const;

const variableName = /^[A-Z_][A-Z0-9_]*$/;
const imageRepository = /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+$/;

const path = z.string().regex(/^\/[A-Za-z0-9/_.~-]*$/, 'starts with "/" and holds letters, digits and / _ . ~ -');

const route = z.union([
  path,
  z.strictObject({
    /** A label in front of the environment's domain: `cms` becomes `cms.staging.acme.example`. Left out: the domain itself. */
    host: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'one DNS label: lower-case letters, digits and "-"').optional(),
    /** Requests whose path starts with this go to the service; the longest prefix wins. Left out: every path of the host. */
    path: path.optional(),
  }),
]);

/** A service as a product declares it. Everything but `kind` and `image` has a default that follows from the kind. */
export const serviceSchema = z.strictObject({
  kind: z.enum(serviceKinds),
  /** Repository without tag or digest; which digest runs is decided by releases. */
  image: z.string().regex(imageRepository, 'an image repository without tag or digest, like "ghcr.io/acme/web"'),
  /** Replaces the image's own command. */
  command: z.array(z.string().min(1)).min(1).optional(),
  /** TCP port the container listens on. Handed to it as PORT. */
  port: z.int().min(1).max(65535).optional(),
  /** Path that answers 2xx when the service can take requests. A release that never does is rolled back. */
  health: path.optional(),
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
  variables: z.record(z.string().regex(variableName, 'upper-case letters, digits and "_"'), z.string()).optional(),
  /** Names of secrets the service reads; their values never appear in this repository in the clear. */
  secrets: z.array(z.string().regex(variableName, 'upper-case letters, digits and "_"')).optional(),
  /** Datastores it uses: each brings a variable of its own (DATABASE_URL, REDIS_URL). */
  needs: z.array(z.enum(datastoreNames)).optional(),
  /** Seconds between the request to stop and the kill. */
  stopGrace: z.int().min(1).max(600).optional(),
  /**
   * Of the kernel's capabilities, those that its container gets; none by default. An image that starts as root and becomes another user
   * (gosu, su-exec, nginx, php-fpm) needs SETUID and SETGID, often CHOWN: whoever breaks into the service then has them too.
   */
  capabilities: z.array(z.enum(capabilityNames)).optional(),
  /** Five cron fields in UTC, for `cron` only. */
  schedule: z.string().regex(/^(\S+\s+){4}\S+$/, 'five cron fields in UTC, like "0 3 * * *"').optional(),
});

/** What an environment may change of a product's service; the kind stays what the product says. */
export const serviceOverrideSchema = serviceSchema.omit({ kind: true }).partial();

export type ServiceInput = z.input<typeof serviceSchema>;
export type ServiceOverride = z.input<typeof serviceOverrideSchema>;

export interface Route {
  readonly host?: string;
  readonly path?: string;
}

export interface Service {
  readonly name: string;
  readonly kind: ServiceKind;
  readonly image: string;
  readonly command?: readonly string[];
  readonly port?: number;
  readonly health?: string;
  readonly route?: Route;
  readonly streaming: boolean;
  readonly replicas: number;
  readonly memory: number;
  readonly cpu: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly needs: readonly DatastoreName[];
  readonly stopGrace: number;
  readonly capabilities: readonly (typeof capabilityNames)[number][];
  readonly schedule?: string;
}

type Defaults = Omit<ServiceInput, 'kind' | 'image'>;

const everyKind = { streaming: false, replicas: 1, cpu: 500, variables: {}, secrets: [], needs: [], capabilities: [] } satisfies Defaults;

/** The defaults of each kind. */
export const serviceDefaults: Record<ServiceKind, Defaults> = {
  web: { ...everyKind, port: 3000, health: '/', route: '/', replicas: 2, memory: 256, stopGrace: 15 },
  api: { ...everyKind, port: 8000, health: '/health', replicas: 2, memory: 256, stopGrace: 20 },
  worker: { ...everyKind, memory: 256, stopGrace: 60 },
  cms: { ...everyKind, port: 3000, health: '/', memory: 512, stopGrace: 20 },
  cron: { ...everyKind, memory: 256, stopGrace: 60 },
};

/** Which kinds answer requests, and so may have a port, a health path and a route. */
export const answersRequests = (kind: ServiceKind): boolean => kind === 'web' || kind === 'api' || kind === 'cms';

/** `"/api"` is short for `{ path: "/api" }`. */
export const expandRoute = (given: ServiceInput['route']): Route | undefined =>
  typeof given === 'string' ? { path: given } : given;
