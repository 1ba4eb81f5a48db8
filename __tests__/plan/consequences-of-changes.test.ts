import type { Consequence } from '../../plan/consequence';
import { consequencesOf } from '../../plan/consequences';
import { told, type Row } from './a-consequence';
import { aPlan, type Entry } from './a-plan';

const gone = ['delete', 'create'];

describe('what nobody here knows is told plainly, and never dropped', () => {
  test.each<[string, Entry, Row]>([
    [
      'a type that is replaced, with what forces it first',
      {
        address: 'acme_gadget.a',
        actions: gone,
        before: { colour: 'red', id: 'x' },
        after: { colour: 'blue' },
        unknown: { id: true },
        replacePaths: [['colour']],
      },
      [
        'replaced',
        'acme_gadget.a',
        'colour "red" → "blue" (forces the replacement), id "x" → (known after apply)',
        "destroyed and created again; nothing is known here about acme_gadget: read its provider's page first",
        '',
        1,
      ],
    ],
    [
      'a type that is destroyed',
      { address: 'acme_gadget.a', actions: ['delete'], before: { colour: 'red' } },
      [
        'destroyed',
        'acme_gadget.a',
        '',
        "destroyed; nothing is known here about acme_gadget: read its provider's page first",
        '',
        1,
      ],
    ],
    [
      'a type that changes in place, its secrets hidden',
      {
        address: 'acme_gadget.a',
        before: { key: 'canary', a: 1 },
        after: { key: 'canary2', a: 2 },
        afterSensitive: { key: true },
      },
      ['changed', 'acme_gadget.a', 'key (sensitive value) → (sensitive value), a 1 → 2', 'updated in place', '', 1],
    ],
    [
      'more attributes than a line takes',
      {
        address: 'acme_gadget.a',
        before: { a: 1, b: 1, c: 1, d: 1, e: 1, f: 1 },
        after: { a: 2, b: 2, c: 2, d: 2, e: 2, f: 2 },
      },
      ['changed', 'acme_gadget.a', 'a 1 → 2, b 1 → 2, c 1 → 2, d 1 → 2 and 2 more', 'updated in place', '', 1],
    ],
    [
      'an address that moves',
      {
        address: 'acme_gadget.b',
        previousAddress: 'acme_gadget.a',
        actions: ['no-op'],
        before: { a: 1 },
        after: { a: 1 },
      },
      [
        'moved',
        'acme_gadget.b',
        'acme_gadget.a → acme_gadget.b',
        'known by another address; nothing happens to it',
        '',
        1,
      ],
    ],
    [
      'what Terraform lets go of',
      { address: 'acme_gadget.a', actions: ['forget'], before: { a: 1 } },
      [
        'forgotten',
        'acme_gadget.a',
        '',
        "stays where it is, and is no longer managed here; nothing is known here about acme_gadget: read its provider's page first",
        '',
        1,
      ],
    ],
    [
      'a type with a name that JavaScript knows',
      { address: 'constructor.a', actions: ['delete'], before: { a: 1 } },
      [
        'destroyed',
        'constructor.a',
        '',
        "destroyed; nothing is known here about constructor: read its provider's page first",
        '',
        1,
      ],
    ],
    [
      'another attribute of a machine',
      { address: 'digitalocean_droplet.machine', before: { ipv6: false }, after: { ipv6: true } },
      ['changed', 'machine', 'ipv6 false → true', 'in place; it goes on running', '', 1],
    ],
  ])('%s', (_, entry, expected) => {
    expect(told(entry)).toEqual([expected]);
  });
});

const goes: Entry = {
  address: 'digitalocean_droplet.machine',
  actions: ['delete'],
  before: { size: 's-1vcpu-2gb', image: 'debian-12-x64' },
};
const comes: Entry = {
  address: 'digitalocean_droplet.machine-2',
  actions: ['create'],
  after: { size: 's-2vcpu-4gb', image: 'debian-13-x64' },
};
const standsOnFirewall = {
  configuration: {
    root_module: { resources: [{ address: comes.address, depends_on: ['digitalocean_firewall.firewall'] }] },
  },
};
const firewall: Entry = { address: 'digitalocean_firewall.firewall', before: { name: 'a' }, after: { name: 'b' } };

test.each<[string, Entry[], Partial<Consequence>]>([
  [
    'boots beside the former one',
    [goes, comes],
    {
      what: 'generation 1 → 2, size s-1vcpu-2gb → s-2vcpu-4gb, image debian-12-x64 → debian-13-x64',
      interruption: 'about a minute',
    },
  ],
  [
    'boots after it, where what both stand on changes, too',
    [firewall, goes, comes],
    { interruption: 'two to three minutes' },
  ],
  [
    'is there already, after an apply that has failed half-way',
    [goes, { address: comes.address, actions: ['no-op'], before: comes.after, after: comes.after }],
    { what: expect.stringMatching(/^generation 1 → 2/) as string, interruption: 'about a minute' },
  ],
])('a machine of the next generation that %s is one replacement', (_, entries, expected) => {
  expect(consequencesOf(aPlan(entries, standsOnFirewall)).filter(({ subject }) => subject === 'machine')).toEqual([
    expect.objectContaining({ effect: 'replaced', data: 'kept', ...expected }),
  ]);
});

test('a machine that something else than its generation replaces has a way back', () => {
  const [machine] = consequencesOf(
    aPlan([
      {
        address: 'digitalocean_droplet.machine',
        actions: gone,
        before: { name: 'a' },
        after: { name: 'b' },
        replacePaths: [['name']],
      },
    ]),
  );
  expect([machine!.what, machine!.alternative]).toEqual([
    'name a → b',
    'nothing asked for another machine: take the attribute back, or raise `platform.generation` if it is meant',
  ]);
});

test.each<[string, Entry[], Row[]]>([
  [
    'a volume attachment that is made anew alone',
    [{ address: 'digitalocean_volume_attachment.data-volume-attachment', actions: gone, before: {}, after: {} }],
    [
      [
        'replaced',
        'volume attachment',
        '',
        'the volume is taken from the machine and given back: what writes data stops meanwhile',
        '',
        1,
      ],
    ],
  ],
  [
    'the wait for a new agent',
    [
      {
        address: 'digitalocean_spaces_bucket_object.agent-digest',
        before: { content: 'aaaaaaaaaaaaaaaa' },
        after: { content: 'bbbbbbbbbbbbbbbb' },
      },
      { address: 'terraform_data.convergence', actions: gone, before: {}, after: {} },
    ],
    [['changed', 'agent', 'aaaaaaaaaaaa → bbbbbbbbbbbb', 'the machine takes it within a minute', '', 2]],
  ],
  [
    'the rest of an unfinished replacement',
    [{ address: 'digitalocean_droplet.machine', deposed: '0a1b2c3d', actions: ['delete'], before: {} }],
    [
      [
        'changed',
        'digitalocean_droplet.machine (deposed 0a1b2c3d)',
        '',
        'what an unfinished replacement has left behind is removed; the one that took its place stays',
        '',
        1,
      ],
    ],
  ],
  [
    'another wait alone',
    [{ address: 'terraform_data.convergence', actions: gone, before: {}, after: {} }],
    [['changed', 'convergence', '', 'the deploy waits again until the machine has converged', '', 1]],
  ],
  [
    'a database cluster that moves',
    [
      {
        address: 'digitalocean_database_cluster.managed-postgres',
        actions: gone,
        before: { region: 'fra1', size: 's', node_count: 1 },
        after: { region: 'ams3', size: 's', node_count: 1 },
        replacePaths: [['region']],
      },
    ],
    [
      [
        'replaced',
        'managed postgres',
        'region fra1 → ams3',
        "all its databases are lost, DigitalOcean's backups of it too; an empty one takes its place",
        'data lost, secrets re-created',
        1,
      ],
    ],
  ],
  [
    'a database cluster that cannot become smaller',
    [
      {
        address: 'digitalocean_database_cluster.managed-postgres',
        before: { size: 'db-s-2vcpu-4gb', node_count: 1 },
        after: { size: 'db-s-1vcpu-2gb', node_count: 1 },
      },
    ],
    [
      [
        'interrupted',
        'managed postgres',
        'size db-s-2vcpu-4gb → db-s-1vcpu-2gb',
        'DigitalOcean refuses this: nodes of a cluster never become smaller',
        'data kept',
        1,
      ],
    ],
  ],
  [
    'one database of a service',
    [
      {
        address: 'digitalocean_database_db.managed-postgres-database-api',
        actions: ['delete'],
        before: { name: 'api' },
      },
      { address: 'digitalocean_database_user.managed-postgres-user-api', actions: ['delete'], before: { name: 'api' } },
    ],
    [
      ['destroyed', 'database', 'api', 'everything in it is lost', 'data lost', 1],
      ['destroyed', 'database user', 'api', 'its password stops working', 'secrets re-created', 1],
    ],
  ],
  [
    'an alert',
    [{ address: 'digitalocean_monitor_alert.alert-disk', before: { value: 80 }, after: { value: 90 } }],
    [['changed', 'alerts.disk', '80 → 90 %', 'in place', '', 1]],
  ],
  [
    'a firewall that opens',
    [
      {
        address: 'digitalocean_firewall.firewall',
        before: { inbound_rule: [] },
        after: { inbound_rule: [{ protocol: 'tcp', port_range: '22', source_addresses: ['203.0.113.7/32'] }] },
      },
    ],
    [['changed', 'firewall', 'opened: tcp 22 from 203.0.113.7/32', 'at once; connections that are open stay', '', 1]],
  ],
  [
    "a machine's backups",
    [{ address: 'digitalocean_droplet.machine', before: { backups: true }, after: { backups: false } }],
    [['changed', 'machine', 'backups on → off', 'in place; it goes on running', '', 1]],
  ],
])('%s is told for itself', (_, entries, expected) => {
  expect(told(...entries)).toEqual(expected);
});

test('a second one of what a stack makes once stands for itself, under its address', () => {
  const second = [
    'digitalocean_droplet.other',
    'digitalocean_volume.other',
    'digitalocean_firewall.other',
    'digitalocean_reserved_ip.other',
    'digitalocean_vpc.other',
    'digitalocean_domain.other',
    'digitalocean_record.other',
    'digitalocean_spaces_bucket.other',
    'digitalocean_project.other',
    'digitalocean_database_cluster.other',
    'terraform_data.other',
    'digitalocean_volume_attachment.other',
  ];
  const plan = aPlan(
    [...second, 'digitalocean_droplet.machine', 'digitalocean_firewall.firewall'].map((address): Entry => ({
      address,
      actions: gone,
      before: { a: 1 },
      after: { a: 2 },
    })),
  );
  expect(
    consequencesOf(plan)
      .map(({ subject, resources }) => `${subject} ${resources.length}`)
      .sort(),
  ).toEqual([...second.map((address) => `${address} 1`), 'firewall 1', 'machine 1'].sort());
});
