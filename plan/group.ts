import { generationOf, ids, partOf, parts } from '../definition/addresses';
import { isChange } from './change';
import type { Category } from '../contract/review';
import { differs, type Group } from './consequence';
import { kindOf, type Plan, type ResourceChange } from './plan';

interface Place {
  readonly subject: string;
  readonly category: Category;
  /** Subjects that it is only a consequence of, if one of them changes; `*` for any. */
  readonly follows?: readonly string[];
}

const followsBuckets = ['config bucket', 'exchange bucket', 'backups bucket'] as const;
/** What belongs to a bucket: itself, and what stands for its name. */
const buckets = new Map(
  [parts.config, parts.exchange, parts.backups].flatMap((purpose) => {
    const bucket = partOf(ids.buckets, purpose);
    return [bucket, partOf(bucket, parts.name)].map((name) => [name, `${purpose} bucket`]);
  }),
);
const databaseOf = (name: string): string => `managed ${name.slice(`${ids.managed}-`.length).split('-')[0]}`;

const ofTerraformData = (name: string): Place => {
  if (name === ids.succession || name === partOf(ids.succession, parts.relieved))
    return { subject: 'succession', category: 'other resource', follows: ['machine', '*'] };
  if (name === partOf(ids.dataVolume, parts.holder))
    return { subject: 'volume attachment', category: 'other resource', follows: ['machine', 'data volume'] };
  if (generationOf(name, ids.convergence) !== undefined)
    return { subject: 'convergence', category: 'other resource', follows: ['machine', 'services', 'agent', '*'] };
  return buckets.has(name)
    ? { subject: buckets.get(name)!, category: 'bucket' }
    : { subject: `terraform_data.${name}`, category: 'other resource' };
};

const ofObject = (change: ResourceChange): Place => {
  // in a bucket that is made anew an object is written anew, and says the same
  const moved = kindOf(change) === 'replace' && !differs(change, 'content') ? ['config bucket'] : undefined;
  if (change.name === ids.desired) return { subject: 'services', category: 'service', follows: moved };
  if (change.name === ids.agent || change.name === partOf(ids.agent, parts.digest))
    return { subject: 'agent', category: 'object', follows: moved };
  return {
    subject: change.name === ids.managedUrls ? 'managed URLs' : change.address,
    category: 'object',
    follows: change.name === ids.managedUrls ? ['managed postgres', 'managed redis', 'config bucket'] : undefined,
  };
};

const ofKey = ({ name, address, actions }: ResourceChange): Place => ({
  subject: name === ids.ciKey ? "CI's key" : name === ids.machineKey ? "the machine's key" : address,
  category: 'key',
  follows: actions.join() === 'update' ? followsBuckets : undefined,
});

/** One that a stack makes once, under this name; any other of its type stands for itself. */
const once =
  (expected: string, subject: string, category: Category, follows?: readonly string[]) =>
  ({ name, address }: ResourceChange): Place =>
    name === expected ? { subject, category, follows } : { subject: address, category };

/** One that a stack makes once for each generation of the machine. */
const ofMachine =
  (expected: string, subject: string, category: Category, follows?: readonly string[]) =>
  ({ name, address }: ResourceChange): Place =>
    generationOf(name, expected) !== undefined ? { subject, category, follows } : { subject: address, category };

/** Those that a stack makes as parts of this, one for each of something. */
const each =
  (of: string, title: string, category: Category, follows?: readonly string[]) =>
  ({ name, address }: ResourceChange): Place =>
    name.startsWith(`${of}-`)
      ? { subject: `${title}${name.slice(of.length + 1)}`, category, follows }
      : { subject: address, category };

const ofDatabase = ({ name, address }: ResourceChange): Place => ({
  subject: name.startsWith(`${ids.managed}-`) ? databaseOf(name) : address,
  category: 'database',
});

/** The thing that a resource belongs to, by what `stacks/` make. Anything else stands for itself. */
const places: ReadonlyMap<string, (change: ResourceChange) => Place> = new Map(
  Object.entries({
    digitalocean_droplet: ofMachine(ids.machine, 'machine', 'machine'),
    digitalocean_volume: once(ids.dataVolume, 'data volume', 'volume'),
    digitalocean_volume_attachment: ofMachine(
      partOf(ids.dataVolume, parts.attachment),
      'volume attachment',
      'other resource',
      ['machine', 'data volume'],
    ),
    digitalocean_reserved_ip: once(ids.publicAddress, 'public address', 'address'),
    digitalocean_reserved_ip_assignment: ofMachine(
      partOf(ids.publicAddress, parts.assignment),
      'address assignment',
      'other resource',
      ['machine', 'public address'],
    ),
    digitalocean_domain: once(ids.domain, 'domain', 'domain'),
    digitalocean_record: (change) =>
      change.name === partOf(ids.domain, parts.apex)
        ? once(partOf(ids.domain, parts.apex), 'record apex', 'domain', ['domain', 'public address'])(change)
        : each(partOf(ids.domain, parts.host), 'record ', 'domain', ['domain', 'public address'])(change),
    digitalocean_vpc: once(ids.network, 'network', 'network'),
    digitalocean_firewall: once(ids.firewall, 'firewall', 'firewall'),
    digitalocean_tag: once(ids.tag, 'tag', 'other resource'),
    digitalocean_spaces_bucket: ({ name, address }) => ({
      subject: buckets.get(name) ?? address,
      category: 'bucket',
    }),
    digitalocean_spaces_bucket_object: ofObject,
    digitalocean_spaces_key: ofKey,
    digitalocean_database_cluster: ofDatabase,
    digitalocean_database_db: each(partOf(ids.managed, parts.postgres, parts.database), 'database ', 'database', [
      'managed postgres',
    ]),
    digitalocean_database_user: ofDatabase,
    digitalocean_database_connection_pool: ofDatabase,
    digitalocean_database_firewall: ofDatabase,
    digitalocean_monitor_alert: each(ids.alert, 'alerts.', 'alert'),
    digitalocean_uptime_check: once(ids.uptime, 'uptime check', 'alert'),
    digitalocean_uptime_alert: each(ids.uptime, 'uptime alert ', 'alert', ['uptime check']),
    digitalocean_project: once(ids.project, 'project', 'other resource'),
    digitalocean_project_resources: once(partOf(ids.project, parts.resources), 'project', 'other resource', [
      'project',
      'machine',
      '*',
    ]),
    digitalocean_ssh_key: each(ids.sshKey, 'SSH key ', 'key'),
    github_repository_environment: once(ids.githubEnvironment, 'GitHub environment', 'other resource'),
    github_repository_environment_deployment_policy: (change) =>
      change.name.startsWith(partOf(ids.githubEnvironment, parts.branch, ''))
        ? { subject: 'GitHub environment', category: 'other resource' }
        : { subject: change.address, category: 'other resource' },
    github_actions_environment_variable: (change) =>
      each(partOf(ids.githubEnvironment, parts.variable), 'GitHub variable ', 'other resource', [
        'GitHub environment',
        ...(change.name.includes('BERTH_') ? followsBuckets : []),
      ])(change),
    github_actions_environment_secret: each(ids.githubSecret, 'GitHub secret ', 'key', [
      "CI's key",
      'GitHub environment',
    ]),
    github_repository_deploy_key: each(ids.deployKey, 'deploy key ', 'key'),
    github_repository_ruleset: once(ids.defaultBranch, 'default branch', 'other resource'),
    terraform_data: ({ name }) => ofTerraformData(name),
  }),
);

const placeOf = (change: ResourceChange): Place =>
  change.deposed !== undefined
    ? { subject: `${change.address} (deposed ${change.deposed})`, category: 'other resource' }
    : (places.get(change.type)?.(change) ?? { subject: change.address, category: 'other resource' });

/** What people call the thing that a resource belongs to; its address when they have no name for it. */
export const subjectOf = (change: ResourceChange): string => placeOf(change).subject;

/** Resources that nobody here has words for. */
export const isKnown = (type: string): boolean => places.has(type);

/** What changes, with everything that only follows from it. Nothing is left out: what follows from nothing stands for itself. */
export function groupChanges(plan: Plan): Group[] {
  const groups = new Map<string, { subject: string; category: Category; changes: ResourceChange[] }>();
  const put = ({ subject, category }: Pick<Place, 'subject' | 'category'>, change: ResourceChange): void => {
    const group = groups.get(subject) ?? { subject, category, changes: [] };
    groups.set(subject, group);
    group.changes.push(change);
  };
  const placed = plan.changes
    .filter((change) => change.mode === 'managed' && isChange(change))
    .map((change) => ({ change, place: placeOf(change) }));
  for (const { change, place } of placed) if (!place.follows) put(place, change);
  // those that stand alone after all come in Terraform's order, and may be followed in turn
  for (const { change, place } of placed) {
    if (!place.follows) continue;
    const first = place.follows.find((subject) => (subject === '*' ? groups.size > 0 : groups.has(subject)));
    const leader = first === '*' ? groups.values().next().value : first !== undefined ? groups.get(first) : undefined;
    put(leader ?? place, change);
  }
  return [...groups.values()];
}
