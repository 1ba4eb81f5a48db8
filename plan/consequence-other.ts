import { actionWords } from './action-words';
import { ids, partOf, parts } from '../definition/addresses';
import { visible } from './change';
import {
  about,
  arrow,
  type Consequence,
  differs,
  effectOf,
  facts,
  few,
  otherFacts,
  say,
  type Teller,
} from './consequence';
import { isKnown } from './group';
import { kindOf, type Kind, type ResourceChange } from './plan';
import { looksSecret } from './secret-text';

interface Words {
  /** What follows, by what happens to it; a kind that is missing is told plainly. */
  readonly says?: Partial<Record<Kind, string>>;
  /** What of it is told, when it changes. */
  readonly facts?: (change: ResourceChange) => readonly string[];
  readonly paths?: (change: ResourceChange) => readonly string[];
  readonly also?: (kind: Kind) => Partial<Consequence>;
}

const addressLost =
  "anything that uses the old IP address must be updated; the environment's own records follow within 300 s";

/** A firewall's rules as people say them: `tcp 22 from 203.0.113.7/32`. */
export function rulesOf(change: ResourceChange, side: 'before' | 'after'): string[] {
  const rules = visible(change, side, 'inbound_rule');
  if (!Array.isArray(rules)) return [];
  return rules.map((rule: Record<string, unknown>) => {
    const from = [
      'source_addresses',
      'source_tags',
      'source_droplet_ids',
      'source_load_balancer_uids',
      'source_kubernetes_ids',
    ].flatMap((name) => (Array.isArray(rule[name]) ? (rule[name] as unknown[]).map(String) : []));
    return `${say(rule.protocol)}${rule.port_range ? ` ${say(rule.port_range)}` : ''} from ${from.length === 0 ? 'nowhere' : from.join(' and ')}`;
  });
}

function openedAndClosed(change: ResourceChange): string[] {
  const [before, after] = [rulesOf(change, 'before'), rulesOf(change, 'after')];
  return [
    ...after.filter((rule) => !before.includes(rule)).map((rule) => `opened: ${rule}`),
    ...before.filter((rule) => !after.includes(rule)).map((rule) => `closed: ${rule}`),
  ];
}

const threshold =
  (name: string, unit: string) =>
  (change: ResourceChange): string[] =>
    kindOf(change) === 'update' && differs(change, name)
      ? [`${say(visible(change, 'before', name))} → ${say(visible(change, 'after', name))}${unit}`]
      : [];

const words: ReadonlyMap<string, Words> = new Map(
  Object.entries<Words>({
    digitalocean_reserved_ip: {
      says: {
        create: 'stays the same from now on, whatever machine has it',
        replace: `another address: ${addressLost}`,
        delete: 'the address is given back, and somebody else will get it',
      },
      facts: (change) => (kindOf(change) === 'replace' ? facts(change, 'region') : []),
      paths: () => ['platform.region'],
      also: (kind) => (kind === 'replace' || kind === 'delete' ? { address: 'lost' } : {}),
    },
    digitalocean_reserved_ip_assignment: {
      says: {
        replace: 'some seconds without service while the address moves',
        create: 'the address leads to the machine',
        delete: 'the address leads nowhere',
      },
    },
    digitalocean_volume_attachment: {
      says: {
        replace: 'the volume is taken from the machine and given back: what writes data stops meanwhile',
        create: 'the machine gets its volume',
      },
    },
    digitalocean_domain: {
      says: {
        create: 'DigitalOcean answers for it once its registrar says so',
        replace: 'the former zone goes with all its records, also those that somebody else has put into it',
        delete: 'the zone goes with all its records, also those that somebody else has put into it',
      },
      facts: (change) =>
        kindOf(change) === 'replace'
          ? [arrow(change, 'name', 'name')]
          : [say(visible(change, kindOf(change) === 'delete' ? 'before' : 'after', 'name'))],
      paths: () => ['domain'],
    },
    digitalocean_record: {
      says: {
        update: 'seen everywhere within 300 s',
        replace: 'seen everywhere within 300 s',
        create: 'seen at once',
        delete: 'its name leads nowhere',
      },
      facts: (change) => (kindOf(change) === 'update' ? facts(change, 'value') : []),
      paths: () => ['domain'],
    },
    digitalocean_vpc: {
      says: {
        replace: 'the private network is made anew; everything in it is replaced with it',
        delete: 'the private network goes',
      },
      facts: (change) => (kindOf(change) === 'replace' ? facts(change, 'region', 'ip_range', 'name') : []),
      paths: () => ['platform.ipRange', 'platform.region'],
    },
    digitalocean_firewall: {
      says: {
        update: 'at once; connections that are open stay',
        replace: 'the machine stands without a firewall for a moment',
        delete: 'whatever carries its tag is open to everybody from then on',
        create: 'before the machine it protects',
      },
      facts: (change) =>
        kindOf(change) === 'update'
          ? openedAndClosed(change)
          : kindOf(change) === 'create'
            ? rulesOf(change, 'after').map((rule) => `opened: ${rule}`)
            : [],
      paths: (change) =>
        openedAndClosed(change).some((rule) => rule.includes('tcp 22 '))
          ? ['access.ssh.from', 'access.ssh', 'access']
          : ['access.web.from', 'access.web', 'access'],
    },
    digitalocean_tag: {
      says: {
        replace: 'firewall and alerts lose the machine until it carries the new one',
        delete: 'firewall and alerts lose what carries it',
      },
    },
    digitalocean_spaces_key: {
      says: {
        create: 'its secret half is in the state, and with those who use it',
        replace: 'the former key stops working at once',
        delete: 'it stops working at once',
        update: 'what it opens changes; the key stays',
      },
      facts: (change) => (kindOf(change) === 'update' && differs(change, 'grant') ? ['grants'] : []),
      also: (kind) => (kind === 'replace' ? { secrets: 're-created' } : {}),
    },
    digitalocean_ssh_key: {
      says: {
        create: 'known to the account; a machine reads its keys only when it is made',
        delete: 'a running machine goes on accepting it until it is replaced',
        replace: 'a running machine goes on accepting the former one until it is replaced',
      },
      paths: ({ name }) => [`access.ssh.keys.${name.replace(/^ssh-key-/, '')}`],
    },
    digitalocean_spaces_bucket_object: {
      says: {
        update: 'the machine takes it within a minute',
        create: 'the machine takes it when it boots',
        replace: 'written anew',
      },
      facts: (change) =>
        change.name === partOf(ids.agent, parts.digest) && kindOf(change) === 'update'
          ? [
              `${say(visible(change, 'before', 'content')).slice(0, 12)} → ${say(visible(change, 'after', 'content')).slice(0, 12)}`,
            ]
          : [],
    },
    digitalocean_monitor_alert: {
      says: { delete: 'nobody is told any more', update: 'in place', create: 'mail when it is above for five minutes' },
      facts: (change) => [
        ...threshold('value', ' %')(change),
        ...(differs(change, 'alerts') && kindOf(change) === 'update' ? ['who is told'] : []),
      ],
      paths: (change) => [
        ...(differs(change, 'value') ? [`alerts.${change.name.replace(/^alert-/, '')}`] : []),
        'alerts.email',
        'alerts',
      ],
    },
    digitalocean_uptime_check: {
      says: { delete: 'nobody looks from outside any more', create: 'asks every minute from two continents' },
      facts: (change) => (kindOf(change) === 'update' ? facts(change, 'target') : []),
      paths: () => ['alerts'],
    },
    digitalocean_uptime_alert: {
      says: { delete: 'nobody is told any more' },
      facts: threshold('threshold', ''),
      paths: ({ name }) =>
        name === partOf(ids.uptime, parts.certificate) ? ['alerts.certificateDays', 'alerts'] : ['alerts'],
    },
    digitalocean_project: {
      says: { delete: 'only a grouping: what was in it stays', replace: 'only a grouping: what is in it stays' },
      facts: (change) => (kindOf(change) === 'update' ? facts(change, 'name', 'environment', 'description') : []),
      paths: () => ['stage'],
    },
    digitalocean_project_resources: {
      says: {
        update: 'only a grouping',
        replace: 'only a grouping',
        create: 'only a grouping',
        delete: 'only a grouping',
      },
    },
    github_repository_environment: {
      says: {
        replace: 'its secrets and variables go, and are made anew',
        delete: 'its secrets, variables and history of deployments go',
        create: 'who may deploy, and from where',
        update: 'who may deploy, and who approves',
      },
      facts: (change) =>
        kindOf(change) === 'update'
          ? ['wait_timer', 'prevent_self_review', 'can_admins_bypass', 'reviewers']
              .filter((name) => differs(change, name))
              .map((name) => arrow(change, name, name))
          : [],
      paths: () => ['github.reviewers', 'github.waitMinutes', 'github.preventSelfReview', 'github'],
      also: (kind) => (kind === 'replace' ? { secrets: 're-created' } : {}),
    },
    github_repository_environment_deployment_policy: {
      says: {
        update: 'branches and tags that may deploy',
        create: 'branches and tags that may deploy',
        delete: 'branches and tags that may deploy',
        replace: 'branches and tags that may deploy',
      },
      paths: () => ['github.deployFrom'],
    },
    github_actions_environment_variable: {
      says: { update: 'from the next workflow run on' },
      facts: (change) => (kindOf(change) === 'update' && !secretVariable(change) ? facts(change, 'value') : []),
      paths: ({ name }) => [`github.variables.${name.replace(/^github-environment-variable-/, '')}`],
    },
    github_actions_environment_secret: {
      says: {
        create: "for the environment's workflows",
        update: 'from the next workflow run on',
        replace: 'from the next workflow run on',
        delete: 'workflows that need it fail',
      },
      paths: () => ['github.secrets'],
    },
    github_repository_deploy_key: {
      says: {
        create: 'may read the repository',
        delete: 'stops working at once',
        replace: 'the former key stops working at once',
      },
      paths: ({ name }) => [`github.deployKeys.${name.replace(/^deploy-key-/, '')}`],
    },
    github_repository_ruleset: {
      says: { delete: 'the default branch is no longer protected', update: 'rules for the default branch' },
      paths: () => ['github.defaultBranch'],
    },
    terraform_data: {
      says: { replace: 'noted; nothing else happens', create: 'noted', delete: 'noted', update: 'noted' },
    },
  }),
);

/** Terraform's own replacement of a note about something is no replacement that anybody feels. */
const felt = (change: ResourceChange): boolean =>
  change.type !== 'terraform_data' && change.type !== 'digitalocean_project_resources';

const secretVariable = (change: ResourceChange): boolean =>
  (['before', 'after'] as const).some(
    (side) =>
      looksSecret(change.name.replace(/^github-environment-variable-/, ''), say(visible(change, side, 'value'))) !==
      undefined,
  );

const plainly: Readonly<Record<Kind, string>> = {
  ...actionWords,
  replace: 'destroyed and created again',
  forget: 'stays where it is, and is no longer managed here',
};

/** Everything that has no teller of its own, by a table; what is not in the table is told plainly, with its attributes. */
export const tellOther: Teller = (group) => {
  const changes = group.changes.filter(felt);
  const leader = changes[0] ?? group.changes[0]!;
  const base = about(group);
  const kind = kindOf(leader);
  const known = words.get(leader.type);
  if (group.subject === 'convergence')
    return [{ ...base, effect: 'changed', says: 'the deploy waits again until the machine has converged' }];
  if (leader.deposed !== undefined)
    return [
      {
        ...base,
        effect: 'changed',
        says: 'what an unfinished replacement has left behind is removed; the one that took its place stays',
      },
    ];
  if (leader.previousAddress !== undefined && kind === 'no-op')
    return [
      {
        ...base,
        effect: 'moved',
        what: `${leader.previousAddress} → ${leader.address}`,
        says: 'known by another address; nothing happens to it',
      },
    ];
  if (leader.importing !== undefined && (kind === 'no-op' || kind === 'update'))
    return [
      { ...base, effect: 'changed', what: 'taken over', says: 'it exists already, and is managed here from now on' },
    ];
  const own = changes.flatMap((change) => words.get(change.type)?.facts?.(change) ?? []);
  // a change that has no words is told by its attributes; of a change to something else these are only its traces
  const told =
    own.length > 0 || (known && kind !== 'update') || !felt(leader) || secretVariable(leader)
      ? own
      : otherFacts(leader);
  const effect = felt(leader) ? effectOf(kind) : 'changed';
  const reason =
    isKnown(leader.type) || effect === 'changed' || effect === 'created'
      ? ''
      : `; nothing is known here about ${leader.type}: read its provider's page first`;
  return [
    {
      ...base,
      effect,
      what: few(told),
      says: `${known?.says?.[kind] ?? plainly[kind]}${reason}`,
      paths: known?.paths?.(leader) ?? [],
      ...(known?.also?.(kind) ?? {}),
    },
  ];
};
