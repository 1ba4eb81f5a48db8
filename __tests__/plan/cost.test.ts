import { type Cost, costOf, difference } from '../../plan/cost';
import { aPlan, type Entry, type RealPlan, realPlan } from './a-plan';

type Row = readonly [
  before: number,
  after: number,
  difference: number,
  items: Record<string, readonly [string, number | undefined, number | undefined]>,
];
const row = (cost: Cost): Row => [
  cost.before,
  cost.after,
  cost.difference,
  Object.fromEntries(cost.items.map(({ address, what, before, after }) => [address, [what, before, after]])),
];

test.each<[RealPlan, Row]>([
  [
    'new',
    [
      0,
      30.8,
      30.8,
      {
        'digitalocean_droplet.machine': ['s-2vcpu-4gb, weekly backups', undefined, 28.8],
        'digitalocean_volume.data-volume': ['20 GiB', undefined, 2],
      },
    ],
  ],
  ['memory', [30.8, 30.8, 0, {}]],
  ['generation', [30.8, 30.8, 0, {}]],
  [
    'resize',
    [
      30.8,
      59.6,
      28.8,
      { 'digitalocean_droplet.machine': ['s-2vcpu-4gb, weekly backups → s-4vcpu-8gb, weekly backups', 28.8, 57.6] },
    ],
  ],
  [
    'destroyed',
    [
      30.8,
      0,
      -30.8,
      {
        'digitalocean_droplet.machine': ['s-2vcpu-4gb, weekly backups', 28.8, undefined],
        'digitalocean_volume.data-volume': ['20 GiB', 2, undefined],
      },
    ],
  ],
  [
    'managed',
    [
      133.3,
      133.3,
      0,
      {
        'digitalocean_database_cluster.managed-postgres': [
          '2 × db-s-1vcpu-2gb (pg) → 1 × db-s-2vcpu-4gb (pg)',
          60.9,
          60.9,
        ],
      },
    ],
  ],
])('the plan "%s" costs what its droplets, volumes and databases cost together, changed or not', (name, expected) => {
  expect(row(costOf(realPlan(name)))).toEqual(expected);
});

const made = (address: string, after: object): Entry => ({ address, actions: ['create'], after });

test.each<[string, Entry, string]>([
  [
    'a size that is in no list',
    made('digitalocean_droplet.machine', { size: 's-99vcpu-1tb', backups: false }),
    's-99vcpu-1tb',
  ],
  [
    'a database size that is in no list',
    made('digitalocean_database_cluster.managed-postgres', { engine: 'pg', size: 'db-s-16vcpu-64gb', node_count: 2 }),
    '2 × db-s-16vcpu-64gb (pg)',
  ],
  [
    'a type that nobody here knows',
    made('digitalocean_loadbalancer.front', { size_unit: 3 }),
    'digitalocean_loadbalancer',
  ],
  ['a provider that nobody here knows', made('acme_gadget.a', {}), 'acme_gadget'],
  [
    'an uptime check, whose price is not known here',
    made('digitalocean_uptime_check.uptime', {}),
    'digitalocean_uptime_check',
  ],
  [
    'a size that only an apply will know',
    { address: 'digitalocean_volume.data-volume', actions: ['create'], after: {}, unknown: { size: true } },
    '? GiB',
  ],
])('%s is named as unpriced, and is in no sum', (_, entry, what) => {
  const cost = costOf(aPlan([entry, made('digitalocean_volume.other', { size: 10 })]));
  expect([cost.after, cost.unpriced]).toEqual([1, [{ address: entry.address, what }]]);
});

test('something that is free is known to be free', () => {
  const free = [
    'digitalocean_vpc.a',
    'digitalocean_firewall.a',
    'digitalocean_record.a',
    'digitalocean_spaces_key.a',
    'github_actions_environment_secret.a',
    'terraform_data.a',
    'digitalocean_reserved_ip.a',
  ];
  expect(costOf(aPlan(free.map((address) => made(address, {}))))).toMatchObject({
    after: 0,
    items: [],
    unpriced: [],
    shared: [],
  });
});

test('Spaces are paid once for the account, so no environment counts them', () => {
  expect(
    costOf(aPlan([made('digitalocean_spaces_bucket.a', {}), made('digitalocean_spaces_bucket.b', {})])),
  ).toMatchObject({
    after: 0,
    unpriced: [],
    shared: ['Spaces: $5.00 a month for the whole account, whatever the number of buckets'],
  });
});

test.each([
  ['off', { backups: false }, 24],
  ['weekly', { backups: true, backup_policy: [{ plan: 'weekly' }] }, 28.8],
  ['daily', { backups: true, backup_policy: [{ plan: 'daily' }] }, 31.2],
])('backups %s cost their share of the machine', (_, backups, usd) => {
  expect(costOf(aPlan([made('digitalocean_droplet.machine', { size: 's-2vcpu-4gb', ...backups })])).after).toBe(usd);
});

test.each([
  [12, '+$12.00 a month'],
  [-1234.5, '−$1,234.50 a month'],
  [0, undefined],
])('a difference of %d is said as %s', (usd, words) => {
  expect(difference({ difference: usd })).toBe(words);
});

test('every price has a day and a place that it was read from', () => {
  const { asOf } = costOf(aPlan([]));
  expect(asOf).toEqual({
    droplets: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
    others: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
  });
});
