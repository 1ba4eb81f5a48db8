import { stringify } from 'yaml';
import type { Environment } from '../../definition/resolve';
import type { DatastoreName, ServiceKind } from '../../definition/service';
import { datastoreVariable } from '../datastore-variable';

/** What a machine converges to, as it lies in the config bucket. */
export interface Desired {
  readonly version: 1;
  readonly product: string;
  readonly environment: string;
  readonly domain: string;
  readonly services: Readonly<Record<string, DesiredService>>;
  readonly datastores: Readonly<Partial<Record<DatastoreName, DesiredDatastore>>>;
  /** Registries that want a login, by host. */
  readonly registries?: Environment['registries'];
  /** Ciphertexts of age by the secret's name, sealed to the machine. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Cron fields; nothing: it never restarts by itself. */
  readonly restartWindow?: string;
  /** Nothing: Caddy. */
  readonly ingress?: 'traefik';
  readonly pages?: Environment['pages'];
  /** Who reaches the product while nobody else does; nothing: everybody does. */
  readonly maintenance?: { readonly allow: readonly string[] };
  readonly backups: Environment['backups'];
}

export interface DesiredService {
  readonly kind: ServiceKind;
  /** Repository; which digest of it runs is what releases decide. */
  readonly image: string;
  readonly command?: readonly string[];
  readonly port?: number;
  readonly health?: string;
  readonly route?: { readonly host: string; readonly path: string };
  readonly streaming?: boolean;
  readonly schedule?: string;
  readonly replicas: number;
  /** MiB */
  readonly memory: number;
  /** Thousandths of a processor. */
  readonly cpu: number;
  /** Seconds. */
  readonly stopGrace: number;
  /** Of the kernel's capabilities, those that its container gets; nothing: none. */
  readonly capabilities?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  /** The datastores it uses, each with the variable that its URL comes in. */
  readonly datastores?: Readonly<Partial<Record<DatastoreName, string>>>;
}

export interface DesiredDatastore {
  readonly version: number;
  readonly placement: 'machine' | 'managed';
  /** MiB, on the machine only. */
  readonly memory?: number;
  /** Of Redis: services share one database. */
  readonly shared?: true;
}

const heading = [
  'What the machine of this environment converges to. Terraform writes it from the environment\'s file;',
  'the agent pulls it and changes only what differs. Images and digests are not here: releases decide them.',
].map((line) => `# ${line}\n`).join('');

/** The converge layer as readable text: one line per fact, so that a plan shows an edit as the lines it changes. */
export function renderDesired(environment: Environment): string {
  return heading + stringify(desiredState(environment), { lineWidth: 0, version: '1.1', aliasDuplicateObjects: false });
}

function desiredState({ product, name, domain, services, datastores, registries, restartWindow, platform, pages, maintenance, backups, sealed }: Environment): Desired {
  return {
    version: 1,
    product,
    environment: name,
    domain,
    services: Object.fromEntries(services.map((service) => [service.name, {
      kind: service.kind,
      image: service.image,
      command: service.command,
      port: service.port,
      health: service.health,
      route: service.route && { host: service.route.host === undefined ? domain : `${service.route.host}.${domain}`, path: service.route.path ?? '/' },
      streaming: service.streaming || undefined,
      schedule: service.schedule,
      replicas: service.replicas,
      memory: service.memory,
      cpu: service.cpu,
      stopGrace: service.stopGrace,
      capabilities: service.capabilities.length > 0 ? service.capabilities : undefined,
      variables: nonEmpty(service.variables),
      secrets: service.secrets.length > 0 ? service.secrets : undefined,
      datastores: service.needs.length > 0 ? Object.fromEntries(service.needs.map((store) => [store, datastoreVariable[store]])) : undefined,
    }])),
    datastores: Object.fromEntries(datastores.map((store) => [store.name, {
      version: store.version,
      ...(store.placement === 'machine' ? { placement: 'machine' as const, memory: store.memory, shared: store.shared || undefined } : { placement: 'managed' as const }),
    }])),
    registries: Object.keys(registries).length > 0 ? registries : undefined,
    secrets: nonEmpty(Object.fromEntries([...new Set([...services.flatMap(({ secrets }) => secrets), ...Object.values(registries).map(({ secret }) => secret)])].sort().flatMap((secret) => {
      const { machine } = sealed[secret] ?? {};
      return machine ? [[secret, machine.sealed]] : [];
    }))),
    restartWindow,
    ingress: platform.ingress === 'caddy' ? undefined : platform.ingress,
    pages: nonEmpty(pages as Record<string, string>),
    maintenance: maintenance === false ? undefined : { allow: [], ...(maintenance === true ? {} : maintenance) },
    backups,
  };
}

const nonEmpty = (variables: Readonly<Record<string, string>>) => (Object.keys(variables).length > 0 ? variables : undefined);
