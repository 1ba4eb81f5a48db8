import type { Desired } from '../../contract/desired';
import { type HostRoute, hostsOf, hstsSeconds, routesOf } from './routes';

/** The proxy's configuration: HTTPS for every host of a route, with certificates that it gets and renews by itself. */
export function renderCaddyfile(desired: Desired): string {
  const routes = (host: string): readonly string[] =>
    closed(desired.maintenance, routesOf(desired, host).flatMap(handler));
  return [
    '{',
    '\tservers {',
    // no QUIC: its port is closed, and browsers that are told of it try it first
    '\t\tprotocols h1 h2',
    // a slow answer is the service's business; a client that does not finish its question is not
    '\t\ttimeouts {',
    '\t\t\tread_header 20s',
    '\t\t\tidle 5m',
    '\t\t}',
    '\t}',
    '}',
    ...hostsOf(desired).flatMap((host) => [
      '',
      `http://${host} {`,
      '\theader -Server',
      ...healthz,
      '\tredir https://{host}{uri} 308',
      '}',
      '',
      `https://${host} {`,
      '\tencode zstd gzip',
      `\theader Strict-Transport-Security "max-age=${hstsSeconds}"`,
      '\theader -Server',
      '\trequest_body {',
      '\t\tmax_size 100MB',
      '\t}',
      ...healthz,
      ...routes(host),
      ...errors,
      '}',
    ]),
    // by its address, also while the domain does not lead here yet
    '',
    ':80 {',
    '\theader -Server',
    ...healthz,
    ...(desired.restricted ? ['\thandle {', '\t\trespond 404', '\t}'] : [...routes(desired.domain), ...errors]),
    '}',
    '',
  ].join('\n');
}

/** What is beside it, in the container's words. */
const pagesFolder = '/etc/caddy/pages';

/** The pages that the configuration names, as they are. They are read for each answer. */
export const pagesOf = ({ pages = {} }: Pick<Desired, 'pages'>): Record<string, string> => ({
  'pages/error.html':
    pages.error ?? page('Back in a moment', 'This service is not answering. It is usually back within a minute.'),
  'pages/maintenance.html':
    pages.maintenance ?? page('Down for maintenance', 'This service is being worked on, and will be back.'),
});

const page = (title: string, text: string): string =>
  `<!doctype html><meta charset="utf-8"><title>${title}</title><p>${text}\n`;

/** Of the machine: the proxy runs. Services have health paths of their own. */
const healthz = ['\thandle /healthz {', '\t\trespond "ok"', '\t}'];

/** Only who is allowed comes through. The machine still answers for itself. */
function closed(maintenance: Desired['maintenance'], routes: readonly string[]): readonly string[] {
  if (maintenance === undefined) return routes;
  const { allow } = maintenance;
  return [
    '\t@berth_visitor {',
    '\t\tnot path /healthz',
    ...(allow.length > 0 ? [`\t\tnot remote_ip ${allow.join(' ')}`] : []),
    '\t}',
    '\thandle @berth_visitor {',
    '\t\terror "maintenance" 503',
    '\t}',
    '\thandle {',
    ...routes.map((line) => `\t${line}`),
    '\t}',
  ];
}

function handler({ name, path, service: { port, streaming } }: HostRoute): string[] {
  return [
    ...(path === '' ? [] : [`\t@${name} path ${path} ${path}/*`]),
    `\thandle ${path === '' ? '' : `@${name} `}{`,
    '\t\treverse_proxy {',
    // whoever answers to the name: a rollout changes it, and no reload is needed
    '\t\t\tdynamic a {',
    `\t\t\t\tname ${name}`,
    `\t\t\t\tport ${port}`,
    '\t\t\t\trefresh 1s',
    '\t\t\t\tdial_timeout 1s',
    '\t\t\t}',
    '\t\t\tlb_try_duration 5s',
    '\t\t\tlb_try_interval 50ms',
    // a reload with other routes would close every WebSocket at once; those that were open then have a day more
    '\t\t\tstream_close_delay 24h',
    ...(streaming ? ['\t\t\tflush_interval -1'] : []),
    '\t\t\ttransport http {',
    '\t\t\t\tdial_timeout 500ms',
    '\t\t\t}',
    '\t\t}',
    '\t}',
  ];
}

/** A page, with the status of the error, whatever the request's method was. Matchers of our own begin with "berth_", which no service's name can. */
const shows = (matcher: string, file: string, retryAfter: number): string[] => [
  `\t\thandle @${matcher} {`,
  `\t\t\theader Retry-After ${retryAfter}`,
  '\t\t\theader Cache-Control no-store',
  `\t\t\troot * ${pagesFolder}`,
  `\t\t\trewrite * /${file}`,
  '\t\t\tfile_server',
  '\t\t}',
];

/** A page where a service cannot answer, and a word for a host without a service at a path. */
const errors = [
  '\thandle_errors {',
  '\t\theader -Server',
  '\t\t@berth_maintenance expression `{err.message} == "maintenance"`',
  ...shows('berth_maintenance', 'maintenance.html', 300),
  '\t\t@berth_away expression `{err.status_code} in [502, 503, 504]`',
  ...shows('berth_away', 'error.html', 10),
  '\t\thandle {',
  '\t\t\trespond "{err.status_code} {err.status_text}" {err.status_code}',
  '\t\t}',
  '\t}',
];
