import { ids } from '../definition/addresses';
import { visible } from './change';
import { about, type Consequence, type Teller } from './consequence';
import { truncate } from '../lib/truncate';
import type { ReadableDesired, ReadableService } from '../contract/desired';
import { type Difference, differences, ownValue, readDesired } from './desired-diff';
import { kindOf } from './plan';
import { looksSecret, withoutCredentials } from './secret-text';

/** What carries the desired state: what a service is made of, and what only the proxy or a timer reads. */
const readByOthers: ReadonlySet<string> = new Set(['route', 'streaming', 'schedule']);

/** The object that says what the machine converges to, told service by service. */
export const tellServices: Teller = (group) => {
  const base = about(group);
  const object = group.changes.find(({ name }) => name === ids.desired)!;
  const [before, after] = [
    readDesired(visible(object, 'before', 'content')),
    readDesired(visible(object, 'after', 'content')),
  ];
  const kind = kindOf(object);
  if (kind === 'delete')
    return [{ ...base, effect: 'destroyed', says: 'the machine has nothing left to converge to', category: 'object' }];
  if (kind === 'create' && after)
    return [
      {
        ...base,
        effect: 'created',
        what: Object.keys(after.services ?? {}).join(', '),
        says: 'each waits for its first release',
      },
    ];
  if (!before || !after)
    return [
      {
        ...base,
        category: 'object',
        effect: 'changed',
        says: 'what the machine converges to changes, in a form that is not known here: read its diff',
      },
    ];
  const told = tell(before, after);
  return told.length > 0
    ? told.map((consequence) => ({ ...base, ...consequence }))
    : [{ ...base, effect: 'changed', says: 'written anew; nothing differs in it that a service would notice' }];
};

type Told = Pick<Consequence, 'effect' | 'category' | 'subject' | 'says'> & Partial<Consequence>;

function tell(before: ReadableDesired, after: ReadableDesired): Told[] {
  const names = [...new Set([...Object.keys(before.services ?? {}), ...Object.keys(after.services ?? {})])];
  const rest = differences(
    { ...before, services: undefined, datastores: undefined, secrets: undefined },
    { ...after, services: undefined, datastores: undefined, secrets: undefined },
  );
  return [
    ...names.flatMap((name) =>
      tellService(
        name,
        ownValue(before.services, name),
        ownValue(after.services, name),
        before.domain !== after.domain,
      ),
    ),
    ...tellDatastores(before, after),
    ...tellSecrets(before, after),
    ...rest.map((one): Told => ({
      effect: 'changed',
      category: 'other resource',
      subject: one.path === 'domain' ? 'proxy' : one.path,
      what: `${shown(one.before)} → ${shown(one.after)}`,
      says: settings.get(one.path.split('.')[0]!) ?? 'in place',
      paths: [one.path],
    })),
  ];
}

const settings: ReadonlyMap<string, string> = new Map(
  Object.entries({
    backups: 'from the next one on',
    restartWindow: 'the machine restarts for security updates within it only',
    registries: 'logins for images; nothing is restarted',
    domain:
      'it answers for the new names, and asks for their certificates; services with a route are rolled out start-first',
    restricted: 'who may not reach the product gets nothing of it on port 80 either',
  }),
);

function tellService(
  name: string,
  before: ReadableService | undefined,
  after: ReadableService | undefined,
  moved: boolean,
): Told[] {
  const own = { category: 'service', subject: name, paths: [`services.${name}`] } as const;
  if (!after)
    return [
      {
        ...own,
        effect: 'destroyed',
        says:
          before?.kind === 'cron'
            ? 'its timer goes; a run that is on is ended'
            : 'its containers stop; requests for it go unanswered',
        data: 'kept',
      },
    ];
  if (!before) return [{ ...own, effect: 'created', what: after.kind, says: 'waits for its first release' }];
  // the domain is told once
  const changed = differences(before, after).filter(({ path }) => !(moved && path === 'route.host'));
  if (changed.length === 0) return [];
  const roots = new Set(changed.map(({ path }) => path.split('.')[0]!));
  return [
    {
      ...own,
      effect: 'changed',
      what: changed.map((one) => fact(one)).join(', '),
      says: carried(
        after,
        roots,
        changed.some(({ path }) => path === 'route.host'),
      ),
      paths: changed.map(({ path }) => `services.${name}.${path}`),
    },
  ];
}

/** How a change reaches a service that runs. */
function carried({ kind }: ReadableService, roots: ReadonlySet<string>, renamed: boolean): string {
  if (kind === 'cron') return 'from its next run on';
  // its health is asked for by the host that visitors ask for
  if (!renamed && [...roots].every((root) => readByOthers.has(root)))
    return 'the proxy takes it while it runs, nobody notices';
  if (roots.size === 1 && roots.has('replicas')) return 'containers are added or taken away, the others go on';
  return kind === 'worker'
    ? 'rolled out start-first; the former container gets its time to stop'
    : 'rolled out start-first, nobody notices';
}

const units: ReadonlyMap<string, string> = new Map(
  Object.entries({ memory: ' MiB', cpu: ' thousandths of a processor', startGrace: ' s', stopGrace: ' s' }),
);

function fact({ path, before, after }: Difference): string {
  const variable = path.startsWith('variables.') ? path.slice('variables.'.length) : undefined;
  const [was, will] = [before, after].map((value) =>
    variable !== undefined && typeof value === 'string' && looksSecret(variable, value) ? '(hidden)' : shown(value),
  );
  return `${variable ?? path} ${was} → ${will}${units.get(path) ?? ''}`;
}

const shown = (value: unknown): string => {
  if (value === undefined || value === null) return 'none';
  const text = withoutCredentials(
    Array.isArray(value) && value.every((entry) => typeof entry === 'string')
      ? value.join(' ')
      : typeof value === 'string'
        ? value
        : JSON.stringify(value),
  );
  return truncate(text, 60, 57);
};

function tellDatastores(before: ReadableDesired, after: ReadableDesired): Told[] {
  const names = [...new Set([...Object.keys(before.datastores ?? {}), ...Object.keys(after.datastores ?? {})])];
  return names.flatMap((name): Told[] => {
    const [was, will] = [ownValue(before.datastores, name), ownValue(after.datastores, name)];
    const own = { category: 'datastore', subject: name, paths: [`datastores.${name}`] } as const;
    if (!will) return [{ ...own, effect: 'destroyed', data: 'kept', says: 'it stops; its data stays on the volume' }];
    if (!was) return [{ ...own, effect: 'created', says: 'empty' }];
    const changed = differences(was, will);
    if (changed.length === 0) return [];
    const what = changed.map(fact).join(', ');
    if (changed.some(({ path }) => path === 'placement')) {
      return [
        {
          ...own,
          effect: 'replaced',
          what,
          says: 'services connect to the other one, which is empty: data does not move along',
          alternative: 'dump, deploy, restore: nothing moves data by itself',
          paths: [`platform.datastores.${name}`],
        },
      ];
    }
    return [
      {
        ...own,
        effect: 'interrupted',
        what,
        interruption: 'some seconds',
        data: 'kept',
        says: 'it restarts, some seconds without it; data stays',
        paths: [`datastores.${name}.memory`, ...own.paths],
      },
    ];
  });
}

function tellSecrets(before: ReadableDesired, after: ReadableDesired): Told[] {
  const changed = differences(before.secrets ?? {}, after.secrets ?? {}).map(({ path }) => path);
  if (changed.length === 0) return [];
  const users = Object.entries(after.services ?? {})
    .filter(([, { secrets }]) => Array.isArray(secrets) && secrets.some((name) => changed.includes(String(name))))
    .map(([name]) => name);
  return [
    {
      effect: 'changed',
      category: 'key',
      subject: 'secrets',
      what: changed.join(', '),
      says:
        users.length > 0
          ? `sealed anew; ${users.join(', ')} rolled out start-first`
          : 'sealed anew; nobody reads them yet',
    },
  ];
}
