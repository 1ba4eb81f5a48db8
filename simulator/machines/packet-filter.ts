import type { State } from '../digitalocean';
import type { Peers, Rule } from '../digitalocean/firewall-rule';
import { hasTag } from '../digitalocean/tags';

/** What of an account decides which packets reach which machine. */
export type Account = Pick<State, 'droplets' | 'firewalls' | 'reserved_ips' | 'vpcs'>;
type Droplet = State['droplets'][string];

const table = 'inet cloud';
const anywhere = '0.0.0.0/0';

/**
 * The account's reserved addresses, firewalls and private networks as one rule set for `nft -f`, which puts all of it in the
 * place of what was there before, at once. It stands where machines cannot see it, as the vendor's does.
 */
export function packetFilter(account: Account): string {
  const droplets = Object.values(account.droplets);
  const guarded = droplets
    .map((droplet) => ({
      droplet,
      firewalls: Object.values(account.firewalls).filter((firewall) => appliesTo(firewall, droplet)),
    }))
    .filter(({ firewalls }) => firewalls.length > 0);
  const reserved = Object.values(account.reserved_ips).map(({ ip, droplet }) => ({
    ip,
    target: droplet === null ? undefined : account.droplets[droplet]?.public_ip,
  }));
  const assigned = reserved.filter(({ target }) => target !== undefined);

  const leadOn = assigned.map(({ ip, target }) => `ip daddr ${ip} dnat ip to ${target}`);
  return [
    // a table that is not there cannot be deleted
    `table ${table}`,
    `delete table ${table}`,
    `table ${table} {`,
    // to a reserved address, from a machine or from outside
    ...chain('reserved', ['type nat hook prerouting priority -100', ...leadOn]),
    ...chain('reserved_outside', ['type nat hook output priority -100', ...leadOn]),
    // a machine that asks for its own reserved address would refuse an answer from itself
    ...chain('reserved_self', [
      'type nat hook postrouting priority 100',
      ...assigned.map(({ target }) => `ip saddr ${target} ip daddr ${target} masquerade`),
    ]),
    ...guarded.flatMap(({ droplet, firewalls }) => [
      ...chain(`to_${droplet.id}`, [
        ...firewalls.flatMap((firewall) => firewall.inbound_rules.flatMap((rule) => accept(rule, 'saddr', account))),
        'drop',
      ]),
      ...chain(`from_${droplet.id}`, [
        ...firewalls.flatMap((firewall) => firewall.outbound_rules.flatMap((rule) => accept(rule, 'daddr', account))),
        'drop',
      ]),
    ]),
    ...chain('inbound', [
      'type filter hook postrouting priority 0',
      // connections do not outlive the assignment they came by
      ...reserved.map(
        ({ ip, target }) =>
          `ct direction original ct original ip daddr ${ip} ${target === undefined ? '' : `ip daddr != ${target} `}drop`,
      ),
      'ct state established,related accept',
      ...droplets.map(({ private_ip: ip, vpc }) => `ip daddr ${ip} ip saddr != ${account.vpcs[vpc]!.ip_range} drop`),
      ...guarded.map(({ droplet }) => `ip daddr ${addressesOf(droplet)} jump to_${droplet.id}`),
    ]),
    ...chain('outbound', [
      'type filter hook prerouting priority -150',
      'ct state established,related accept',
      ...guarded.map(({ droplet }) => `ip saddr ${addressesOf(droplet)} jump from_${droplet.id}`),
    ]),
    '}',
    '',
  ].join('\n');
}

const chain = (name: string, lines: readonly string[]): string[] => [
  `\tchain ${name} {`,
  ...lines.map((line) => `\t\t${line};`),
  '\t}',
];

const addressesOf = (droplet: Droplet): string => `{ ${droplet.public_ip}, ${droplet.private_ip} }`;

const appliesTo = (firewall: State['firewalls'][string], droplet: Droplet): boolean =>
  firewall.droplet_ids.includes(droplet.id) || firewall.tags.some((tag) => hasTag(droplet, tag));

/** One line for each peer: ranges in a set must not overlap, and a firewall's may. */
function accept({ protocol, ports, peers }: Rule, side: 'saddr' | 'daddr', account: Account): string[] {
  const what = protocol === 'icmp' || ports === '0' ? `meta l4proto ${protocol}` : `${protocol} dport ${ports}`;
  return peersOf(peers, account).map((peer) =>
    peer === anywhere ? `${what} accept` : `ip ${side} ${peer} ${what} accept`,
  );
}

function peersOf({ addresses = [], tags = [], droplet_ids: ids = [] }: Peers, { droplets }: Account): string[] {
  const machines = Object.values(droplets).filter(
    (droplet) => ids.includes(droplet.id) || tags.some((tag) => hasTag(droplet, tag)),
  );
  // there is no IPv6 on this network
  return [...addresses.filter((address) => !address.includes(':')), ...machines.map(addressesOf)];
}
