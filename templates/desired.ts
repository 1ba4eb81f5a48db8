import type { Desired } from '../contract/desired';
import type { Environment } from '../definition/resolve';
import { datastoreVariables } from '../definition/service-variables';
import { yamlText } from '../lib/text/yaml';

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
