import { isChange } from '../../plan/change';
import type { Consequence } from '../../plan/consequence';
import { consequencesOf, countedWords } from '../../plan/consequences';
import { aPlan, type Entry, type RealPlan, realPlan, realPlans } from './a-plan';

type Row = readonly [effect: string, subject: string, what: string, says: string, fates: string, resources: number];

const row = ({ effect, subject, what = '', says, data, address, secrets, resources }: Consequence): Row => [
  effect,
  subject,
  what,
  says,
  [data && `data ${data}`, address && `address ${address}`, secrets && `secrets ${secrets}`].filter(Boolean).join(', '),
  resources.length,
];

test.each<[RealPlan, string, Row[]]>([
  [
    'new',
    'everything created: 34 resources',
    [
      ['created', 'machine', 's-2vcpu-4gb in fra1', 'boots and converges in two to three minutes', '', 7],
      ['created', 'data volume', '20 GiB', 'empty, formatted when the machine first mounts it', '', 1],
      ['created', 'backups bucket', 'asset-archive-staging-backups', 'private', '', 2],
      ['created', 'config bucket', 'asset-archive-staging-config', 'private', '', 2],
      ['created', 'exchange bucket', 'asset-archive-staging-exchange', 'private', '', 2],
      ['created', 'services', 'web, api, worker, cms, report', 'each waits for its first release', '', 1],
      ['created', 'public address', '', 'stays the same from now on, whatever machine has it', '', 1],
      ['created', 'domain', 'staging.acme.example', 'DigitalOcean answers for it once its registrar says so', '', 3],
      ['created', 'network', '', 'made', '', 1],
      [
        'created',
        'firewall',
        'opened: tcp 443 from 0.0.0.0/0 and ::/0, opened: udp 443 from 0.0.0.0/0 and ::/0, opened: tcp 80 from 0.0.0.0/0 and ::/0, opened: icmp from 0.0.0.0/0 and ::/0',
        'before the machine it protects',
        '',
        1,
      ],
      ['created', "CI's key", '', 'its secret half is in the state, and with those who use it', '', 3],
      ['created', "the machine's key", '', 'its secret half is in the state, and with those who use it', '', 1],
      ['created', 'agent', '', 'the machine takes it when it boots', '', 2],
      ['created', 'project', '', 'made', '', 2],
      ['created', 'tag', '', 'made', '', 1],
      ['created', 'GitHub environment', '', 'who may deploy, and from where', '', 4],
    ],
  ],
  [
    'generation',
    'machine generation 1 → 2, replaced',
    [
      [
        'replaced',
        'machine',
        'generation 1 → 2',
        'it boots beside the former one, which serves meanwhile; then about a minute without service; volume, address and data stay',
        'data kept, address kept',
        14,
      ],
    ],
  ],
  [
    'memory',
    'api memory 256 → 384 MiB, in place',
    [['changed', 'api', 'memory 256 → 384 MiB', 'rolled out start-first, nobody notices', '', 2]],
  ],
  [
    'resize',
    'machine size s-2vcpu-4gb → s-4vcpu-8gb, interrupted',
    [
      [
        'interrupted',
        'machine',
        'size s-2vcpu-4gb → s-4vcpu-8gb',
        'about a minute without service: it is switched off, resized and switched on; disk, volume, address and data stay',
        'data kept, address kept',
        1,
      ],
    ],
  ],
  [
    'bucket-renamed',
    '3 buckets replaced',
    [
      [
        'replaced',
        'backups bucket',
        'name asset-archive-staging-backups → other-staging-backups',
        'every backup in it is lost, its older versions too; an empty one takes its place; the machine goes on asking for the former one until its generation is raised',
        'data lost',
        5,
      ],
      [
        'replaced',
        'config bucket',
        'name asset-archive-staging-config → other-staging-config',
        'former versions of the desired state are lost; an empty one takes its place; the machine goes on asking for the former one until its generation is raised',
        'data lost',
        8,
      ],
      [
        'replaced',
        'exchange bucket',
        'name asset-archive-staging-exchange → other-staging-exchange',
        "releases, the machine's reports and kept logs are lost; services go on with the images they have, and want a release each; an empty one takes its place; the machine goes on asking for the former one until its generation is raised",
        'data lost',
        2,
      ],
    ],
  ],
  [
    'region',
    '1 machine replaced, 1 volume replaced, 3 buckets replaced, 1 address replaced, 1 network replaced',
    [
      [
        'replaced',
        'machine',
        'region fra1 → ams3',
        "two to three minutes without service; volume, data and address are lost, and secrets must be sealed to the new machine's key",
        'data lost, address lost, secrets re-created',
        7,
      ],
      [
        'replaced',
        'data volume',
        'region fra1 → ams3',
        "every byte on it is lost: databases, uploads, certificates, and the machine's own key; an empty one takes its place",
        'data lost, secrets re-created',
        1,
      ],
      [
        'replaced',
        'backups bucket',
        'region fra1 → ams3',
        'every backup in it is lost, its older versions too; Spaces refuses another one of its name for two weeks or more',
        'data lost',
        1,
      ],
      [
        'replaced',
        'config bucket',
        'region fra1 → ams3',
        'former versions of the desired state are lost; Spaces refuses another one of its name for two weeks or more',
        'data lost',
        5,
      ],
      [
        'replaced',
        'exchange bucket',
        'region fra1 → ams3',
        "releases, the machine's reports and kept logs are lost; services go on with the images they have, and want a release each; Spaces refuses another one of its name for two weeks or more",
        'data lost',
        1,
      ],
      [
        'replaced',
        'public address',
        'region fra1 → ams3',
        "another address: whoever has written the address down must learn the new one; the environment's own records follow within 300 s",
        'address lost',
        3,
      ],
      [
        'replaced',
        'network',
        'region fra1 → ams3',
        'the private network is made anew; everything in it is replaced with it',
        '',
        1,
      ],
    ],
  ],
  [
    'destroyed',
    'everything destroyed: 34 resources',
    [
      [
        'destroyed',
        'machine',
        's-2vcpu-4gb in fra1',
        'nothing serves any more; its data and its address are lost',
        'data lost, address lost, secrets re-created',
        7,
      ],
      [
        'destroyed',
        'data volume',
        '20 GiB',
        "every byte on it is lost: databases, uploads, certificates, and the machine's own key",
        'data lost, secrets re-created',
        1,
      ],
      [
        'destroyed',
        'backups bucket',
        'asset-archive-staging-backups',
        'every backup in it is lost, its older versions too',
        'data lost',
        2,
      ],
      [
        'destroyed',
        'config bucket',
        'asset-archive-staging-config',
        'former versions of the desired state are lost',
        'data lost',
        2,
      ],
      [
        'destroyed',
        'exchange bucket',
        'asset-archive-staging-exchange',
        "releases, the machine's reports and kept logs are lost; services go on with the images they have, and want a release each",
        'data lost',
        2,
      ],
      [
        'destroyed',
        'public address',
        '',
        'the address is given back, and somebody else will get it',
        'address lost',
        1,
      ],
      [
        'destroyed',
        'domain',
        'staging.acme.example',
        'the zone goes with all its records, also those that somebody else has put into it',
        '',
        3,
      ],
      ['destroyed', 'network', '', 'the private network goes', '', 1],
      ['destroyed', 'firewall', '', 'whatever carries its tag is open to everybody from then on', '', 1],
      ['destroyed', "CI's key", '', 'it stops working at once', '', 3],
      ['destroyed', "the machine's key", '', 'it stops working at once', '', 1],
      ['destroyed', 'agent', '', 'destroyed', '', 2],
      ['destroyed', 'services', '', 'the machine has nothing left to converge to', '', 1],
      ['destroyed', 'project', '', 'only a grouping: what was in it stays', '', 2],
      ['destroyed', 'tag', '', 'firewall and alerts lose what carries it', '', 1],
      ['destroyed', 'GitHub environment', '', 'its secrets, variables and history of deployments go', '', 4],
    ],
  ],
  [
    'drift',
    'firewall closed: tcp 5432 from 0.0.0.0/0, in place',
    [['changed', 'firewall', 'closed: tcp 5432 from 0.0.0.0/0', 'at once; connections that are open stay', '', 1]],
  ],
  [
    'managed',
    'managed postgres size db-s-1vcpu-2gb → db-s-2vcpu-4gb, nodes 2 → 1, interrupted',
    [
      [
        'interrupted',
        'managed postgres',
        'size db-s-1vcpu-2gb → db-s-2vcpu-4gb, nodes 2 → 1',
        'DigitalOcean moves it to other nodes while it serves; connections break off once, for some seconds; data stays',
        'data kept',
        1,
      ],
    ],
  ],
])('the plan "%s" is told in words that a person can act on: %s', (name, verdict, rows) => {
  const plan = realPlan(name);
  const told = consequencesOf(plan);
  expect(told.map(row)).toEqual(rows);
  expect(countedWords(told, plan)).toBe(verdict);
});

test.each(realPlans)('in the plan "%s" no resource that changes is left out', (name) => {
  const plan = realPlan(name);
  const told = new Set(consequencesOf(plan).flatMap(({ resources }) => resources));
  expect(
    plan.changes
      .filter((change) => change.mode === 'managed' && isChange(change))
      .map(({ address }) => address)
      .filter((address) => !told.has(address)),
  ).toEqual([]);
});

const told = (...entries: Entry[]): Row[] => consequencesOf(aPlan(entries)).map(row);
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
        "destroyed and made anew; nothing is known here about acme_gadget: read its provider's page first",
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
      ['changed', 'acme_gadget.a', 'key (sensitive value) → (sensitive value), a 1 → 2', 'in place', '', 1],
    ],
    [
      'more attributes than a line takes',
      {
        address: 'acme_gadget.a',
        before: { a: 1, b: 1, c: 1, d: 1, e: 1, f: 1 },
        after: { a: 2, b: 2, c: 2, d: 2, e: 2, f: 2 },
      },
      ['changed', 'acme_gadget.a', 'a 1 → 2, b 1 → 2, c 1 → 2, d 1 → 2 and 2 more', 'in place', '', 1],
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
