import { stringify } from 'yaml';
import type { Desired } from '../../contract/desired';
import { hostsOf, hstsSeconds, routesOf } from './routes';

/** The same routes as the Caddyfile's, for Traefik: what it starts with, and what it watches. It gets no hold of Docker: names lead it to containers. */
export const renderTraefik = (desired: Desired): Record<string, string> => ({
  'traefik.yaml': stringify(start, { lineWidth: 0 }),
  'routes/routes.yaml': stringify(routes(desired), { lineWidth: 0, aliasDuplicateObjects: false }),
});

const start = {
  global: { checkNewVersion: false, sendAnonymousUsage: false },
  log: { format: 'json', level: 'WARN' },
  entryPoints: Object.fromEntries(
    [
      ['web', ':80'],
      ['websecure', ':443'],
    ].map(([name, address]) => [
      name,
      {
        address,
        // Traefik knows no limit for headers alone, so a large upload has this long
        transport: {
          respondingTimeouts: { readTimeout: '10m', idleTimeout: '5m' },
          lifeCycle: { graceTimeOut: '20s' },
        },
      },
    ]),
  ),
  ping: { manualRouting: true },
  providers: { file: { directory: '/etc/traefik/routes', watch: true } },
  certificatesResolvers: { acme: { acme: { storage: '/data/traefik.json', httpChallenge: { entryPoint: 'web' } } } },
};

/** Which of two that fit wins. By default Traefik goes by the length of the rule, which a long host would win. */
const priority = { healthz: 3000, redirect: 2000, host: 1000, address: 1 } as const;

/** Names of routers hold a "_", which no service and no host has: none is another's, and ours are nobody's. */
function routes(desired: Desired): object {
  const hosts = hostsOf(desired);
  const secured = hosts.flatMap((host) =>
    routesOf(desired, host).map(({ name, path, service }) => [
      `${name}_${host}`,
      {
        entryPoints: ['websecure'],
        rule: both(`Host(\`${host}\`)`, under(path)),
        priority: priority.host + path.length,
        service: name,
        // a compressed stream would wait until a block is full
        middlewares: ['secure', 'retry', ...(service.streaming ? [] : ['compress'])],
        tls,
      },
    ]),
  );
  // by its address, also while the domain does not lead here yet
  const byAddress = desired.restricted
    ? []
    : routesOf(desired, desired.domain).map(({ name, path }) => [
        `${name}_address`,
        {
          entryPoints: ['web'],
          rule: under(path) ?? 'PathPrefix(`/`)',
          priority: priority.address + path.length,
          service: name,
          middlewares: ['plain', 'retry'],
        },
      ]);
  const known = hosts.map((host) => `Host(\`${host}\`)`).join(' || ');
  const used = Object.entries(desired.services).filter(([, { route }]) => route !== undefined);
  return {
    http: {
      routers: Object.fromEntries([
        ...secured,
        ...byAddress,
        [
          'berth_healthz',
          { entryPoints: ['web'], rule: 'Path(`/healthz`)', priority: priority.healthz, service: 'ping@internal' },
        ],
        ...hosts.map((host) => [
          `berth_healthz_${host}`,
          {
            entryPoints: ['websecure'],
            rule: `Host(\`${host}\`) && Path(\`/healthz\`)`,
            priority: priority.healthz,
            service: 'ping@internal',
            tls,
          },
        ]),
        [
          'berth_redirect',
          {
            entryPoints: ['web'],
            rule: known,
            priority: priority.redirect,
            service: 'noop@internal',
            middlewares: ['https'],
          },
        ],
      ]),
      middlewares: {
        https: { redirectScheme: { scheme: 'https', permanent: true } },
        secure: { headers: { stsSeconds: hstsSeconds, customResponseHeaders: { Server: '' } } },
        plain: { headers: { customResponseHeaders: { Server: '' } } },
        compress: { compress: { encodings: ['zstd', 'gzip'] } },
        // a container that has just stopped refuses: another one takes the request
        retry: { retry: { attempts: 4, initialInterval: '100ms' } },
      },
      ...(used.length === 0
        ? {}
        : {
            services: Object.fromEntries(
              used.map(([name, { port }]) => [
                name,
                { loadBalancer: { servers: [{ url: `http://${name}:${port}` }], serversTransport: 'fresh' } },
              ]),
            ),
            // the name is asked for each request: Docker takes a container out of it before it is told to stop. A kept connection would still lead there
            serversTransports: { fresh: { maxIdleConnsPerHost: -1, forwardingTimeouts: { dialTimeout: '500ms' } } },
          }),
    },
  };
}

const tls = { certResolver: 'acme' };
const under = (path: string): string | undefined =>
  path === '' ? undefined : `(Path(\`${path}\`) || PathPrefix(\`${path}/\`))`;
const both = (host: string, path: string | undefined): string => (path === undefined ? host : `${host} && ${path}`);
