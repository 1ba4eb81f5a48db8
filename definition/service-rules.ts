import { toCalendar } from './calendar';
import { didYouMean, type Problem, shown } from './problem';
import type { Environment } from './resolve';
import { answersRequests, type Service } from './service';

/** Variables that the platform hands to a service itself; who sets them would be overruled without a word. */
const ownVariables = ['PORT', 'DATABASE_URL', 'REDIS_URL'];

/** What zod cannot see: fields that do not fit the kind, and services that get in each other's way. */
export function serviceRules(environment: Environment): Problem[] {
  return [...environment.services.flatMap((service) => [...ownName(service), ...fitsKind(service), ...variables(service), ...needs(service, environment)]), ...routes(environment), ...windows(environment)];
}

/** Names that mean something on the machines' network already. */
const taken = ['postgres', 'proxy', 'redis'];

const ownName = ({ name }: Service): Problem[] =>
  (taken.includes(name) ? [{ path: `services.${name}`, message: `is a name of the platform's own (${taken.join(', ')}): take another` }] : []);

function fitsKind(service: Service): Problem[] {
  const at = `services.${service.name}`;
  const problems: Problem[] = [];
  if (!answersRequests(service.kind)) {
    for (const field of ['port', 'health', 'route'] as const) {
      if (service[field] !== undefined) problems.push({ path: `${at}.${field}`, message: `a ${service.kind} answers no requests: take it out, or make the service an "api"` });
    }
    if (service.streaming) problems.push({ path: `${at}.streaming`, message: `a ${service.kind} answers no requests: take it out` });
  }
  if (service.kind === 'cron') {
    if (service.schedule === undefined) problems.push({ path: `${at}.schedule`, message: 'is missing; a cron needs five fields in UTC, like "0 3 * * *"' });
    else problems.push(...schedule(at, service.schedule));
    if (service.replicas !== 1) problems.push({ path: `${at}.replicas`, message: `got ${service.replicas}; a cron job never overlaps itself: take it out` });
  } else if (service.schedule !== undefined) {
    problems.push({ path: `${at}.schedule`, message: `only a "cron" has a schedule; this is a "${service.kind}"` });
  }
  return problems;
}

const schedule = (at: string, given: string): Problem[] => cronFields(`${at}.schedule`, given);

const windows = ({ restartWindow, backups }: Environment): Problem[] =>
  [...(restartWindow === undefined ? [] : cronFields('restartWindow', restartWindow)), ...cronFields('backups.schedule', backups.schedule)];

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
  return [
    ...Object.keys(service.variables).filter((name) => ownVariables.includes(name))
      .map((name) => ({ path: `${at}.variables.${name}`, message: `is set by the platform (${ownVariables.join(', ')}): take it out, or use another name` })),
    ...service.secrets.filter((name) => name in service.variables)
      .map((name) => ({ path: `${at}.secrets`, message: `${name} is a variable already: a name can be one or the other` })),
    ...service.secrets.filter((name, index) => service.secrets.indexOf(name) !== index)
      .map((name) => ({ path: `${at}.secrets`, message: `${name} is named twice` })),
  ];
}

function needs(service: Service, environment: Environment): Problem[] {
  const available = environment.datastores.map((store) => store.name);
  return service.needs.filter((name) => !available.includes(name)).map((name) => ({
    path: `services.${service.name}.needs`,
    message: `got ${shown(name)}, which the product does not have; declare it: datastores: { ${name}: ${name === 'postgres' ? 17 : 8} }`,
  }));
}

function routes(environment: Environment): Problem[] {
  const taken = new Map<string, string>();
  return environment.services.flatMap((service) => {
    if (service.route === undefined) return [];
    const host = service.route.host === undefined ? environment.domain : `${service.route.host}.${environment.domain}`;
    const address = `${host}${(service.route.path ?? '/').replace(/(.)\/+$/, '$1')}`;
    const other = taken.get(address);
    taken.set(address, other ?? service.name);
    return other === undefined ? [] : [{ path: `services.${service.name}.route`, message: `${address} goes to "${other}" already: give one of them another path or host` }];
  });
}

/** An override for a service that the product does not have. */
export function unknownOverrides(overrides: Record<string, unknown>, known: readonly string[]): Problem[] {
  return Object.keys(overrides).filter((name) => !known.includes(name)).map((name) => ({
    path: `services.${name}`,
    message: `the product has no such service (it has ${known.join(', ')})${didYouMean(name, known)}`,
  }));
}
