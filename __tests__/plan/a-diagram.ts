import { stringify } from 'yaml';
import { consequencesOf } from '../../plan/consequences';
import { diagramOf } from '../../plan/diagram';
import { type Plan, readPlan } from '../../plan/plan';
import { aPlan, type Entry, planText, type RealPlan } from './a-plan';

export const drawing = (plan: Plan): string => diagramOf(plan, consequencesOf(plan));

/** What a reader sees: each box by its first line, with the other lines and its colour, and the arrows between first lines. */
export function read(diagram: string): { boxes: Record<string, string>; arrows: string[] } {
  const found = [...diagram.matchAll(/^ {2}(\w+)[[({]+"(.*)"[\])}]+:::(\w+)$/gm)].map(([, id, label, colour]) => ({
    id: id!,
    lines: label!.split('<br/>'),
    colour: colour!,
  }));
  const names = new Map(found.map(({ id, lines }) => [id, lines[0]!]));
  return {
    boxes: Object.fromEntries(found.map(({ lines, colour }) => [lines[0]!, [...lines.slice(1), colour].join(' | ')])),
    arrows: [...diagram.matchAll(/^ {2}(\w+) --> (\w+)$/gm)].map(
      ([, from, to]) => `${names.get(from!)} > ${names.get(to!)}`,
    ),
  };
}

interface Resource {
  address: string;
  change: {
    actions: string[];
    before: unknown;
    after: unknown;
    before_sensitive: unknown;
    after_sensitive: unknown;
    after_unknown: unknown;
  };
}

/** A real plan with what stays of the rest of its environment, which the files in `plans/` leave out. */
export function wholePlan(name: RealPlan): Plan {
  const [json, rest] = [name, 'destroyed' as const].map(
    (each) => JSON.parse(planText(each)) as { resource_changes: Resource[] },
  ) as [{ resource_changes: Resource[] }, { resource_changes: Resource[] }];
  const there = new Set(json.resource_changes.map(({ address }) => address));
  const stays = rest.resource_changes
    .filter(
      ({ address }) => !there.has(address) && /domain|record|desired|github_repository_environment\./.test(address),
    )
    .map((one) => ({
      ...one,
      change: {
        ...one.change,
        actions: ['no-op'],
        after: one.change.before,
        after_sensitive: one.change.before_sensitive,
        after_unknown: {},
      },
    }));
  return readPlan(JSON.stringify({ ...json, resource_changes: [...json.resource_changes, ...stays] }), name);
}

/** A plan that changes the desired state and nothing else, on a machine with a domain and an address. */
export function desiredPlan(before: object | string, after: object | string, ...more: readonly Entry[]): Plan {
  const text = (state: object | string): string => (typeof state === 'string' ? state : stringify(state));
  const stays = (address: string, value: object): Entry => ({
    address,
    actions: ['no-op'],
    before: value,
    after: value,
  });
  return aPlan([
    stays('digitalocean_domain.domain', { name: 'acme.example' }),
    stays('digitalocean_record.domain-apex', { name: '@' }),
    stays('digitalocean_record.domain-host-cms', { name: 'cms' }),
    stays('digitalocean_reserved_ip.public-address', { ip_address: '203.0.113.9' }),
    stays('digitalocean_droplet.machine', { size: 's-1vcpu-2gb' }),
    stays('digitalocean_volume.data-volume', { size: 20 }),
    {
      address: 'digitalocean_spaces_bucket_object.desired',
      before: { content: text(before) },
      after: { content: text(after) },
    },
    ...more,
  ]);
}
export const base = {
  domain: 'acme.example',
  services: {
    web: { kind: 'web', memory: 128, route: { host: 'acme.example', path: '/' } },
    cms: {
      kind: 'cms',
      memory: 256,
      route: { host: 'cms.acme.example', path: '/' },
      datastores: { postgres: 'DATABASE_URL' },
      secrets: ['CMS_KEY'],
      variables: { MODE: 'canary-before' },
    },
    worker: { kind: 'worker', memory: 64, replicas: 2, datastores: { postgres: 'DATABASE_URL' } },
  },
  datastores: { postgres: { version: 17, placement: 'machine', memory: 512 } },
  secrets: { CMS_KEY: 'sealed one way' },
};
/** The same with one service changed. */
export const changing = (name: keyof typeof base.services, changes: object): object => ({
  ...base,
  services: { ...base.services, [name]: { ...base.services[name], ...changes } },
});
