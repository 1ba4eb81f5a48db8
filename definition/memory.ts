import type { Environment } from './resolve';

/** MiB for Debian, Docker, the proxy and the agent; measured on an idle machine they take about 350. */
export const systemMemory = 512;

export interface MemoryNeed {
  readonly services: number;
  readonly datastores: number;
  /** A rollout starts the new container beside the old one: the largest service needs its memory once more. */
  readonly rollout: number;
  readonly system: number;
  readonly total: number;
}

/** MiB that an environment asks of its machine when everything runs at its limit. */
export function memoryNeed(environment: Pick<Environment, 'services' | 'datastores'>): MemoryNeed {
  const services = environment.services.reduce((sum, service) => sum + service.memory * service.replicas, 0);
  const datastores = environment.datastores.reduce(
    (sum, store) => sum + (store.placement === 'machine' ? store.memory : 0),
    0,
  );
  const rollout = Math.max(0, ...environment.services.map((service) => service.memory));
  return { services, datastores, rollout, system: systemMemory, total: services + datastores + rollout + systemMemory };
}
