import type { Docker } from '../docker';
import type { Host } from '../host';
import { type MachineFacts, servicesNetwork } from '../render/service-spec';

/** What services and datastores have to know of the machine. */
export interface Facts extends MachineFacts {
  /** The network that containers come from. */
  readonly subnet: string;
}

/** Makes sure of the services' network, and finds out how containers and the machine reach each other. */
export async function convergeDocker(docker: Docker, machine: Pick<Host, 'read'>): Promise<Facts> {
  const bridge = (await docker.network('docker_gwbridge')).IPAM.Config[0]!;
  let network: string;
  try {
    network = (await docker.network(servicesNetwork)).Id;
  } catch {
    network = await docker.createNetwork(servicesNetwork);
  }
  const cpuLimits = (machine.read('/sys/fs/cgroup/cgroup.controllers') ?? '').split(/\s/).includes('cpu');
  return { gateway: bridge.Gateway, subnet: bridge.Subnet, cpuLimits, network };
}
