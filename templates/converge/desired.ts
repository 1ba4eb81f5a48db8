import * as z from 'zod';
import type { Environment } from '../../definition/resolve';
import type { DatastoreName, ServiceKind } from '../../definition/service';
import { datastoreVariables } from '../../definition/service-variables';
import { yamlText } from './yaml-text';

const texts = z.record(z.string(), z.string()).readonly();

const serviceSchema = z.strictObject({
  kind: z.enum(['web', 'api', 'worker', 'cms', 'cron'] satisfies ServiceKind[]),
  /** Repository; which digest of it runs is what releases decide. */
  image: z.string(),
  command: z.array(z.string()).readonly().optional(),
  port: z.int().optional(),
  health: z.string().optional(),
  /** The host that it is asked for; nothing: that of its route. */
  healthHost: z.string().optional(),
  /** `false`: it is not asked as a request that came by HTTPS. */
  healthHttps: z.literal(false).optional(),
  /** Seconds that a new container may take until it answers. */
  startGrace: z.int().optional(),
  route: z.strictObject({ host: z.string(), path: z.string() }).readonly().optional(),
  streaming: z.boolean().optional(),
  schedule: z.string().optional(),
  replicas: z.int(),
  /** MiB */
  memory: z.int(),
  /** Thousandths of a processor. */
  cpu: z.int(),
  /** Seconds. */
  stopGrace: z.int(),
  /** Of the kernel's capabilities, those that its container gets; nothing: none. */
  capabilities: z.array(z.string()).readonly().optional(),
  variables: texts.optional(),
  secrets: z.array(z.string()).readonly().optional(),
  /** The datastores it uses, each with the variable that its URL comes in. */
  datastores: z
    .partialRecord(z.enum(['postgres', 'redis'] satisfies DatastoreName[]), z.string())
    .readonly()
    .optional(),
});

const datastoreSchema = z.strictObject({
  version: z.int(),
  placement: z.enum(['machine', 'managed']),
  /** MiB, on the machine only. */
  memory: z.int().optional(),
  /** Of Redis: services share one database. */
  shared: z.literal(true).optional(),
});

/**
 * What a machine converges to, as it lies in the config bucket. An agent that finds a field which it does not know leaves everything as it is: it is
 * older than what it shall do, and is about to be replaced.
 */
export const desiredSchema = z.strictObject({
  version: z.literal(1),
  product: z.string(),
  environment: z.string(),
  domain: z.string(),
  services: z.record(z.string(), serviceSchema.readonly()).readonly(),
  datastores: z
    .partialRecord(z.enum(['postgres', 'redis'] satisfies DatastoreName[]), datastoreSchema.readonly())
    .readonly(),
  /** Registries that want a login, by host. */
  registries: z
    .record(z.string(), z.strictObject({ user: z.string(), secret: z.string() }).readonly())
    .readonly()
    .optional(),
  /** Ciphertexts of age by the secret's name, sealed to the machine. */
  secrets: texts.optional(),
  /** Cron fields; nothing: it never restarts by itself. */
  restartWindow: z.string().optional(),
  /** Nothing: Caddy. */
  ingress: z.literal('traefik').optional(),
  pages: z.strictObject({ error: z.string().optional(), maintenance: z.string().optional() }).readonly().optional(),
  /** Who reaches the product while nobody else does; nothing: everybody does. */
  maintenance: z
    .strictObject({ allow: z.array(z.string()).readonly() })
    .readonly()
    .optional(),
  /** Only some reach the product: by HTTPS alone, where the firewall can tell. */
  restricted: z.literal(true).optional(),
  backups: z.strictObject({ keepDays: z.int(), schedule: z.string() }).readonly(),
});

export type Desired = Readonly<z.infer<typeof desiredSchema>>;
export type DesiredService = Readonly<z.infer<typeof serviceSchema>>;
export type DesiredDatastore = Readonly<z.infer<typeof datastoreSchema>>;

const heading = [
  "What the machine of this environment converges to. Terraform writes it from the environment's file;",
  'the agent pulls it and changes only what differs. Images and digests are not here: releases decide them.',
]
  .map((line) => `# ${line}\n`)
  .join('');

/** The converge layer as readable text: one line per fact, so that a plan shows an edit as the lines it changes. */
export function renderDesired(environment: Environment): string {
  return heading + yamlText(desiredState(environment));
}

function desiredState({
  product,
  name,
  domain,
  services,
  datastores,
  registries,
  restartWindow,
  platform,
  pages,
  maintenance,
  backups,
  access,
  sealed,
}: Environment): Desired {
  return {
    version: 1,
    product,
    environment: name,
    domain,
    services: Object.fromEntries(
      services.map((service) => [
        service.name,
        {
          kind: service.kind,
          image: service.image,
          command: service.command,
          port: service.port,
          health: service.health?.path,
          healthHost: service.health?.host,
          healthHttps: service.health?.https === false ? false : undefined,
          startGrace: service.startGrace,
          route: service.route && {
            host: service.route.host === undefined ? domain : `${service.route.host}.${domain}`,
            path: service.route.path ?? '/',
          },
          streaming: service.streaming || undefined,
          schedule: service.schedule,
          replicas: service.replicas,
          memory: service.memory,
          cpu: service.cpu,
          stopGrace: service.stopGrace,
          capabilities: service.capabilities.length > 0 ? service.capabilities : undefined,
          variables: nonEmpty(service.variables),
          secrets: service.secrets.length > 0 ? service.secrets : undefined,
          datastores:
            service.needs.length > 0
              ? Object.fromEntries(service.needs.map((store) => [store, datastoreVariables[store].url]))
              : undefined,
        },
      ]),
    ),
    datastores: Object.fromEntries(
      datastores.map((store) => [
        store.name,
        {
          version: store.version,
          ...(store.placement === 'machine'
            ? { placement: 'machine' as const, memory: store.memory, shared: store.shared || undefined }
            : { placement: 'managed' as const }),
        },
      ]),
    ),
    registries: Object.keys(registries).length > 0 ? registries : undefined,
    secrets: nonEmpty(
      Object.fromEntries(
        [
          ...new Set([
            ...services.flatMap(({ secrets }) => secrets),
            ...Object.values(registries).map(({ secret }) => secret),
          ]),
        ]
          .sort()
          .flatMap((secret) => {
            const { machine } = sealed[secret] ?? {};
            return machine ? [[secret, machine.sealed]] : [];
          }),
      ),
    ),
    restartWindow,
    ingress: platform.ingress === 'caddy' ? undefined : platform.ingress,
    pages: nonEmpty(pages as Record<string, string>),
    maintenance: maintenance === false ? undefined : { allow: [], ...(maintenance === true ? {} : maintenance) },
    restricted: access.web && !access.web.from.includes('0.0.0.0/0') ? true : undefined,
    backups,
  };
}

const nonEmpty = (variables: Readonly<Record<string, string>>) =>
  Object.keys(variables).length > 0 ? variables : undefined;
