import type { Desired, DesiredService } from '../../contract/desired';

/** A service and where its requests come from. */
export interface HostRoute {
  readonly name: string;
  readonly service: DesiredService;
  /** Without a slash at its end; empty for every path. */
  readonly path: string;
}

/** Every name that visitors come by: the domain, whether anything has it or not, and each host of a route. */
export const hostsOf = ({ domain, services }: Pick<Desired, 'domain' | 'services'>): string[] => [
  ...new Set([domain, ...Object.values(services).flatMap(({ route }) => route?.host ?? [])]),
];

/** What answers for a host, the longest prefix first: it wins. */
export const routesOf = ({ services }: Pick<Desired, 'services'>, host: string): HostRoute[] =>
  Object.entries(services)
    .filter(([, { route }]) => route?.host === host)
    .map(([name, service]) => ({ name, service, path: service.route!.path.replace(/\/$/, '') }))
    .sort((a, b) => b.path.length - a.path.length);

/** A year in seconds, as browsers' preload lists ask for; of this host alone: others below it may be somebody else's. */
export const hstsSeconds = 31_536_000;
