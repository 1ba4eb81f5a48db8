import { spawnSync } from 'node:child_process';
import { type Account, packetFilter } from '../../machines/packet-filter';

const droplet = (id: number, tags: string[] = []) => ({
  id,
  tags,
  vpc: 'net',
  public_ip: `203.0.113.${id}`,
  private_ip: `10.10.0.${id}`,
});
const firewall = (inbound: object[], outbound: object[], to: { tags?: string[]; droplet_ids?: number[] } = {}) => ({
  id: 'f',
  name: 'f',
  inbound_rules: inbound,
  outbound_rules: outbound,
  droplet_ids: [],
  tags: [],
  created_at: '',
  ...to,
});
const account = (given: object): Account =>
  ({
    droplets: {},
    firewalls: {},
    reserved_ips: {},
    vpcs: { net: { ip_range: '10.10.0.0/20' } },
    ...given,
  }) as unknown as Account;

/** One chain of the rule set, as its lines. */
const chain = (name: string, given: object): string[] => {
  const [, body] =
    new RegExp(`chain ${name} {\n([^}]*)\n\t}`).exec(
      packetFilter(account(given)).replaceAll(/\{ ([\d., ]+) \}/g, '<$1>'),
    ) ?? [];
  return (body ?? '').split('\n').map((line) => line.trim().replace(/;$/, ''));
};

const everywhere = { addresses: ['0.0.0.0/0', '::/0'] };

test.each([
  ['one port', { protocol: 'tcp', ports: '80', peers: everywhere }, ['tcp dport 80 accept']],
  ['a range', { protocol: 'udp', ports: '8000-9000', peers: everywhere }, ['udp dport 8000-9000 accept']],
  ['all ports', { protocol: 'tcp', ports: '0', peers: everywhere }, ['meta l4proto tcp accept']],
  ['pings', { protocol: 'icmp', ports: '0', peers: everywhere }, ['meta l4proto icmp accept']],
  [
    'some sources',
    { protocol: 'tcp', ports: '22', peers: { addresses: ['192.0.2.7', '192.0.2.0/28'] } },
    ['ip saddr 192.0.2.7 tcp dport 22 accept', 'ip saddr 192.0.2.0/28 tcp dport 22 accept'],
  ],
  [
    'who has a tag',
    { protocol: 'tcp', ports: '5432', peers: { tags: ['WEB'] } },
    ['ip saddr <203.0.113.3, 10.10.0.3> tcp dport 5432 accept'],
  ],
  [
    'a droplet',
    { protocol: 'tcp', ports: '5432', peers: { droplet_ids: [3] } },
    ['ip saddr <203.0.113.3, 10.10.0.3> tcp dport 5432 accept'],
  ],
  ['sources of IPv6 only', { protocol: 'tcp', ports: '22', peers: { addresses: ['2001:db8::/32'] } }, []],
])('a rule lets in %s, and nothing else is', (_, rule, expected) => {
  const droplets = { 2: droplet(2, ['db']), 3: droplet(3, ['web']) };
  expect(chain('to_2', { droplets, firewalls: { f: firewall([rule], [], { tags: ['DB'] }) } })).toEqual([
    ...expected,
    'drop',
  ]);
});

test('rules of all firewalls of a machine count; one that is not its own does not', () => {
  const open = (ports: string) => ({ protocol: 'tcp', ports, peers: everywhere });
  const firewalls = {
    a: firewall([open('80')], [], { tags: ['web'] }),
    b: firewall([open('443')], [open('0')], { droplet_ids: [2] }),
    c: firewall([open('22')], [], { tags: ['other'] }),
  };
  expect(chain('to_2', { droplets: { 2: droplet(2, ['web']) }, firewalls })).toEqual([
    'tcp dport 80 accept',
    'tcp dport 443 accept',
    'drop',
  ]);
  expect(chain('from_2', { droplets: { 2: droplet(2, ['web']) }, firewalls })).toEqual([
    'meta l4proto tcp accept',
    'drop',
  ]);
});

test('a machine without a firewall is open, but for what comes to its private address from another network', () => {
  expect(chain('inbound', { droplets: { 2: droplet(2) } })).toEqual([
    'type filter hook postrouting priority 0',
    'ct state established,related accept',
    'ip daddr 10.10.0.2 ip saddr != 10.10.0.0/20 drop',
  ]);
  expect(chain('outbound', { droplets: { 2: droplet(2) } })).toEqual([
    'type filter hook prerouting priority -150',
    'ct state established,related accept',
  ]);
});

test('a firewall stands before both addresses, in both directions', () => {
  const given = { droplets: { 2: droplet(2, ['web']) }, firewalls: { f: firewall([], [], { tags: ['web'] }) } };
  expect(chain('inbound', given)).toContain('ip daddr <203.0.113.2, 10.10.0.2> jump to_2');
  expect(chain('outbound', given)).toContain('ip saddr <203.0.113.2, 10.10.0.2> jump from_2');
});

test("a reserved address leads to its machine from everywhere, and connections by it end when it is somebody else's", () => {
  const given = {
    droplets: { 2: droplet(2) },
    reserved_ips: { a: { ip: '198.51.100.1', droplet: 2 }, b: { ip: '198.51.100.2', droplet: null } },
  };
  for (const name of ['reserved', 'reserved_outside'])
    expect(chain(name, given).slice(1)).toEqual(['ip daddr 198.51.100.1 dnat ip to 203.0.113.2']);
  expect(chain('reserved_self', given).slice(1)).toEqual(['ip saddr 203.0.113.2 ip daddr 203.0.113.2 masquerade']);
  expect(chain('inbound', given).slice(1, 3)).toEqual([
    'ct direction original ct original ip daddr 198.51.100.1 ip daddr != 203.0.113.2 drop',
    'ct direction original ct original ip daddr 198.51.100.2 drop',
  ]);
});

const nft = process.getuid?.() === 0 && spawnSync('unshare', ['--net', 'nft', '--version']).status === 0;

(nft ? test : test.skip)('nft takes all of it, twice', () => {
  const all = [
    { protocol: 'tcp', ports: '8000-9000', peers: { addresses: ['192.0.2.0/24', '192.0.2.7', '::/0'], tags: ['web'] } },
    { protocol: 'icmp', ports: '0', peers: everywhere },
  ];
  const rules = packetFilter(
    account({
      droplets: { 2: droplet(2, ['web']), 3: droplet(3, ['web']) },
      firewalls: { f: firewall(all, all, { tags: ['web'] }) },
      reserved_ips: { a: { ip: '198.51.100.1', droplet: 2 }, b: { ip: '198.51.100.2', droplet: null } },
    }),
  );
  expect(
    spawnSync(
      'unshare',
      ['--net', 'sh', '-c', 'nft -f - <<END && nft -f - <<END\n"$0"\nEND\n"$0"\nEND\n'.replaceAll('"$0"', rules)],
      { encoding: 'utf8' },
    ),
  ).toMatchObject({ status: 0, stderr: '' });
});
