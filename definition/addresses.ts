/**
 * The ids of the constructs that an environment's stack is made of, and what Terraform calls their resources: `TYPE.NAME`, where NAME is the
 * id, and behind it the id of a part. Whoever reads a plan knows a resource by them. An address that changes destroys what it named.
 */
export const ids = {
  tag: 'tag',
  network: 'network',
  firewall: 'firewall',
  buckets: 'buckets',
  machineKey: 'machine-key',
  ciKey: 'ci-key',
  sshKey: 'ssh-key',
  machine: 'machine',
  dataVolume: 'data-volume',
  publicAddress: 'public-address',
  succession: 'succession',
  domain: 'domain',
  managed: 'managed',
  managedUrls: 'managed-urls',
  desired: 'desired',
  agent: 'agent',
  convergence: 'convergence',
  project: 'project',
  alert: 'alert',
  uptime: 'uptime',
  githubEnvironment: 'github-environment',
  githubSecret: 'github-secret',
  deployKey: 'deploy-key',
  defaultBranch: 'default-branch',
} as const;

/** The ids of the parts of those constructs. A part of which there are several carries what tells them apart behind its id. */
export const parts = {
  config: 'config',
  exchange: 'exchange',
  backups: 'backups',
  /** Of a bucket. */
  name: 'name',
  digest: 'digest',
  attachment: 'attachment',
  holder: 'holder',
  assignment: 'assignment',
  relieved: 'relieved',
  resources: 'resources',
  apex: 'apex',
  host: 'host',
  branch: 'branch',
  tag: 'tag',
  variable: 'variable',
  certificate: 'certificate',
  down: 'down',
  postgres: 'postgres',
  redis: 'redis',
  database: 'database',
} as const;

/** The name of a part in an address: `data-volume-attachment`. */
export const partOf = (id: string, ...path: readonly string[]): string => [id, ...path].join('-');

/**
 * The id of what belongs to one generation of the machine. Each generation has addresses of its own: so Terraform takes the next
 * one for another thing, which it makes beside the former, and not for its replacement, which it would make only when everything
 * that names the former is gone. The first generation's are without a number. `Resource` stands for the construct itself.
 */
export const ofGeneration = (id: string, generation: number): string =>
  generation === 1 ? id : id === 'Resource' ? String(generation) : `${id}-${generation}`;

/** The generation in the name of something that each generation of the machine has one of; nothing when it is not of that name. */
export function generationOf(name: string, expected: string): number | undefined {
  if (name === expected) return 1;
  const number = name.startsWith(`${expected}-`) ? name.slice(expected.length + 1) : '';
  return /^[2-9]$|^[1-9]\d+$/.test(number) ? Number(number) : undefined;
}

/** `digitalocean_droplet.machine-2` by its type and its name. */
export function parseAddress(address: string): { readonly type: string; readonly name: string } | undefined {
  const [, type, name] = /^(?:data\.)?([a-z][a-z0-9_]*)\.([A-Za-z_][\w-]*)(?:\[.*\])?$/.exec(address) ?? [];
  return type === undefined || name === undefined ? undefined : { type, name };
}
