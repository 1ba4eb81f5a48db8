import { pagesOf, renderCaddyfile } from './caddyfile';
import type { Desired } from '../../contract/desired';
import { bind, capabilitiesOf, type MachineFacts, mib, prefix, second, type ServiceSpec, tmpfs } from './service-spec';
import { renderTraefik } from './traefik';

/** The service that answers on ports 80 and 443. A product's own cannot be called so (`definition/service-rules.ts`). */
export const proxyName = `${prefix}proxy`;

/** Where the proxy's files lie: its configuration on the machine, its certificates on the volume. */
export const proxyFolders = { config: '/etc/berth/proxy', data: '/mnt/data/proxy' } as const;

/** One program that answers on ports 80 and 443. */
export interface Proxy {
  /** Docker's official image; an edit here rolls out a new proxy, which refuses connections for about a second. */
  readonly image: string;
  /** Where the container looks for its configuration. */
  readonly folder: string;
  /** What lies there, by path. */
  files(desired: Desired): Readonly<Record<string, string>>;
  /** Of those, the ones that it reads only when it is told to, and how it is told. Others it notices by itself. */
  readonly reload?: { readonly file: string; readonly command: readonly string[] };
}

const proxies: Readonly<Record<'caddy' | 'traefik', Proxy>> = {
  caddy: {
    image: 'caddy:2.10.2',
    folder: '/etc/caddy',
    files: (desired) => ({ ...pagesOf(desired), Caddyfile: renderCaddyfile(desired) }),
    reload: {
      file: 'Caddyfile',
      command: ['caddy', 'reload', '--config', '/etc/caddy/Caddyfile', '--adapter', 'caddyfile'],
    },
  },
  traefik: { image: 'traefik:v3.6.12', folder: '/etc/traefik', files: renderTraefik },
};

/** The proxy of an environment. */
export const proxyOf = ({ ingress }: Pick<Desired, 'ingress'>): Proxy => proxies[ingress ?? 'caddy'];

/** The proxy, in front of all services. */
export const proxySpec = ({ image, folder }: Proxy, machine: Pick<MachineFacts, 'network'>): ServiceSpec => ({
  Name: proxyName,
  Labels: {},
  TaskTemplate: {
    ContainerSpec: {
      Image: image,
      ReadOnly: true,
      // the official image of Caddy has it in its file's own rights, and does not start without
      ...capabilitiesOf(['NET_BIND_SERVICE']),
      Mounts: [
        bind(proxyFolders.config, folder, true),
        bind(proxyFolders.data, '/data', false),
        tmpfs('/config'),
        tmpfs('/tmp'),
      ],
      StopGracePeriod: 30 * second,
    },
    Resources: { Limits: { MemoryBytes: 256 * mib } },
    RestartPolicy: { Condition: 'any', Delay: second },
    Networks: [{ Target: machine.network, Aliases: ['proxy'] }],
  },
  Mode: { Replicated: { Replicas: 1 } },
  // two cannot listen on one port
  UpdateConfig: { Parallelism: 1, Order: 'stop-first', FailureAction: 'rollback', Monitor: 5 * second },
  RollbackConfig: { Parallelism: 1, Order: 'stop-first', FailureAction: 'pause', Monitor: second },
  EndpointSpec: {
    Mode: 'dnsrr',
    // in the machine's own name, so that clients keep their addresses
    Ports: [80, 443].map((port) => ({ Protocol: 'tcp', TargetPort: port, PublishedPort: port, PublishMode: 'host' })),
  },
});
