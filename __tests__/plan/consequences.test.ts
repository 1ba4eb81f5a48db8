import { isChange } from '../../plan/change';
import { consequencesOf, countedWords } from '../../plan/consequences';
import { row, type Row } from './a-consequence';
import { type RealPlan, realPlan, realPlans } from './a-plan';

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
      ['created', 'network', '', 'created', '', 1],
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
      ['created', 'project', '', 'created', '', 2],
      ['created', 'tag', '', 'created', '', 1],
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
        "another address: anything that uses the old IP address must be updated; the environment's own records follow within 300 s",
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
