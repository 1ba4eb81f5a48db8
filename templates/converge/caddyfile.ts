import type { Desired, DesiredService } from './desired';

/** A year, as browsers' preload lists ask for; without subdomains, which may be somebody else's. */
const hsts = 'max-age=31536000';

/** The proxy's configuration: HTTPS for every host of a route, with certificates that it gets and renews by itself. */
export function renderCaddyfile({ domain, services }: Desired): string {
  const routes = Object.entries(services).filter(([, { route }]) => route !== undefined);
  const hosts = [...new Set([domain, ...routes.map(([, { route }]) => route!.host)])];
  const routesOf = (host: string): string[] => routes
    .filter(([, { route }]) => route!.host === host)
    // the longest prefix wins
    .sort(([, a], [, b]) => b.route!.path.length - a.route!.path.length)
    .flatMap(([name, service]) => handler(name, service));
  return [
    '{',
    '\tservers {',
    // a slow answer is the service's business; a client that does not finish its question is not
    '\t\ttimeouts {', '\t\t\tread_header 20s', '\t\t\tidle 5m', '\t\t}',
    '\t}',
    '}',
    ...hosts.flatMap((host) => [
      '', `http://${host} {`, ...healthz, '\tredir https://{host}{uri} 308', '}',
      '', `https://${host} {`,
      '\tencode zstd gzip', `\theader Strict-Transport-Security "${hsts}"`, '\theader -Server', '\trequest_body {', '\t\tmax_size 100MB', '\t}',
      ...healthz, ...routesOf(host), ...errors, '}',
    ]),
    // by its address, also while the domain does not lead here yet
    '', ':80 {', '\theader -Server', ...healthz, ...routesOf(domain), ...errors, '}', '',
  ].join('\n');
}

/** Of the machine: the proxy runs. Services have health paths of their own. */
const healthz = ['\thandle /healthz {', '\t\trespond "ok"', '\t}'];

function handler(name: string, { port, route, streaming }: DesiredService): string[] {
  const { path } = route!;
  const matcher = path === '/' ? [] : [`\t@${name} path ${path.replace(/\/$/, '')} ${path.replace(/\/$/, '')}/*`];
  return [
    ...matcher,
    `\thandle ${path === '/' ? '' : `@${name} `}{`,
    '\t\treverse_proxy {',
    // whoever answers to the name: a rollout changes it, and no reload is needed
    '\t\t\tdynamic a {', `\t\t\t\tname ${name}`, `\t\t\t\tport ${port}`, '\t\t\t\trefresh 1s', '\t\t\t\tdial_timeout 1s', '\t\t\t}',
    '\t\t\tlb_try_duration 5s', '\t\t\tlb_try_interval 50ms',
    ...(streaming ? ['\t\t\tflush_interval -1'] : []),
    '\t\t\ttransport http {', '\t\t\t\tdial_timeout 500ms', '\t\t\t}',
    '\t\t}',
    '\t}',
  ];
}

/** The machine's own page where a service cannot answer, and for a host without a service at a path. */
const errors = [
  '\thandle_errors {',
  '\t\t@away expression `{err.status_code} in [502, 503, 504]`',
  '\t\thandle @away {',
  '\t\t\theader Retry-After 10',
  '\t\t\theader Content-Type "text/html; charset=utf-8"',
  '\t\t\trespond `<!doctype html><meta charset="utf-8"><title>Back in a moment</title><p>This service is not answering. It is usually back within a minute.` {err.status_code}',
  '\t\t}',
  '\t\trespond "{err.status_code} {err.status_text}" {err.status_code}',
  '\t}',
];
