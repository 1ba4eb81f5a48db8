import { notZero, oneOf } from '../../terraform/check';
import { type Change } from '../../terraform/resource';
import { isUnknown, type Dynamic, type Values } from '../../terraform/value';
import { nullIfEmpty, omitEmpty } from '../go';
import { resource } from './define';
import { sameTags, tag } from './rules';

const sides = { inbound: 'source', outbound: 'destination' } as const;
type Direction = keyof typeof sides;

const inRules = <T>(rule: (side: string) => Record<string, T>): Record<string, T> =>
  Object.fromEntries(
    Object.entries(sides).flatMap(([direction, side]) =>
      Object.entries(rule(side)).map(([name, value]) => [`${direction}_rule.${name}`, value] as const),
    ),
  );

export const firewall = resource('firewall', {
  check: { name: notZero, ...inRules(() => ({ protocol: oneOf('tcp', 'udp', 'icmp'), port_range: notZero })) },
  each: {
    tags: tag,
    ...inRules((side) => ({
      [`${side}_addresses`]: notZero,
      [`${side}_kubernetes_ids`]: notZero,
      [`${side}_load_balancer_uids`]: notZero,
      [`${side}_tags`]: tag,
    })),
  },
  suppress: { tags: sameTags },
  volatile: ['status', 'pending_changes'],

  plan(change: Change) {
    const rules = (direction: Direction): Dynamic => change.planned[`${direction}_rule`];
    if (isUnknown(rules('inbound')) || isUnknown(rules('outbound'))) return;
    if (!rules('inbound')?.length && !rules('outbound')?.length) throw new Error('At least one rule must be specified');
    for (const direction of ['inbound', 'outbound'] as const) {
      for (const rule of rules(direction) ?? []) {
        if (!isUnknown(rule) && ['tcp', 'udp'].includes(rule.protocol) && !rule.port_range) {
          throw new Error(`\`port_range\` of ${direction} rules is required if protocol is \`tcp\` or \`udp\``);
        }
      }
    }
  },
  async create(api, v) {
    const answer = await api.post('/v2/firewalls', body(v), 'Error creating firewall');
    return { id: answer.firewall.id };
  },
  async read(api, s) {
    const answer = await api.find(`/v2/firewalls/${s.id}`, 'Error retrieving firewall');
    if (!answer) return null;
    const { status, created_at, pending_changes, name, droplet_ids, tags, inbound_rules, outbound_rules } =
      answer.firewall;
    return {
      status,
      created_at,
      pending_changes: pending_changes ?? [],
      name,
      droplet_ids: droplet_ids ?? [],
      tags: tags ?? [],
      inbound_rule: (inbound_rules ?? []).map((rule: Values) => ruleValues('inbound', rule)),
      outbound_rule: (outbound_rules ?? []).map((rule: Values) => ruleValues('outbound', rule)),
    };
  },
  async update(api, v) {
    await api.put(`/v2/firewalls/${v.id}`, body(v), 'Error updating firewall');
  },
  async delete(api, s) {
    if (await api.find(`/v2/firewalls/${s.id}`, 'Error deleting firewall')) {
      await api.delete(`/v2/firewalls/${s.id}`, 'Error deleting firewall');
    }
  },
});

const body = (v: Values) => ({
  name: v.name,
  inbound_rules: nullIfEmpty((v.inbound_rule ?? []).map((rule: Values) => ruleBody('inbound', rule))),
  outbound_rules: nullIfEmpty((v.outbound_rule ?? []).map((rule: Values) => ruleBody('outbound', rule))),
  droplet_ids: v.droplet_ids ?? [],
  tags: v.tags ?? [],
});

function ruleBody(direction: Direction, rule: Values): Values {
  const side = sides[direction];
  const peers = {
    addresses: rule[`${side}_addresses`],
    tags: rule[`${side}_tags`],
    droplet_ids: rule[`${side}_droplet_ids`],
    load_balancer_uids: rule[`${side}_load_balancer_uids`],
    kubernetes_ids: rule[`${side}_kubernetes_ids`],
  };
  return { protocol: rule.protocol, ...omitEmpty({ ports: rule.port_range }), [`${side}s`]: omitEmpty(peers) };
}

function ruleValues(direction: Direction, rule: Values): Values {
  const side = sides[direction];
  const peers = rule[`${side}s`] ?? {};
  // The API says "0" for all ports, and for those of icmp, which has none; what was given with icmp comes back.
  const ports = rule.ports !== '0' ? rule.ports : rule.protocol === 'icmp' ? '' : 'all';
  return {
    protocol: rule.protocol,
    port_range: ports ?? '',
    [`${side}_addresses`]: peers.addresses ?? [],
    [`${side}_tags`]: peers.tags ?? [],
    [`${side}_droplet_ids`]: peers.droplet_ids ?? [],
    [`${side}_load_balancer_uids`]: peers.load_balancer_uids ?? [],
    [`${side}_kubernetes_ids`]: peers.kubernetes_ids ?? [],
  };
}
