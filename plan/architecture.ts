import { ids } from '../definition/addresses';
import { desiredParts, namesIn, type States, statesOf } from './architecture-desired';
import { isChange, visible } from './change';
import { type Consequence, effectOf } from './consequence';
import { subjectOf } from './group';
import { fromTo, type Part, type Parts, titleOfStore, withEffect } from './part';
import { kindOf, type Plan, type ResourceChange } from './plan';
import { withSuccession } from './succession';

export interface Architecture {
  /** In the order in which requests reach them. */
  readonly parts: ReadonlyMap<string, Part>;
  /** Where requests and data go. */
  readonly flows: readonly Flow[];
  /** What happens to things that are no part of it: alerts, keys, the project, types that nobody here knows. */
  readonly others: readonly Consequence[];
}

type Flow = readonly [from: string, to: string];

/** One architecture for both sides of a plan: what goes is still in it, what comes is in it already. */
export function architectureOf(plan: Plan, consequences: readonly Consequence[]): Architecture {
  const changes = withSuccession(plan).filter(({ mode, deposed }) => mode === 'managed' && deposed === undefined);
  const object = changes.find(({ type, name }) => type === 'digitalocean_spaces_bucket_object' && name === ids.desired);
  const states = statesOf(object);
  const parts = partsOf(changes, states);
  const subjects = new Map([...plan.changes, ...changes].map((change) => [change.address, subjectOf(change)]));
  const changed = new Set([...parts].filter(([, { effect }]) => effect !== undefined).map(([key]) => key));
  const others = consequences.filter((consequence) => {
    const address = consequence.resources[0] ?? '';
    const subject = subjects.get(address) ?? '';
    const key = address === object?.address ? keyInDesired(consequence) : keyOf(subject);
    const part = parts.get(key);
    if (part)
      parts.set(
        key,
        told(part, changed.has(key) && consequence.subject === subject && !belonging.test(subject), consequence),
      );
    // "services" as a whole are drawn one by one
    return !part && consequence.category !== 'service';
  });
  stopWithMachine(parts);
  return { parts: new Map([...parts].sort(([a], [b]) => rank(a) - rank(b))), flows: flowsOf(parts, states), others };
}

/** Keys, or the first words of them. */
const order = [
  'visitors',
  'host',
  'public address',
  'firewall',
  'machine',
  'proxy',
  'route',
  'service',
  'datastore',
  'data volume',
  'config bucket',
  'exchange bucket',
  'backups bucket',
  'GitHub environment',
];
const rank = (key: string): number => order.findIndex((word) => key === word || key.startsWith(`${word} `));

/** The key of the part that a thing belongs to, by what `plan/group.ts` calls the thing; any other text for one that is not drawn. */
function keyOf(subject: string): string {
  if (subject === 'domain' || subject === 'record apex') return 'host @';
  if (subject.startsWith('record ')) return `host ${subject.slice('record '.length)}`;
  if (subject.startsWith('managed ')) return `datastore ${subject.slice('managed '.length)}`;
  if (subject.startsWith('database ')) return 'datastore postgres';
  if (subject.startsWith('GitHub ')) return 'GitHub environment';
  return (
    new Map([
      ['agent', 'machine'],
      ['volume attachment', 'machine'],
      ['address assignment', 'public address'],
    ]).get(subject) ?? subject
  );
}

/** What the proxy reads of the desired state, beside routes. */
const ofProxy: ReadonlySet<string> = new Set(['proxy', 'domain', 'ingress', 'pages', 'maintenance']);

function keyInDesired({ category, subject }: Consequence): string {
  if (category === 'service' || category === 'datastore') return `${category} ${subject}`;
  if (category === 'key') return '';
  return ofProxy.has(subject.split('.')[0]!) ? 'proxy' : 'machine';
}

function partsOf(changes: readonly ResourceChange[], states: States): Parts {
  const parts = desiredParts(states);
  const zone = changes.find((change) => change.type === 'digitalocean_domain' && subjectOf(change) === 'domain');
  for (const change of changes) {
    const key = keyOf(subjectOf(change));
    const draw = rank(key) < 0 ? undefined : drawn.get(change.type);
    if (draw)
      parts.set(
        key,
        withEffect(
          { facts: [], ...parts.get(key), ...draw(change, zone) },
          isChange(change) ? effectOf(kindOf(change)) : undefined,
        ),
      );
  }
  if (parts.has('machine')) parts.set('proxy', { form: 'program', title: 'proxy', onMachine: true, facts: [] });
  parts.set('visitors', { form: 'people', title: 'visitors', facts: [] });
  return parts;
}

type Draw = (
  change: ResourceChange,
  zone: ResourceChange | undefined,
) => Pick<Part, 'form' | 'title' | 'detail' | 'onMachine'>;

/** Resources that are parts of the picture, each with what a reader asks of it first. */
const drawn: ReadonlyMap<string, Draw> = new Map(
  Object.entries<Draw>({
    digitalocean_domain: (change) => ({ form: 'name', title: hostOf(undefined, change) }),
    digitalocean_record: (change, zone) => ({ form: 'name', title: hostOf(change, zone) }),
    digitalocean_reserved_ip: (change) => ({
      form: 'name',
      title: 'public address',
      detail: attribute(change, 'ip_address'),
    }),
    digitalocean_firewall: () => ({ form: 'program', title: 'firewall' }),
    digitalocean_droplet: (change) => ({ form: 'program', title: 'machine', detail: attribute(change, 'size') }),
    digitalocean_database_cluster: (change) => ({
      form: 'store',
      title: titleOfStore(keyOf(subjectOf(change)).replace('datastore ', ''), attribute(change, 'version')),
      detail: ['managed', attribute(change, 'size')].filter((text) => text !== undefined).join(', '),
      onMachine: false,
    }),
    digitalocean_volume: (change) => ({
      form: 'store',
      title: 'data volume',
      detail: attribute(change, 'size', ' GiB'),
    }),
    digitalocean_spaces_bucket: (change) => ({ form: 'store', title: subjectOf(change) }),
    github_repository_environment: (change) => ({
      form: 'program',
      title: 'GitHub environment',
      detail: attribute(change, 'environment'),
    }),
  }),
);

/** A value as it will be, or as it was for what goes; nothing when only an apply will know. */
function attribute(change: ResourceChange, name: string, unit = ''): string | undefined {
  const value = visible(change, change.after === null ? 'before' : 'after', name);
  return typeof value === 'string' || typeof value === 'number' ? `${value}${unit}` : undefined;
}

/** The host name that a record is for; without one, the zone's own. */
function hostOf(record: ResourceChange | undefined, zone: ResourceChange | undefined): string {
  const [before, after] = (['before', 'after'] as const).map((side) => {
    const label = record ? visible(record, side, 'name') : '@';
    const name = [label === '@' ? undefined : label, zone && visible(zone, side, 'name')]
      .filter((part) => typeof part === 'string')
      .join('.');
    return label === undefined || name === '' ? undefined : name;
  });
  return fromTo(before, after) ?? 'host name';
}

/** What is told for itself, and is drawn as a part of something else. */
const belonging = /^(?:database |GitHub (?:variable|secret) |agent$|volume attachment$|address assignment$)/;

/** A part with a consequence for it; `itself` when the part's own resource changes, and not only something that belongs to it. */
function told(part: Part, itself: boolean, { category, subject, effect, what, interruption, data }: Consequence): Part {
  // a change of a service may be one of its route alone: both are compared already
  if (category === 'service' || category === 'datastore')
    return effect === 'changed' ? part : withEffect(part, effect, { interruption });
  // what comes and goes as a whole is told as a whole
  if (!itself)
    return ['created', 'destroyed'].includes(part.effect ?? '')
      ? part
      : withEffect(part, data === 'lost' ? 'destroyed' : 'changed', { interruption, facts: [subject] });
  const facts = what === undefined || effect === 'created' || effect === 'destroyed' ? [] : [what];
  return withEffect(part, effect, {
    interruption,
    facts: data === 'lost' && category !== 'machine' ? [...facts, 'its data is lost'] : facts,
  });
}

/** What is on a machine comes, stops and goes with it. */
function stopWithMachine(parts: Parts): void {
  const { effect, interruption } = parts.get('machine') ?? {};
  for (const [key, part] of parts) {
    if (!part.onMachine || key.startsWith('route ')) continue;
    if (effect === 'destroyed' || (effect === 'created' && key === 'proxy')) parts.set(key, withEffect(part, effect));
    if (interruption !== undefined && part.effect !== 'created') parts.set(key, withEffect(part, 'interrupted'));
  }
}

function flowsOf(parts: Parts, states: States): Flow[] {
  const keys = [...parts.keys()];
  const hosts = keys.filter((key) => key.startsWith('host '));
  const onVolume = keys.filter((key) => key.startsWith('datastore ') && parts.get(key)!.onMachine);
  const flows: Flow[] = [
    ...hosts.flatMap((host): Flow[] => [
      ['visitors', host],
      [host, 'public address'],
    ]),
    ['public address', 'machine'],
    ['public address', 'firewall'],
    ['firewall', 'machine'],
    ['machine', 'proxy'],
    ...namesIn(states, 'services').flatMap((name): Flow[] => {
      const users = [states.before, states.after].flatMap((state) =>
        Object.keys(state?.services.get(name)?.datastores ?? {}),
      );
      const way: Flow[] = parts.has(`route ${name}`)
        ? [
            ['proxy', `route ${name}`],
            [`route ${name}`, `service ${name}`],
          ]
        : [['machine', `service ${name}`]];
      return [...way, ...[...new Set(users)].map((store): Flow => [`service ${name}`, `datastore ${store}`])];
    }),
    ...(onVolume.length > 0 ? onVolume : ['machine']).map((key): Flow => [key, 'data volume']),
    [parts.get('datastore postgres')?.onMachine ? 'datastore postgres' : 'machine', 'backups bucket'],
    ['config bucket', 'machine'],
    ['GitHub environment', 'exchange bucket'],
    ['exchange bucket', 'machine'],
  ];
  return flows.filter((flow) => flow.every((key) => parts.has(key)));
}
