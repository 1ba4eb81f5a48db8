import { type DropletInput, dropletDefaults } from './droplet';
import {
  alertDefaults,
  type DeploySource,
  environmentDefaults,
  type EnvironmentInput,
  githubDefaults,
} from './environment';
import { type Layer, merge, type Source } from './layers';
import { type Names, resourceNames } from './names';
import { datastoreDefaults, type ProductInput } from './product';
import type { Region } from './regions';
import {
  answersRequests,
  type DatastoreName,
  datastoreNames,
  expandHealth,
  expandRoute,
  type Service,
  serviceDefaults,
  type ServiceInput,
  type ServiceOverride,
} from './service';

export interface Datastore {
  readonly name: DatastoreName;
  readonly version: number;
  /** MiB */
  readonly memory: number;
  /** Of Redis: every service that needs it uses one database, and reads and writes the others' keys. */
  readonly shared?: boolean;
  readonly placement: 'machine' | Managed;
}

export interface Managed {
  readonly managed: { readonly size: string; readonly nodes: number };
}

export interface Droplet {
  readonly kind: 'droplet';
  readonly region: Region;
  readonly size: string;
  readonly image: string;
  readonly generation: number;
  readonly swap: number;
  readonly volume: { readonly size: number };
  readonly backups: 'off' | 'weekly' | 'daily';
  readonly ingress: 'caddy' | 'traefik';
  readonly ipRange?: string;
  readonly bucketPrefix?: string;
}

export interface GitHub {
  readonly repository: string;
  readonly deployFrom: readonly DeploySource[];
  readonly reviewers: { readonly users: readonly string[]; readonly teams: readonly string[] };
  readonly preventSelfReview: boolean;
  readonly waitMinutes: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly deployKeys: Readonly<Record<string, { readonly key: string; readonly write?: boolean }>>;
  readonly defaultBranch?: { readonly approvals: number; readonly checks: readonly string[] };
}

export interface Alerts {
  readonly email: readonly string[];
  readonly cpu: number;
  readonly memory: number;
  readonly disk: number;
  readonly certificateDays: number;
}

export interface Access {
  readonly web?: { readonly from: readonly string[] };
  readonly ssh?: { readonly from: readonly string[]; readonly keys: Readonly<Record<string, string>> };
}

/** A secret's ciphertexts, as `berth secret set` keeps them beside the environment's file: for whoever has declared it. */
export interface SealedSecret {
  readonly github?: {
    /** GitHub's id of the public key it was sealed to. */
    readonly keyId: string;
    /** Base64 of a libsodium sealed box. */
    readonly sealed: string;
  };
  readonly machine?: {
    /** The public half of the machine's key (age), which stays the same when the machine is replaced: it is on the volume. */
    readonly recipient: string;
    /** Armored. */
    readonly sealed: string;
  };
}

/** An environment with every value decided; what constructs and templates read. */
export interface Environment {
  readonly name: string;
  readonly product: string;
  readonly stage: 'development' | 'staging' | 'production';
  readonly domain: string;
  readonly services: readonly Service[];
  readonly datastores: readonly Datastore[];
  readonly platform: Droplet;
  readonly access: Access;
  readonly github: GitHub;
  /** By host: who logs in there, and with which secret. */
  readonly registries: Readonly<Record<string, { readonly user: string; readonly secret: string }>>;
  readonly restartWindow?: string;
  readonly pages: { readonly error?: string; readonly maintenance?: string };
  readonly maintenance: boolean | { readonly allow: readonly string[] };
  readonly backups: { readonly keepDays: number; readonly schedule: string };
  readonly alerts?: Alerts;
  readonly protected: boolean;
  readonly acknowledge: readonly { readonly policy: string; readonly reason: string; readonly until: string }[];
  readonly names: Names;
  /** Ciphertexts for GitHub and for the machine, by name. */
  readonly sealed: Readonly<Record<string, SealedSecret>>;
}

type Tree = Record<string, unknown>;

/** Lays defaults, product and environment over each other, and tells where each value came from. */
export function resolveLayers(input: EnvironmentInput): { value: Tree; sources: Map<string, Source> } {
  return merge([
    { source: 'default', value: defaultsFor(input) },
    { source: 'product', value: expandProduct(input) },
    { source: 'environment', value: expandEnvironment(input) },
  ] satisfies Layer[]);
}

/** Decides every value of a checked environment. */
export function resolve(input: EnvironmentInput, sealed: Record<string, SealedSecret> = {}): Environment {
  const { value } = resolveLayers(input);
  const { services, datastores, platform, ...rest } = value as Tree & {
    services: Record<string, object>;
    datastores: Record<string, object>;
    platform: Tree;
  };
  const { datastores: placements, ...machine } = platform as Tree & {
    datastores: Record<DatastoreName, Datastore['placement']>;
  };
  return {
    ...(rest as unknown as Omit<Environment, 'services' | 'datastores' | 'platform' | 'product' | 'names' | 'sealed'>),
    product: input.product.name,
    services: Object.entries(services).map(([name, service]) => ({ name, ...service }) as Service),
    datastores: datastoreNames
      .filter((name) => Object.hasOwn(datastores, name))
      .map((name) => ({ name, ...datastores[name], placement: placements[name] }) as Datastore),
    platform: machine as unknown as Droplet,
    names: resourceNames(input.product.name, input.name, input.platform.bucketPrefix),
    sealed,
  };
}

/** Decides every value of a checked product, apart from any environment. */
export function resolveProduct(product: ProductInput): Pick<Environment, 'product' | 'services' | 'datastores'> {
  const nowhere = {
    name: 'local',
    product,
    domain: '',
    platform: { kind: 'droplet', region: 'fra1', size: '' },
    github: { repository: '', deployFrom: [] },
  };
  const { services, datastores } = resolve(nowhere as unknown as EnvironmentInput);
  return { product: product.name, services, datastores };
}

/** Names of the services that run in this environment, in the product's order. */
const servicesOf = (input: EnvironmentInput): [string, ServiceInput][] =>
  Object.entries(input.product.services).filter(([name]) => overrideOf(input, name) !== false);

/** An object has more names than were written into it: `constructor` is one. */
const overrideOf = ({ services = {} }: EnvironmentInput, name: string): ServiceOverride | false | undefined =>
  Object.hasOwn(services, name) ? services[name] : undefined;

/** Short forms written out. */
const expandService = <T extends ServiceOverride | Omit<ServiceInput, 'kind' | 'image'>>({
  route,
  health,
  ...rest
}: T): Tree => ({ ...rest, health: expandHealth(health), route: expandRoute(route) });

function defaultsFor(input: EnvironmentInput): Tree {
  const nodes = (given: unknown): Tree | 'machine' =>
    typeof given === 'object' ? { managed: { nodes: 1 } } : 'machine';
  return {
    ...environmentDefaults,
    stage: input.name === 'production' ? 'production' : 'staging',
    services: Object.fromEntries(
      servicesOf(input).map(([name, { kind }]) => {
        const expanded = expandService(serviceDefaults[kind]);
        return [
          name,
          answersRequests(kind) ? { ...expanded, health: { ...(expanded.health as object), https: true } } : expanded,
        ];
      }),
    ),
    datastores: Object.fromEntries(
      Object.keys({ ...input.product.datastores, ...input.datastores }).map((name) => [
        name,
        datastoreDefaults[name as DatastoreName],
      ]),
    ),
    platform: {
      ...dropletDefaults,
      datastores: {
        postgres: nodes(input.platform.datastores?.postgres),
        redis: nodes(input.platform.datastores?.redis),
      },
    },
    github: {
      ...githubDefaults,
      ...(input.github.defaultBranch ? { defaultBranch: { approvals: 1, checks: [] } } : {}),
    },
    ...(input.alerts ? { alerts: alertDefaults } : {}),
  };
}

function expandProduct(input: EnvironmentInput): Tree {
  return {
    services: Object.fromEntries(servicesOf(input).map(([name, service]) => [name, expandService(service)])),
    datastores: expandDatastores(input.product.datastores),
  };
}

function expandEnvironment({ product, services = {}, datastores, ...rest }: EnvironmentInput): Tree {
  const overrides = Object.entries(services).flatMap(([name, change]) =>
    change === false || !Object.hasOwn(product.services, name) ? [] : [[name, expandService(change)] as const],
  );
  return {
    ...rest,
    platform: rest.platform satisfies DropletInput,
    services: Object.fromEntries(overrides),
    datastores: expandDatastores(datastores),
  };
}

const expandDatastores = (given: EnvironmentInput['datastores']): Tree =>
  Object.fromEntries(
    Object.entries(given ?? {}).map(([name, value]) => [name, typeof value === 'number' ? { version: value } : value]),
  );
