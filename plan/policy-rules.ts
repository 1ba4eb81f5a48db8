import { visible } from './change';
import { keepsItsName, smallerNodes } from './consequence-data';
import { smallerDisk } from './consequence-machine';
import { readDesired } from './desired-diff';
import { kindOf, type Plan, type ResourceChange } from './plan';
import type { Finding, Policy, PolicyContext } from './policy-rule';
import { looksSecret } from './secret-text';
import { generationsOf, withSuccession } from './succession';

const managed = (plan: Plan, ...types: readonly string[]): ResourceChange[] =>
  withSuccession(plan).filter(
    ({ mode, type, deposed }) => mode === 'managed' && types.includes(type) && deposed === undefined,
  );
const gone = (change: ResourceChange): boolean => ['delete', 'replace'].includes(kindOf(change));
/** What will be there after the plan, changed or not. */
const remaining = (plan: Plan, ...types: readonly string[]): ResourceChange[] =>
  managed(plan, ...types).filter(({ after }) => after !== null);
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

const isProduction = ({ plan }: PolicyContext): boolean =>
  remaining(plan, 'digitalocean_project').some((project) => visible(project, 'after', 'environment') === 'Production');
const isEnding = ({ plan }: PolicyContext): boolean =>
  !plan.changes.some(({ mode, after }) => mode === 'managed' && after !== null);

const everywhere: ReadonlySet<string> = new Set(['0.0.0.0/0', '::/0']);
const holdsData = [
  'digitalocean_volume',
  'digitalocean_spaces_bucket',
  'digitalocean_database_cluster',
  'digitalocean_database_db',
] as const;
/** What forces something that holds data to be made anew. */
const dataPaths = (change: ResourceChange): string[] =>
  visible(change, 'before', 'region') !== visible(change, 'after', 'region')
    ? ['platform.region']
    : change.type === 'digitalocean_spaces_bucket'
      ? ['platform.bucketPrefix', 'name']
      : ['name'];

/** The rules, a table: what each is about is in docs/policies.md, under its id. */
export const rules: readonly Policy[] = [
  {
    id: 'data-destroyed',
    level: 'error',
    title: 'data would be destroyed, so have a copy elsewhere first',
    check: ({ plan }) =>
      managed(plan, ...holdsData)
        .filter(gone)
        .map((change) => ({
          message: `${change.address} is ${kindOf(change) === 'delete' ? 'destroyed' : 'replaced by an empty one'}`,
          address: change.address,
          paths: kindOf(change) === 'delete' ? [] : dataPaths(change),
        })),
  },
  {
    id: 'machine-replaced-without-generation',
    level: 'error',
    title: 'a machine is replaced though nobody raised its generation',
    check: (context) =>
      isEnding(context)
        ? []
        : managed(context.plan, 'digitalocean_droplet')
            .filter((droplet) => gone(droplet) && !isRaised(droplet))
            .map((droplet) => {
              const forcing = droplet.replacePaths
                .map((path) => String(path[0]))
                .filter((name, _, all) => name !== 'vpc_uuid' || all.length === 1)
                .join(', ');
              return {
                message: `${droplet.address} is ${kindOf(droplet) === 'delete' ? 'destroyed' : 'replaced'}${forcing === '' ? '' : ` because of ${forcing}`}: raise \`platform.generation\` if it is meant`,
                address: droplet.address,
                paths: [...droplet.replacePaths.map((path) => `platform.${String(path[0])}`), 'platform.generation'],
              };
            }),
  },
  {
    id: 'refused-by-digitalocean',
    level: 'error',
    title: 'DigitalOcean would refuse it, after other changes were applied',
    check: ({ plan }) => [
      ...managed(plan, 'digitalocean_droplet').flatMap((droplet) => {
        const why = smallerDisk(droplet);
        return why === undefined
          ? []
          : [
              {
                message: `${droplet.address} cannot be resized: ${why}; raise \`platform.generation\` in the same edit, or take a size with as large a disk`,
                address: droplet.address,
                paths: ['platform.size'],
              },
            ];
      }),
      ...managed(plan, 'digitalocean_database_cluster').flatMap((cluster) => {
        const [before, after] = (['before', 'after'] as const).map((side) => Number(visible(cluster, side, 'version')));
        const engine = String(visible(cluster, 'after', 'engine')).replace('pg', 'postgres');
        return kindOf(cluster) === 'update' && after! < before!
          ? [
              {
                message: `${cluster.address} cannot go back from version ${before} to ${after}: take the version back, or make another environment and restore a dump into it`,
                address: cluster.address,
                paths: [`datastores.${engine}`],
              },
            ]
          : [];
      }),
      ...managed(plan, 'digitalocean_database_cluster')
        .filter(smallerNodes)
        .map((cluster) => ({
          message: `${cluster.address} cannot be resized from ${String(visible(cluster, 'before', 'size'))} to ${String(visible(cluster, 'after', 'size'))}, whose nodes are smaller: keep its size, or make another environment and restore a dump into it`,
          address: cluster.address,
          paths: [
            `platform.datastores.${String(visible(cluster, 'after', 'engine')) === 'pg' ? 'postgres' : 'redis'}.managed.size`,
          ],
        })),
      ...managed(plan, 'digitalocean_spaces_bucket')
        .filter(keepsItsName)
        .map((bucket) => ({
          message: `${bucket.address} cannot be made again as ${JSON.stringify(visible(bucket, 'after', 'name'))}: Spaces keeps the name of a destroyed bucket for two weeks or more; set another \`platform.bucketPrefix\` in the same edit`,
          address: bucket.address,
          paths: ['platform.region'],
        })),
    ],
  },
  {
    id: 'open-to-everywhere',
    level: 'error',
    title: 'a port other than 80 and 443 is open to everybody',
    check: ({ plan }) => [
      ...remaining(plan, 'digitalocean_firewall').flatMap(openRules),
      ...remaining(plan, 'digitalocean_database_firewall').flatMap(openDatabases),
    ],
  },
  {
    id: 'public-bucket',
    level: 'error',
    title: 'a bucket or an object is public',
    check: ({ plan }) => [
      ...remaining(plan, 'digitalocean_spaces_bucket', 'digitalocean_spaces_bucket_object')
        .filter((one) => !['private', undefined].includes(visible(one, 'after', 'acl') as string | undefined))
        .map((one) => ({
          message: `${one.address} has acl ${String(visible(one, 'after', 'acl'))}: everybody can read it; make it "private"`,
          address: one.address,
        })),
      ...remaining(plan, 'digitalocean_spaces_bucket_policy')
        .filter((one) =>
          /"Principal"\s*:\s*("\*"|\{\s*"AWS"\s*:\s*\[?\s*"\*")/.test(String(visible(one, 'after', 'policy') ?? '')),
        )
        .map((one) => ({ message: `${one.address} lets everybody in: name who may`, address: one.address })),
    ],
  },
  {
    id: 'plaintext-secret',
    level: 'error',
    title: 'a secret in the clear',
    check: ({ plan }) => [
      ...remaining(plan, 'digitalocean_spaces_bucket_object').flatMap(plainVariables),
      ...remaining(plan, 'github_actions_environment_variable').flatMap(plainGitHubVariable),
      ...remaining(plan, 'github_actions_environment_secret', 'github_actions_secret').flatMap(plainGitHubSecret),
    ],
  },
  {
    id: 'region-change',
    level: 'error',
    title: 'another region',
    check: ({ plan }) => {
      const moving = managed(
        plan,
        'digitalocean_droplet',
        'digitalocean_volume',
        'digitalocean_spaces_bucket',
        'digitalocean_database_cluster',
      ).filter((change) => {
        const [before, after] = [visible(change, 'before', 'region'), visible(change, 'after', 'region')];
        return before !== undefined && after !== undefined && before !== after;
      });
      const [first] = moving;
      return first === undefined
        ? []
        : [
            {
              message: `${moving.length === 1 ? '1 resource moves' : `${moving.length} resources move`} from ${String(visible(first, 'before', 'region'))} to ${String(visible(first, 'after', 'region'))}, and data does not move along: make another environment there, move the data, then destroy this one`,
              address: first.address,
              paths: ['platform.region'],
            },
          ];
    },
  },
  {
    id: 'backups-off',
    level: 'warning',
    title: 'no backups of a machine that holds data',
    check: ({ plan }) =>
      remaining(plan, 'digitalocean_volume').length === 0
        ? []
        : remaining(plan, 'digitalocean_droplet')
            .filter((droplet) => visible(droplet, 'after', 'backups') === false)
            .map((droplet) => ({
              message: `DigitalOcean keeps no copies of ${droplet.address}'s disk: set \`platform.backups\` to "weekly" or "daily"`,
              address: droplet.address,
              paths: ['platform.backups'],
            })),
  },
  {
    id: 'unpinned-image',
    level: 'warning',
    title: 'an image that can change under the same name',
    check: ({ plan }) =>
      remaining(plan, 'digitalocean_spaces_bucket_object').flatMap((object) =>
        Object.entries(readDesired(visible(object, 'after', 'content'))?.services ?? {})
          .filter(([, { image = '' }]) => /:[\w.-]+$/.test(image) && !image.includes('@sha256:'))
          .map(([name, { image }]) => ({
            message: `${name} names a tag, ${image!}: name the repository alone, and let releases say which digest runs`,
            address: object.address,
            paths: [`services.${name}.image`],
          })),
      ),
  },
  {
    id: 'unprotected',
    level: 'warning',
    title: 'a production environment that may be destroyed',
    check: (context) =>
      !isProduction(context)
        ? []
        : remaining(context.plan, 'digitalocean_spaces_bucket')
            .filter((bucket) => visible(bucket, 'after', 'force_destroy') === true)
            .slice(0, 1)
            .map((bucket) => ({
              message:
                'Terraform would destroy its volume, buckets and databases when asked to: take `protected: false` out',
              address: bucket.address,
              paths: ['protected'],
            })),
  },
  {
    id: 'no-uptime-check',
    level: 'warning',
    title: 'production has no uptime check',
    check: (context) =>
      !isProduction(context) || remaining(context.plan, 'digitalocean_uptime_check').length > 0
        ? []
        : [
            {
              message:
                'there is no uptime check, so nobody is told when the site is down: declare `alerts: { email: [ … ] }`',
              paths: ['alerts', 'name'],
            },
          ],
  },
];

function isRaised(droplet: ResourceChange): boolean {
  const [from, to] = generationsOf(droplet) ?? [1, 1];
  return to > from;
}

function openRules(firewall: ResourceChange): Finding[] {
  const inbound = visible(firewall, 'after', 'inbound_rule');
  return (Array.isArray(inbound) ? (inbound as Record<string, unknown>[]) : []).flatMap((rule) => {
    const from = texts(rule.source_addresses).filter((address) => everywhere.has(address));
    const port = typeof rule.port_range === 'string' ? rule.port_range : '';
    if (from.length === 0 || rule.protocol === 'icmp' || port === '80' || port === '443') return [];
    return [
      {
        message: `${firewall.address} lets ${from.join(' and ')} reach ${String(rule.protocol)} ${port === '' ? 'on every port' : port}: name the addresses that need it`,
        address: firewall.address,
        paths: port === '22' ? ['access.ssh.from', 'access.ssh'] : ['access.web.from', 'access'],
      },
    ];
  });
}

function openDatabases(firewall: ResourceChange): Finding[] {
  const inbound = visible(firewall, 'after', 'rule');
  return (Array.isArray(inbound) ? (inbound as Record<string, unknown>[]) : [])
    .filter((rule) => rule.type === 'ip_addr' && everywhere.has(String(rule.value)))
    .map((rule) => ({
      message: `${firewall.address} lets ${String(rule.value)} reach the database: name the machine's tag`,
      address: firewall.address,
    }));
}

function plainVariables(object: ResourceChange): Finding[] {
  return Object.entries(readDesired(visible(object, 'after', 'content'))?.services ?? {}).flatMap(
    ([service, { variables = {} }]) =>
      Object.entries(variables).flatMap(([name, value]) => {
        const why = looksSecret(name, String(value));
        return why === undefined
          ? []
          : [
              {
                message: `${name} of ${service} stands in the clear (${why}): name it under \`secrets\`, and seal it with \`npx berth secret set\``,
                address: object.address,
                paths: [`services.${service}.variables.${name}`],
              },
            ];
      }),
  );
}

function plainGitHubVariable(variable: ResourceChange): Finding[] {
  const name = String(visible(variable, 'after', 'variable_name') ?? variable.name);
  const why = looksSecret(name, String(visible(variable, 'after', 'value') ?? ''));
  return why === undefined
    ? []
    : [
        {
          message: `${name} at GitHub can be read by everybody who can read its workflows' logs (${why}): name it under \`github.secrets\``,
          address: variable.address,
          paths: [`github.variables.${name}`],
        },
      ];
}

/** A value that Terraform does not hide comes from a file, and not from another resource. */
function plainGitHubSecret(secret: ResourceChange): Finding[] {
  const plain = (secret.after as { plaintext_value?: unknown } | null)?.plaintext_value;
  const marked =
    secret.afterSensitive === true ||
    (secret.afterSensitive as { plaintext_value?: unknown } | undefined)?.plaintext_value === true;
  return typeof plain === 'string' && plain !== '' && !marked
    ? [
        {
          message: `${secret.address} has its value in the clear: seal it with \`npx berth secret set\``,
          address: secret.address,
        },
      ]
    : [];
}
