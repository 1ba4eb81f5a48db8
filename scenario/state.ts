import type { Workspace } from './workspace';

/** Attributes of everything in a stack's state, by address. */
export type State = Awaited<ReturnType<Workspace['state']>>;

export const machineId = (state: State): string =>
  String([...state].find(([each]) => each.startsWith('digitalocean_droplet.machine'))?.[1].id);

export const publicAddress = (state: State): string =>
  String(state.get('digitalocean_reserved_ip.public-address')?.ip_address);
