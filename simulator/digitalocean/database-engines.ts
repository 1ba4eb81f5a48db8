import type { Database } from './database';

/** MiB of disk that come with a size. */
export const databaseSizes: Record<string, number> = {
  'db-s-1vcpu-1gb': 10_240,
  'db-s-1vcpu-2gb': 30_720,
  'db-s-2vcpu-2gb': 30_720,
  'db-s-2vcpu-4gb': 61_440,
  'db-s-4vcpu-8gb': 117_760,
  'db-s-6vcpu-16gb': 276_480,
  'db-s-8vcpu-32gb': 593_920,
  'db-s-16vcpu-64gb': 1_167_360,
};

/** GB of memory and processors of a size. */
const [memoryOf, vcpusOf] = [/-(\d+)gb$/, /-(\d+)vcpu-/].map(
  (pattern) =>
    (size: string): number =>
      Number(pattern.exec(size)![1]),
) as [(size: string) => number, (size: string) => number];

/** https://docs.digitalocean.com/reference/doctl/reference/databases/resize/: nodes cannot be resized to smaller sizes. */
export const isSmaller = (size: string, than: string): boolean =>
  memoryOf(size) < memoryOf(than) || vcpusOf(size) < vcpusOf(than);

/** https://docs.digitalocean.com/products/databases/postgresql/how-to/manage-connection-pools/: three are the vendor's own. */
export const poolConnections = (size: string): number => 25 * memoryOf(size) - 3;

const [GB1, GB2, KAFKA_GB2, GB4, GB8, GB16, GB32, GB64] = Object.keys(databaseSizes);
const toGb16 = [GB1, GB2, GB4, GB8, GB16];
const toGb64 = [...toGb16, GB32, GB64];
/** A second node needs more than the smallest size. */
const replicated = (sizes: string[]) => ({ 1: sizes, 2: sizes.slice(1), 3: sizes.slice(1) });

export interface Engine {
  versions: string[];
  default: string;
  /** The sizes that can be had with a number of nodes. */
  layouts: Record<number, string[]>;
  scheme: string;
  port: number;
  /** Only Postgres has connection pools. */
  poolPort?: number;
  /** The database that comes with a cluster; an engine without one has no databases. */
  db?: string;
  user: string;
  /** What stands behind the host in the URI. */
  query?: string;
}

/**
 * The Basic sizes of the catalogue that the vendor's description shows for `GET /v2/databases/options`.
 * Redis is missing: the vendor makes a Valkey cluster of it.
 */
export const engines: Record<Database['engine'], Engine> = {
  pg: {
    versions: ['13', '14', '15', '16', '17'],
    default: '17',
    layouts: replicated(toGb16),
    scheme: 'postgresql',
    port: 25060,
    poolPort: 25061,
    db: 'defaultdb',
    user: 'doadmin',
    query: 'sslmode=require',
  },
  mysql: {
    versions: ['8'],
    default: '8',
    layouts: replicated(toGb16),
    scheme: 'mysql',
    port: 25060,
    db: 'defaultdb',
    user: 'doadmin',
    query: 'ssl-mode=REQUIRED',
  },
  valkey: {
    versions: ['8'],
    default: '8',
    layouts: replicated(toGb64),
    scheme: 'rediss',
    port: 25061,
    user: 'default',
  },
  mongodb: {
    versions: ['6.0', '7.0'],
    default: '7.0',
    layouts: { 1: toGb64, 3: toGb64 },
    scheme: 'mongodb+srv',
    port: 27017,
    db: 'admin',
    user: 'doadmin',
    query: 'tls=true&authSource=admin',
  },
  kafka: {
    versions: ['3.8'],
    default: '3.8',
    layouts: { 3: [GB4, KAFKA_GB2] },
    scheme: 'https',
    port: 25073,
    user: 'doadmin',
  },
  opensearch: {
    versions: ['1', '2'],
    default: '2',
    layouts: { 1: [GB2, GB4, GB8], 3: [GB4, GB8] },
    scheme: 'https',
    port: 25060,
    user: 'doadmin',
  },
};

/** The catalogue as `GET /v2/databases/options` answers it. */
export function renderOptions(regions: string[]) {
  const each = <T>(value: (engine: Engine) => T) =>
    Object.fromEntries(Object.entries(engines).map(([name, engine]) => [name, value(engine)]));
  return {
    options: each(({ versions, default: preferred, layouts }) => ({
      regions,
      versions,
      default_version: preferred,
      layouts: Object.entries(layouts).map(([nodes, sizes]) => ({ num_nodes: Number(nodes), sizes })),
    })),
    version_availability: each(({ versions }) =>
      versions.map((version) => ({ version, end_of_life: null, end_of_availability: null })),
    ),
  };
}
