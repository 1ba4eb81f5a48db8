import { stringify } from 'yaml';
import type { Environment } from '../../definition/resolve';
import { datastoreVariable } from '../datastore-variable';

const heading = [
  'What the machine of this environment converges to. Terraform writes it from the environment\'s file;',
  'the agent pulls it and changes only what differs. Images and digests are not here: releases decide them.',
].map((line) => `# ${line}\n`).join('');

/** The converge layer as readable text: one line per fact, so that a plan shows an edit as the lines it changes. */
export function renderDesired(environment: Environment): string {
  const { domain, services, datastores, backups } = environment;
  const desired = {
    version: 1,
    product: environment.product,
    environment: environment.name,
    domain,
    services: Object.fromEntries(services.map((service) => [service.name, {
      kind: service.kind,
      image: service.image,
      command: service.command,
      port: service.port,
      health: service.health,
      route: service.route && { host: service.route.host === undefined ? domain : `${service.route.host}.${domain}`, path: service.route.path ?? '/' },
      streaming: service.streaming || undefined,
      schedule: service.schedule,
      replicas: service.replicas,
      memory: service.memory,
      cpu: service.cpu,
      stopGrace: service.stopGrace,
      variables: nonEmpty(service.variables),
      secrets: service.secrets.length > 0 ? service.secrets : undefined,
      datastores: service.needs.length > 0 ? Object.fromEntries(service.needs.map((name) => [name, datastoreVariable[name]])) : undefined,
    }])),
    datastores: Object.fromEntries(datastores.map((store) => [store.name, {
      version: store.version,
      ...(store.placement === 'machine' ? { placement: 'machine', memory: store.memory } : { placement: 'managed' }),
    }])),
    backups,
  };
  return heading + stringify(desired, { lineWidth: 0, version: '1.1', aliasDuplicateObjects: false });
}

const nonEmpty = (variables: Readonly<Record<string, string>>) => (Object.keys(variables).length > 0 ? variables : undefined);
