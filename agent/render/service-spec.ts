import { startGraceDefault } from '../../contract/desired';
import type { DesiredService } from '../../contract/desired';
import { swarmText } from '../../lib/text/swarm';

/** Facts of the machine that a service's specification needs. */
export interface MachineFacts {
  /** The address under which containers reach their machine. */
  readonly gateway: string;
  /** Whether its kernel can hold a container to its share of the processors. */
  readonly cpuLimits: boolean;
  /** Docker's id of the services' network. */
  readonly network: string;
}

/** In front of every name that is Docker's business: `berth_web`, `berth_services`. */
export const prefix = 'berth_';

/** The overlay network that services, proxy and jobs meet in. */
export const servicesNetwork = `${prefix}services`;

/** The part of Docker's ServiceSpec that is used (docs.docker.com/reference/api/engine, ServiceCreate). Durations are nanoseconds. */
export interface ServiceSpec {
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly TaskTemplate: {
    readonly ContainerSpec: {
      readonly Image: string;
      readonly Args?: readonly string[];
      readonly Env?: readonly string[];
      readonly Hosts?: readonly string[];
      readonly Init?: boolean;
      readonly ReadOnly: boolean;
      readonly CapabilityDrop: readonly ['ALL'];
      readonly CapabilityAdd?: readonly string[];
      readonly Mounts: readonly Mount[];
      readonly Healthcheck?: {
        readonly Test: readonly string[];
        readonly Interval: number;
        readonly Timeout: number;
        readonly Retries: number;
        readonly StartPeriod: number;
        readonly StartInterval: number;
      };
      readonly StopGracePeriod: number;
    };
    readonly Resources: { readonly Limits: { readonly MemoryBytes: number; readonly NanoCPUs?: number } };
    readonly RestartPolicy: { readonly Condition: 'any'; readonly Delay: number };
    readonly Networks: readonly { readonly Target: string; readonly Aliases: readonly string[] }[];
  };
  readonly Mode: { readonly Replicated: { readonly Replicas: number } };
  readonly UpdateConfig: UpdateConfig;
  readonly RollbackConfig: UpdateConfig;
  readonly EndpointSpec: {
    readonly Mode: 'dnsrr';
    readonly Ports?: readonly {
      readonly Protocol: 'tcp';
      readonly TargetPort: number;
      readonly PublishedPort: number;
      readonly PublishMode: 'host';
    }[];
  };
}

interface Mount {
  readonly Type: 'tmpfs' | 'bind';
  readonly Source?: string;
  readonly Target: string;
  readonly ReadOnly?: boolean;
}

interface UpdateConfig {
  readonly Parallelism: number;
  readonly Order: 'start-first' | 'stop-first';
  readonly FailureAction: 'rollback' | 'pause';
  readonly Monitor: number;
}

/** In nanoseconds and bytes, as Docker counts. */
export const second = 1_000_000_000;
export const mib = 1024 * 1024;

/** A static busybox of the machine's own, with which images that have no shell are asked for their health. */
const busybox = { machine: '/usr/bin/busybox', container: '/.berth/busybox' } as const;

export const tmpfs = (target: string): Mount => ({ Type: 'tmpfs', Target: target });
export const bind = (source: string, target: string, readOnly: boolean): Mount => ({
  Type: 'bind',
  Source: source,
  Target: target,
  ReadOnly: readOnly,
});

/** A service as Docker's swarm is told. `secrets` are variables whose values only the machine knows. */
export function serviceSpec(
  name: string,
  service: DesiredService,
  image: string,
  secrets: Readonly<Record<string, string>>,
  machine: MachineFacts,
): ServiceSpec {
  const { kind, command, health, replicas, memory, cpu, stopGrace, capabilities } = service;
  return {
    Name: prefix + name,
    Labels: {},
    TaskTemplate: {
      ContainerSpec: {
        Image: image,
        Args: command,
        Env: Object.entries(variablesOf(service, secrets)).map(
          ([variable, value]) => `${variable}=${swarmText(value)}`,
        ),
        Hosts: datastoreHosts(service, machine).map(([host, address]) => `${address} ${host}`),
        Init: true,
        ReadOnly: true,
        ...capabilitiesOf(capabilities),
        Mounts: [tmpfs('/tmp'), ...(health === undefined ? [] : [bind(busybox.machine, busybox.container, true)])],
        Healthcheck: health === undefined ? undefined : healthcheck(service),
        StopGracePeriod: stopGrace * second,
      },
      Resources: { Limits: { MemoryBytes: memory * mib, ...(machine.cpuLimits ? { NanoCPUs: cpu * 1_000_000 } : {}) } },
      RestartPolicy: { Condition: 'any', Delay: 2 * second },
      Networks: [{ Target: machine.network, Aliases: [name] }],
    },
    Mode: { Replicated: { Replicas: replicas } },
    // the new one is healthy before the old one is asked to stop; one that never is takes itself back.
    // a worker has no health: that it runs for ten seconds has to do
    UpdateConfig: {
      Parallelism: 1,
      Order: 'start-first',
      FailureAction: 'rollback',
      Monitor: (kind === 'worker' ? 10 : 3) * second,
    },
    RollbackConfig: { Parallelism: 1, Order: 'start-first', FailureAction: 'pause', Monitor: second },
    // the proxy asks who is there; the swarm's own balancing would need IP_VS in the kernel
    EndpointSpec: { Mode: 'dnsrr' },
  };
}

/** Of what the kernel lets root do, only what was given. */
export const capabilitiesOf = (
  given: readonly string[] = [],
): Pick<ServiceSpec['TaskTemplate']['ContainerSpec'], 'CapabilityDrop' | 'CapabilityAdd'> => ({
  CapabilityDrop: ['ALL'],
  ...(given.length > 0 ? { CapabilityAdd: given.map((name) => `CAP_${name}`) } : {}),
});

/** Everything a service finds in its environment. */
export const variablesOf = (
  { port, variables }: DesiredService,
  secrets: Readonly<Record<string, string>>,
): Record<string, string> => ({
  ...(port === undefined ? {} : { PORT: String(port) }),
  ...variables,
  ...secrets,
});

/** `postgres` and `redis` are the machine itself, under the names that they have on a laptop too. */
export const datastoreHosts = (
  { datastores = {} }: DesiredService,
  { gateway }: Pick<MachineFacts, 'gateway'>,
): [string, string][] => Object.keys(datastores).map((store) => [store, gateway]);

/**
 * Asked as the proxy asks, every second while it starts, in which a refusal does not count, then every five; three refusals in a row are enough. What
 * a service answers to other hosts and without HTTPS is its own business: many send visitors elsewhere then.
 */
function healthcheck({
  port,
  health,
  healthHost,
  healthHttps,
  route,
  startGrace = startGraceDefault,
}: DesiredService): ServiceSpec['TaskTemplate']['ContainerSpec']['Healthcheck'] {
  const host = healthHost ?? route?.host;
  const headers = [
    ...(host === undefined ? [] : [`Host: ${host}`]),
    ...(healthHttps === false ? [] : ['X-Forwarded-Proto: https']),
  ];
  return {
    Test: [
      'CMD',
      busybox.container,
      'wget',
      '-q',
      '-O',
      '-',
      '-T',
      '2',
      ...headers.flatMap((header) => ['--header', header]),
      `http://127.0.0.1:${port}${health}`,
    ],
    Interval: 5 * second,
    Timeout: 3 * second,
    Retries: 3,
    StartPeriod: startGrace * second,
    StartInterval: second,
  };
}

/** Services that swarm keeps running, as against jobs. */
export const isLongRunning = ([, { kind }]: readonly [string, DesiredService]): boolean => kind !== 'cron';
