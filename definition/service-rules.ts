import { toCalendar } from '../lib/calendar';
import { longestDomain } from './domain-name';
import { didYouMean, type Problem } from './problem';
import type { Environment } from './resolve';
import { answersRequests, datastoreNames, type Service } from './service';
import { datastoreVariables } from './service-variables';
import { joined, shown } from './shown';

/** What zod cannot see: fields that do not fit the kind, and services that get in each other's way. */
export function serviceRules(environment: Environment): Problem[] {
  return [
    ...environment.services.flatMap((service) => [
      ...ownName(service),
      ...fitsKind(service),
      ...variables(service),
      ...needs(service, environment),
    ]),
    ...routes(environment),
    ...windows(environment),
  ];
}

/** Names that mean something on the machines' network already, or in every container. */
const taken = ['localhost', 'postgres', 'proxy', 'redis'];

/**
 * A service's database and its user are called as the service is. Postgres keeps these to itself: names that begin with pg_
 * (postgresql.org/docs/17/sql-createrole.html), and the databases that every cluster has (manage-ag-templatedbs.html).
 */
const reservedByPostgres = /^(pg-.*|public|none|template0|template1)$/;
/** docs.digitalocean.com/products/databases/postgresql: what a managed cluster comes with. */
const reservedByManaged = /^(defaultdb|doadmin)$/;
/** redis.io/docs/latest/operate/oss_and_stack/management/security/acl: the user that a connection without a name has; and the agent's own. */
const reservedByRedis = /^(default|berth)$/;

function ownName({ name, needs }: Service): Problem[] {
  const path = `services.${name}`;
  const follows = [`${path}.needs`];
  if (taken.includes(name))
    return [{ path, message: `is a name of the platform's own (${taken.join(', ')}): take another` }];
  if (needs.includes('postgres') && (reservedByPostgres.test(name) || reservedByManaged.test(name))) {
    return [
      {
        path,
        follows,
        message:
          'cannot have a database: it would be called as the service is, and Postgres keeps names that begin with "pg_", public, none, template0, template1, defaultdb and doadmin to itself (postgresql.org/docs/17/sql-createrole.html, docs.digitalocean.com/products/databases/postgresql); take another name',
      },
    ];
  }
  if (needs.includes('redis') && reservedByRedis.test(name))
    return [
      {
        path,
        follows,
        message:
          'cannot have a user of Redis: it would be called as the service is, and "default" (redis.io/docs/latest/operate/oss_and_stack/management/security/acl) and "berth" are taken; take another name',
      },
    ];
  return [];
}

function fitsKind(service: Service): Problem[] {
  const at = `services.${service.name}`;
  const problems: Problem[] = [];
  if (!answersRequests(service.kind)) {
    for (const field of ['port', 'health', 'startGrace', 'route'] as const) {
      if (service[field] !== undefined)
        problems.push({
          path: `${at}.${field}`,
          message: `a ${service.kind} answers no requests: take it out, or make the service an "api"`,
        });
    }
    if (service.streaming)
      problems.push({ path: `${at}.streaming`, message: `a ${service.kind} answers no requests: take it out` });
  }
  if (service.kind === 'cron') {
    if (service.schedule === undefined)
      problems.push({
        path: `${at}.schedule`,
        message: 'is missing; a cron needs five fields in UTC, like "0 3 * * *"',
      });
    else problems.push(...schedule(at, service.schedule));
    if (service.replicas !== 1)
      problems.push({
        path: `${at}.replicas`,
        message: `got ${service.replicas}; a cron job never overlaps itself: take it out`,
      });
  } else if (service.schedule !== undefined) {
    problems.push({ path: `${at}.schedule`, message: `only a "cron" has a schedule; this is a "${service.kind}"` });
  }
  return problems;
}

const schedule = (at: string, given: string): Problem[] => cronFields(`${at}.schedule`, given);

const windows = ({ restartWindow, backups }: Environment): Problem[] => [
  ...(restartWindow === undefined ? [] : cronFields('restartWindow', restartWindow)),
  ...cronFields('backups.schedule', backups.schedule),
];

function cronFields(path: string, given: string): Problem[] {
  try {
    toCalendar(given);
    return [];
  } catch (error) {
    return [{ path, message: (error as Error).message }];
  }
}

function variables(service: Service): Problem[] {
  const at = `services.${service.name}`;
  // another database may be somebody's own choice: the parts of a URL are taken only where the service would get them
  const own: string[][] = [
    ['PORT'],
    ...datastoreNames.map((store) =>
      service.needs.includes(store) ? Object.values(datastoreVariables[store]) : [datastoreVariables[store].url],
    ),
  ];
  const told = (path: string, name: string, subject: string): Problem[] => {
    const group = own.find((names) => names.includes(name));
    if (group)
      return [
        {
          path,
          follows: [path, `${at}.needs`],
          message: `${subject}is set by the platform (${group.join(', ')}): take it out, or use another name`,
        },
      ];
    return name.startsWith('BERTH_')
      ? [{ path, message: `${subject}begins with BERTH_, as names of the platform's own do: use another name` }]
      : [];
  };
  return [
    ...Object.keys(service.variables).flatMap((name) => told(`${at}.variables.${name}`, name, '')),
    ...service.secrets.flatMap((name) => told(`${at}.secrets`, name, `${name} `)),
    ...service.secrets
      .filter((name) => Object.hasOwn(service.variables, name))
      .map((name) => ({
        path: `${at}.secrets`,
        follows: [`${at}.secrets`, `${at}.variables`],
        message: `${name} is a variable already: a name can be one or the other`,
      })),
  ];
}

function needs(service: Service, environment: Environment): Problem[] {
  const available = environment.datastores.map((store) => store.name);
  return service.needs
    .filter((name) => !available.includes(name))
    .map((name) => ({
      path: `services.${service.name}.needs`,
      follows: [`services.${service.name}.needs`, `datastores.${name}`],
      message: `got ${shown(name)}, which the product does not have; declare it: datastores: { ${name}: ${name === 'postgres' ? 17 : 8} }`,
    }));
}

function routes(environment: Environment): Problem[] {
  const taken = new Map<string, string>();
  return environment.services.flatMap((service) => {
    if (service.route === undefined) return [];
    const at = `services.${service.name}.route`;
    const host = service.route.host === undefined ? environment.domain : `${service.route.host}.${environment.domain}`;
    const path = (service.route.path ?? '/').replace(/(.)\/+$/, '$1');
    const other = taken.get(host + path);
    taken.set(host + path, other ?? service.name);
    return [
      ...(host.length > longestDomain
        ? [
            {
              path: at,
              follows: [at, 'domain'],
              message: `makes ${host.slice(0, 30)}…, of ${host.length} characters; DNS takes ${longestDomain}: take a shorter host or domain`,
            },
          ]
        : []),
      ...(path === '/healthz' ? [{ path: at, message: 'is where the machine itself answers: take another path' }] : []),
      ...(other === undefined
        ? []
        : [
            {
              path: at,
              follows: [at, `services.${other}.route`, 'domain'],
              message: `${host}${path} goes to "${other}" already: give one of them another path or host`,
            },
          ]),
    ];
  });
}

/** An override for a service that the product does not have. */
export function unknownOverrides(overrides: Record<string, unknown>, known: readonly string[]): Problem[] {
  return Object.keys(overrides)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path: joined(['services', name]),
      message: `the product has no such service (${known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`})${didYouMean(name, known)}`,
    }));
}
