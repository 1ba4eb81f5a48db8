import { preconditionFailed, unprocessable } from './api-error';
import type { Cloud } from './cloud';
import type { Project } from './state';

export function defaultProject(cloud: Cloud): Project {
  return Object.values(cloud.state.projects).find((project) => project.is_default)!;
}

/** New resources land in the default project. */
export function assignToDefault(cloud: Cloud, urn: string): void {
  cloud.state.assignments[urn] = { project: defaultProject(cloud).id, assigned_at: cloud.now() };
}

/**
 * The API takes `do:reservedip:…` but keeps and answers `do:floatingip:…`, so a plan that names the former never gets clean
 * (https://github.com/digitalocean/terraform-provider-digitalocean/issues/1264).
 */
export const normalUrn = (urn: string) => urn.replace(/^do:reservedip:/, 'do:floatingip:');

/** https://docs.digitalocean.com/reference/api/reference/project-resources/ */
const TYPES = ['app', 'dbaas', 'domain', 'droplet', 'floatingip', 'kubernetes', 'loadbalancer', 'space', 'volume'];

/** Networks, firewalls and keys, for example, belong to the account and to no project. */
export function refuseType(urn: string): void {
  const [, type] = urn.split(':');
  if (!TYPES.includes(type))
    throw unprocessable(
      `resources: ${urn} cannot be assigned to a project: its type must be one of ${TYPES.join(', ')}`,
    );
}

/** Buckets live in another service, so any bucket's name is believed. */
export function isKnown(cloud: Cloud, urn: string): boolean {
  const { state } = cloud;
  const [, type, id] = urn.split(':');
  const tables: Record<string, object> = {
    droplet: state.droplets,
    volume: state.volumes,
    domain: state.domains,
    floatingip: state.reserved_ips,
    dbaas: state.databases,
  };
  return type === 'space' || Object.hasOwn(tables[type] ?? {}, id);
}

/** An address moves with its machine, never alone. */
export function refuseMove(cloud: Cloud, urn: string, to: Project, together: string[]): void {
  const [, type, id] = urn.split(':');
  const machine = type === 'floatingip' ? cloud.state.reserved_ips[id]?.droplet : null;
  if (machine === null || machine === undefined || together.includes(`do:droplet:${machine}`)) return;
  if (cloud.state.assignments[urn]?.project === to.id) return;
  throw preconditionFailed('Cannot move a Reserved IP with an associated Droplet. Move the Droplet instead');
}
