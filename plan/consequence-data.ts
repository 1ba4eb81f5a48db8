import { databaseSize } from '../definition/database-size';
import { visible } from './change';
import {
  about,
  arrow,
  type Consequence,
  differs,
  effectOf,
  facts,
  few,
  otherFacts,
  say,
  type Teller,
  type Whole,
} from './consequence';
import { kindOf, type ResourceChange } from './plan';

const gone = (change: ResourceChange): boolean => ['replace', 'delete'].includes(kindOf(change));
const lost = (
  what: string,
  change: ResourceChange,
  more = '',
  instead = 'an empty one takes its place',
): Pick<Consequence, 'data' | 'says'> => ({
  data: 'lost',
  says: `${kindOf(change) === 'delete' ? what : `${what}; ${instead}`}${more}`,
});
/** What nothing in the plan brings back. */
const wayOut = 'make another environment beside this one, move the data, then destroy this one';

/** The volume with the databases, uploads, certificates and the machine's own key. */
export const tellVolume: Teller = (group) => {
  const base = about(group);
  const volume = group.changes.find(({ type }) => type === 'digitalocean_volume')!;
  const kind = kindOf(volume);
  if (gone(volume)) {
    return [
      {
        ...base,
        effect: effectOf(kind),
        what:
          differs(volume, 'region') && kind === 'replace'
            ? arrow(volume, 'region', 'region')
            : `${say(visible(volume, 'before', 'size'))} GiB`,
        ...lost("every byte on it is lost: databases, uploads, certificates, and the machine's own key", volume),
        secrets: 're-created',
        alternative: kind === 'replace' ? wayOut : undefined,
        paths: kind === 'replace' ? ['platform.region', 'name'] : [],
      },
    ];
  }
  if (kind === 'create')
    return [
      {
        ...base,
        effect: 'created',
        what: `${say(visible(volume, 'after', 'size'))} GiB`,
        says: 'empty, formatted when the machine first mounts it',
        paths: ['platform.volume.size'],
      },
    ];
  return [
    {
      ...base,
      effect: effectOf(kind),
      what: few([
        ...(differs(volume, 'size') ? [`${arrow(volume, 'size', 'size')} GiB`] : []),
        ...otherFacts(volume, 'size'),
      ]),
      data: 'kept',
      says: 'in place; its data stays',
      paths: ['platform.volume.size'],
    },
  ];
};

/** What is in each bucket, for whoever is about to lose it. */
const holds: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'backups bucket': 'every backup in it is lost, its older versions too',
    'exchange bucket':
      "releases, the machine's reports and kept logs are lost; services go on with the images they have, and want a release each",
    'config bucket': 'former versions of the desired state are lost',
  }),
);

/** Names of buckets are in a machine's user-data, and that is read once. */
const staleMachine = (bucket: ResourceChange, { fate }: Whole): string =>
  kindOf(bucket) === 'replace' &&
  differs(bucket, 'name') &&
  !['replace', 'delete', undefined].includes(fate('digitalocean_droplet'))
    ? '; the machine goes on asking for the former one until its generation is raised'
    : '';

/** Whether a bucket would be made again under its own name, which Spaces keeps for two weeks or more (docs.digitalocean.com/products/spaces/how-to/destroy). */
export const keepsItsName = (bucket: ResourceChange): boolean =>
  kindOf(bucket) === 'replace' && typeof visible(bucket, 'before', 'name') === 'string' && !differs(bucket, 'name');

export const tellBucket: Teller = (group, whole) => {
  const base = about(group);
  const bucket = group.changes.find(({ type }) => type === 'digitalocean_spaces_bucket');
  if (!bucket) return [{ ...base, effect: 'changed', says: 'noted; the bucket stays' }];
  const kind = kindOf(bucket);
  if (gone(bucket)) {
    const what =
      kind === 'replace' ? facts(bucket, 'name', 'region').join(', ') : say(visible(bucket, 'before', 'name'));
    return [
      {
        ...base,
        effect: effectOf(kind),
        what: what || undefined,
        ...lost(
          holds.get(group.subject) ?? 'everything in it is lost',
          bucket,
          staleMachine(bucket, whole),
          keepsItsName(bucket) ? 'Spaces refuses another one of its name for two weeks or more' : undefined,
        ),
        alternative:
          kind === 'replace' && differs(bucket, 'name')
            ? 'keep its name, which `platform.bucketPrefix` and the names of product and environment decide'
            : kind === 'replace'
              ? wayOut
              : undefined,
        paths:
          kind === 'replace'
            ? [
                ...(differs(bucket, 'region') ? ['platform.region'] : []),
                ...(differs(bucket, 'name') ? ['platform.bucketPrefix', 'name', 'product'] : []),
              ]
            : [],
      },
    ];
  }
  if (kind === 'create')
    return [{ ...base, effect: 'created', what: say(visible(bucket, 'after', 'name')), says: 'private' }];
  const changed = [
    ...(differs(bucket, 'acl') ? [arrow(bucket, 'acl', 'acl')] : []),
    ...(differs(bucket, 'force_destroy')
      ? [
          `protected ${String(visible(bucket, 'before', 'force_destroy') !== true)} → ${String(visible(bucket, 'after', 'force_destroy') !== true)}`,
        ]
      : []),
    ...(differs(bucket, 'versioning', 0, 'enabled') ? [arrow(bucket, 'versioning', 'versioning', 0, 'enabled')] : []),
    ...(differs(bucket, 'lifecycle_rule') ? ['rules for what expires'] : []),
    ...otherFacts(bucket, 'acl', 'force_destroy', 'versioning', 'lifecycle_rule'),
  ];
  return [
    {
      ...base,
      effect: effectOf(kind),
      what: few(changed),
      data: 'kept',
      says: 'in place; its objects stay',
      paths: [
        ...(differs(bucket, 'force_destroy') ? ['protected'] : []),
        ...(differs(bucket, 'lifecycle_rule') ? ['backups.keepDays'] : []),
      ],
    },
  ];
};

/** Whether a cluster would be resized to smaller nodes, which DigitalOcean refuses (docs.digitalocean.com/reference/doctl/reference/databases/resize). */
export function smallerNodes(cluster: ResourceChange): boolean {
  const [before, after] = (['before', 'after'] as const).map((side) =>
    databaseSize(String(visible(cluster, side, 'size'))),
  );
  return (
    kindOf(cluster) === 'update' &&
    before !== undefined &&
    after !== undefined &&
    (after.memory < before.memory || after.vcpus < before.vcpus)
  );
}

/** A database cluster of DigitalOcean's with its databases, users, pools and firewall. */
export const tellDatabase: Teller = (group) => {
  const base = about(group);
  const cluster = group.changes.find(({ type }) => type === 'digitalocean_database_cluster');
  const rest = group.changes.filter((change) => change !== cluster);
  if (!cluster) return databaseParts(base, rest);
  const kind = kindOf(cluster);
  const store = group.subject.replace('managed ', '');
  const path = (name: string): string => `platform.datastores.${store}.managed.${name}`;
  const [size, nodes] = [
    say(visible(cluster, kind === 'delete' ? 'before' : 'after', 'size')),
    say(visible(cluster, kind === 'delete' ? 'before' : 'after', 'node_count')),
  ];
  if (gone(cluster)) {
    const forcing = cluster.replacePaths.map((parts) => String(parts[0]));
    return [
      {
        ...base,
        effect: effectOf(kind),
        what: facts(cluster, ...forcing).join(', ') || `${nodes} × ${size}`,
        ...lost("all its databases are lost, DigitalOcean's backups of it too", cluster),
        secrets: 're-created',
        alternative:
          kind === 'replace'
            ? 'fork the cluster at DigitalOcean, or dump and restore into another, before this is merged'
            : undefined,
        paths: kind === 'replace' ? ['platform.region', path('size')] : [`platform.datastores.${store}`],
      },
    ];
  }
  if (kind === 'create')
    return [
      {
        ...base,
        effect: 'created',
        what: `${nodes} × ${size}`,
        says: `empty; takes some minutes${rest.length > 0 ? `; ${String(rest.length)} databases, users and pools in it` : ''}`,
        paths: [path('size')],
      },
    ];
  const changed = ['size', 'node_count', 'version', 'storage_size_mib'].filter((name) => differs(cluster, name));
  const told = [
    ...changed.map((name) => arrow(cluster, name === 'node_count' ? 'nodes' : name, name)),
    ...otherFacts(cluster, ...changed),
  ];
  const paths = changed.map((name) =>
    name === 'node_count' ? path('nodes') : name === 'version' ? `datastores.${store}` : path(name),
  );
  if (smallerNodes(cluster))
    return [
      {
        ...base,
        effect: 'interrupted',
        what: few(told),
        data: 'kept',
        says: 'DigitalOcean refuses this: nodes of a cluster never become smaller',
        alternative: 'keep its size, or make another environment with a smaller one and restore a dump into it',
        paths,
      },
    ];
  const interrupts = changed.includes('size') || changed.includes('version');
  return [
    {
      ...base,
      effect: interrupts ? 'interrupted' : 'changed',
      what: few(told),
      data: 'kept',
      ...(interrupts ? { interruption: 'some seconds' } : {}),
      says: interrupts
        ? 'DigitalOcean moves it to other nodes while it serves; connections break off once, for some seconds; data stays'
        : 'in place; data stays',
      paths,
    },
  ];
};

function databaseParts(base: ReturnType<typeof about>, parts: readonly ResourceChange[]): readonly Consequence[] {
  return parts.map((change): Consequence => {
    const kind = kindOf(change);
    const own = {
      ...base,
      resources: [change.address],
      what: say(visible(change, kind === 'delete' ? 'before' : 'after', 'name')),
      effect: effectOf(kind),
    };
    if (change.type === 'digitalocean_database_db' && gone(change))
      return { ...own, subject: 'database', ...lost('everything in it is lost', change) };
    if (change.type === 'digitalocean_database_user' && kind !== 'update')
      return {
        ...own,
        subject: 'database user',
        category: 'key',
        ...(gone(change) ? { secrets: 're-created' as const } : {}),
        says: kind === 'create' ? 'with a password of its own' : 'its password stops working',
      };
    if (change.type === 'digitalocean_database_connection_pool')
      return {
        ...own,
        subject: 'connection pool',
        category: 'other resource',
        says: gone(change) ? 'its connections break off' : 'in place',
      };
    return {
      ...own,
      subject: change.type === 'digitalocean_database_db' ? 'database' : change.address,
      category: change.type === 'digitalocean_database_db' ? 'database' : 'other resource',
      says: kind === 'create' ? 'empty' : 'in place',
    };
  });
}
