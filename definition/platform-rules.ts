import { databaseSize, poolConnections, poolSize } from './database-size';
import { memoryNeed } from './memory';
import { nameLimits, type Names } from './names';
import { didYouMean, type Problem } from './problem';
import type { Environment } from './resolve';
import { shown } from './shown';
import { type DropletSize, dropletSize, sizeCatalogue, smallestSizeFor } from './sizes';

/** What one droplet cannot do, and names that a vendor would refuse. */
export function platformRules(environment: Environment): Problem[] {
  return [
    ...size(environment),
    ...memory(environment),
    ...processors(environment),
    ...names(environment),
    ...managed(environment),
    ...ingress(environment),
    ...image(environment),
    ...reviewers(environment),
  ];
}

function size({ platform }: Environment): Problem[] {
  if (dropletSize(platform.size)) return [];
  const slugs = sizeCatalogue.sizes.map((s) => s.slug);
  return [
    {
      path: 'platform.size',
      message: `got ${shown(platform.size)}; allowed are DigitalOcean's slugs (\`npx berth sizes\` lists them)${didYouMean(platform.size, slugs)}`,
    },
  ];
}

function memory(environment: Environment): Problem[] {
  const machine = dropletSize(environment.platform.size);
  if (machine === undefined) return [];
  const need = memoryNeed(environment);
  if (need.total <= machine.memory) return [];
  return [
    {
      path: 'services',
      follows: [
        'platform.size',
        'platform.datastores',
        'datastores',
        ...environment.services.flatMap(({ name }) => [`services.${name}.memory`, `services.${name}.replicas`]),
      ],
      message:
        `need ${mib(need.total)}, the machine has ${mib(machine.memory)} (${machine.slug}): lower a limit or ${upgrade(machine, need.total)} ` +
        `(services ${mib(need.services)}, datastores ${mib(need.datastores)}, one rollout ${mib(need.rollout)}, system ${mib(need.system)})`,
    },
  ];
}

function upgrade(machine: DropletSize, needed: number): string {
  const larger = smallestSizeFor(needed);
  return larger === undefined
    ? 'split the product'
    : `take ${larger.slug} (+$${(larger.priceMonthly - machine.priceMonthly).toFixed(2)} a month)`;
}

const mib = (n: number): string => `${n.toLocaleString('en-US')} MiB`;

function processors({ services, platform }: Environment): Problem[] {
  const machine = dropletSize(platform.size);
  if (machine === undefined) return [];
  return services
    .filter((service) => service.cpu > machine.vcpus * 1000)
    .map((service) => ({
      path: `services.${service.name}.cpu`,
      follows: [`services.${service.name}.cpu`, 'platform.size'],
      message: `got ${service.cpu}; ${machine.slug} has ${machine.vcpus * 1000} (thousandths of a processor)`,
    }));
}

function names(environment: Environment): Problem[] {
  return (Object.keys(nameLimits) as (keyof Names)[]).flatMap((key) => {
    const { pattern, says } = nameLimits[key];
    const name = environment.names[key];
    if (pattern.test(name)) return [];
    const isBucket = key.endsWith('Bucket') && environment.platform.bucketPrefix !== undefined;
    return [
      {
        path: isBucket ? 'platform.bucketPrefix' : 'name',
        follows: ['name', 'product.name', 'platform.bucketPrefix'],
        message: `makes ${shown(name)}, which is not ${says}: shorten ${isBucket ? 'the prefix' : "the product's or the environment's name"}`,
      },
    ];
  });
}

/** Traefik has no files of its own to serve: pages would need a service that is never down. */
function ingress({ platform, pages, maintenance }: Environment): Problem[] {
  if (platform.ingress === 'caddy') return [];
  const wanted = [
    ...Object.keys(pages).map((page) => `pages.${page}`),
    ...(maintenance === false ? [] : ['maintenance']),
  ];
  return wanted.map((path) => ({
    path,
    message: 'is not supported by Traefik: remove it, or set platform.ingress to "caddy"',
  }));
}

function managed({ datastores, services }: Environment): Problem[] {
  return datastores.flatMap((store) => {
    if (store.placement === 'machine') return [];
    const { nodes, size } = store.placement.managed;
    const path = `platform.datastores.${store.name}.managed.nodes`;
    // docs.digitalocean.com/products/databases/valkey/details/limits: one primary and at most one standby
    if (store.name === 'redis' && nodes > 2) return [{ path, message: `got ${nodes}; a managed Redis has 1 or 2` }];
    // docs.digitalocean.com/products/databases/postgresql/how-to/add-standby-nodes: "only supported for plans with 2 GB of RAM or more"
    if (nodes > 1 && databaseSize(size)?.memory === 1)
      return [
        {
          path,
          follows: [path, path.replace(/nodes$/, 'size')],
          message: `got ${nodes}; a size with 1 GB of memory has 1: take it out, or take a larger size`,
        },
      ];
    const known = databaseSize(size);
    if (store.name !== 'postgres' || known === undefined) return [];
    const [users, enough] = [
      services.filter(({ needs }) => needs.includes('postgres')).length,
      Math.floor(poolConnections(known) / poolSize),
    ];
    const at = `platform.datastores.${store.name}.managed.size`;
    return users <= enough
      ? []
      : [
          {
            path: at,
            follows: [at, 'services'],
            message: `got ${shown(size)}, whose ${poolConnections(known)} connections are enough for ${enough} services; ${users} need Postgres: take a larger size`,
          },
        ];
  });
}

function image({ platform }: Environment): Problem[] {
  if (platform.image === 'debian-13-x64') return [];
  return [
    {
      path: 'platform.image',
      message: `got ${shown(platform.image)}; the boot layer is written for and tested on "debian-13-x64"`,
    },
  ];
}

function reviewers({ github }: Environment): Problem[] {
  const count = github.reviewers.users.length + github.reviewers.teams.length;
  // docs.github.com, "Managing environments for deployment": up to six users or teams
  return count <= 6
    ? []
    : [
        {
          path: 'github.reviewers',
          message: `got ${count} users and teams; GitHub takes 6 at most: name a team instead`,
        },
      ];
}
