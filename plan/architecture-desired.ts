import { z } from 'zod';
import { visible } from './change';
import { differences, readDesired } from './desired-diff';
import type { ReadableDesired } from '../contract/desired';
import { fromTo, type Part, type Parts, titleOfStore, withEffect } from './part';
import { kindOf, type ResourceChange } from './plan';

const lenient = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
const number = lenient(z.number());
const names = z.record(z.string(), z.unknown());

const serviceSchema = z.looseObject({
  kind: lenient(z.string()),
  schedule: lenient(z.string()),
  replicas: number,
  memory: number,
  route: lenient(z.object({ host: z.string(), path: z.string() })),
  datastores: lenient(names),
  secrets: lenient(z.array(z.string())),
});
const datastoreSchema = z.looseObject({ version: number, placement: lenient(z.string()), memory: number });

type Service = z.infer<typeof serviceSchema>;
type Datastore = z.infer<typeof datastoreSchema>;

/** One side of the desired state, as far as it is drawn. A name may be any text: these are maps. */
interface State {
  readonly domain: string | undefined;
  readonly services: ReadonlyMap<string, Service>;
  readonly datastores: ReadonlyMap<string, Datastore>;
  /** Names of secrets that are sealed anew. */
  readonly sealed: ReadonlySet<string>;
}

export interface States {
  readonly before?: State;
  readonly after?: State;
}

/** The desired state before and after; neither when one of them cannot be read. */
export function statesOf(object: ResourceChange | undefined): States {
  if (!object) return {};
  const [was, will] = [object.before, object.after].map((value) => value !== null);
  const [before, after] = [
    readDesired(visible(object, 'before', 'content')),
    readDesired(visible(object, 'after', 'content')),
  ];
  if ((was && !before) || (will && !after)) return {};
  const sealed =
    before && after
      ? new Set(differences(before.secrets ?? {}, after.secrets ?? {}).map(({ path }) => path))
      : new Set<string>();
  // what is only forgotten goes on
  const last = after ?? (kindOf(object) === 'forget' ? before : undefined);
  return { ...(before ? { before: stateOf(before, sealed) } : {}), ...(last ? { after: stateOf(last, sealed) } : {}) };
}

const stateOf = ({ domain, services = {}, datastores = {} }: ReadableDesired, sealed: ReadonlySet<string>): State => ({
  domain,
  services: new Map(Object.entries(services).map(([name, service]) => [name, serviceSchema.parse(service)])),
  datastores: new Map(Object.entries(datastores).map(([name, store]) => [name, datastoreSchema.parse(store)])),
  sealed,
});

/** Routes, services and datastores, with what becomes of each. */
export function desiredParts(states: States): Parts {
  const parts: Parts = new Map();
  for (const name of namesIn(states, 'services')) {
    const [before, after] = [states.before?.services.get(name), states.after?.services.get(name)];
    const [was, will] = [routeOf(states.before, before), routeOf(states.after, after)];
    if (was ?? will) {
      const streams = before?.streaming !== after?.streaming;
      const part: Part = {
        form: 'name',
        title: fromTo(was?.title, will?.title)!,
        onMachine: true,
        host: (will ?? was)!.host,
        facts: [],
      };
      parts.set(
        `route ${name}`,
        compared(part, was, will, streams ? ['streaming'] : [], streams || was?.title !== will?.title),
      );
    }
    const resealed = (after?.secrets ?? []).filter((secret) => states.after!.sealed.has(secret));
    const facts = [...factsOf(before, after, ['replicas', 'memory', 'schedule', 'kind'], onlyRoute), ...resealed];
    parts.set(
      `service ${name}`,
      compared(
        { form: 'program', title: name, detail: sizeOf(name, (after ?? before)!), onMachine: true, facts: [] },
        before,
        after,
        facts,
      ),
    );
  }
  for (const name of namesIn(states, 'datastores')) {
    const [before, after] = [states.before?.datastores.get(name), states.after?.datastores.get(name)];
    const { version, placement, memory } = (after ?? before)!;
    const detail = placement === 'managed' ? 'managed' : memory === undefined ? undefined : `${memory} MiB`;
    parts.set(
      `datastore ${name}`,
      compared(
        {
          form: 'store',
          title: titleOfStore(name, version?.toString()),
          detail,
          onMachine: placement !== 'managed',
          facts: [],
        },
        before,
        after,
        factsOf(before, after, ['version', 'memory', 'placement']),
      ),
    );
  }
  return parts;
}

/** Names on either side, in the order of the file. */
export const namesIn = ({ before, after }: States, which: 'services' | 'datastores'): string[] => [
  ...new Set([...(before?.[which].keys() ?? []), ...(after?.[which].keys() ?? [])]),
];

function compared(
  part: Part,
  before: unknown,
  after: unknown,
  facts: readonly string[],
  changed = facts.length > 0,
): Part {
  if (after === undefined) return withEffect(part, 'destroyed');
  if (before === undefined) return withEffect(part, 'created');
  return changed ? withEffect(part, 'changed', { facts }) : part;
}

/** What only the proxy reads of a service. */
const onlyRoute: ReadonlySet<string> = new Set(['route', 'streaming']);
const units: ReadonlyMap<string, string> = new Map([['memory', ' MiB']]);

/** The fields that differ: those that are told with their values so, the others by name alone, as values of variables are nobody's business here. */
function factsOf(
  before: object | undefined,
  after: object | undefined,
  told: readonly string[],
  except: ReadonlySet<string> = new Set(),
): string[] {
  if (!before || !after) return [];
  const changed = differences(before, after).filter(({ path }) => !except.has(path.split('.')[0]!));
  return [
    ...new Set(
      changed.map(({ path, before: was, after: will }) =>
        told.includes(path)
          ? `${path} ${String(was ?? 'none')} → ${String(will ?? 'none')}${units.get(path) ?? ''}`
          : path.replace(/^variables\./, '').split('.')[0]!,
      ),
    ),
  ];
}

/** A route as people write it, and the key of its host name. */
function routeOf(
  state: State | undefined,
  service: Service | undefined,
): { readonly title: string; readonly host: string } | undefined {
  if (!state || !service?.route) return undefined;
  const { host, path } = service.route;
  const zone = `.${state.domain ?? ''}`;
  const label = host === state.domain ? '@' : host.endsWith(zone) ? host.slice(0, -zone.length) : host;
  return { title: `${host}${path}`, host: `host ${label}` };
}

const sizeOf = (name: string, { kind, schedule, replicas, memory }: Service): string =>
  [
    kind === name ? undefined : kind,
    schedule,
    memory === undefined
      ? undefined
      : `${replicas === undefined || replicas === 1 ? '' : `${replicas} × `}${memory} MiB`,
  ]
    .filter((text) => text !== undefined)
    .join(', ');
