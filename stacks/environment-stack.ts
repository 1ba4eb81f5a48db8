import { createHash } from 'node:crypto';
import { Tag } from '@cdktf/provider-digitalocean/lib/tag';
import { Annotations } from 'cdktf';
import type { Construct } from 'constructs';
import { AgentObjects } from '../constructs/agent-objects';
import { BucketKey } from '../constructs/bucket-key';
import { ConfigObject } from '../constructs/config-object';
import { Convergence } from '../constructs/convergence';
import { DataVolume } from '../constructs/data-volume';
import { DefaultBranch } from '../constructs/default-branch';
import { DeployKeys } from '../constructs/deploy-keys';
import { Domain } from '../constructs/domain';
import { EnvironmentBuckets } from '../constructs/environment-buckets';
import { Firewall, fromEverywhere } from '../constructs/firewall';
import { GitHubEnvironment } from '../constructs/github-environment';
import { GitHubSecrets } from '../constructs/github-secrets';
import { Machine } from '../constructs/machine';
import { MachineAlerts } from '../constructs/machine-alerts';
import { ManagedUrls } from '../constructs/managed-urls';
import { Network } from '../constructs/network';
import { Project } from '../constructs/project';
import { PublicAddress } from '../constructs/public-address';
import { SshKeys } from '../constructs/ssh-keys';
import { Stack } from '../constructs/stack';
import { Succession } from '../constructs/succession';
import { withReferences } from '../constructs/terraform-text';
import { Uptime } from '../constructs/uptime';
import { ids } from '../definition/addresses';
import type { Environment } from '../definition/resolve';
import type { State } from '../definition/state';
import { agentBundle, awaitBundle, successionBundle } from '../templates/agent-bundle';
import { renderUserData } from '../templates/boot/user-data';
import { renderDesired } from '../templates/desired';
import { desiredKey } from '../contract/desired';
import { managedKey } from '../contract/managed';
import { layFrame } from './frame';
import { ManagedDatastores } from './managed-datastores';

/** One environment: everything on DigitalOcean and GitHub that its file asks for. */
export class EnvironmentStack extends Stack {
  constructor(scope: Construct, environment: Environment, state: State) {
    super(scope, environment.name);
    const { name, domain, platform, access, github, alerts, names, protected: protect } = environment;
    const { region } = platform;
    const [owner, repository] = github.repository.split('/') as [string, string];

    layFrame(this, state, owner);

    const tag = new Tag(this, ids.tag, { name: names.tag });
    const network = new Network(this, ids.network, { name: names.network, region, ipRange: platform.ipRange });
    const firewall = new Firewall(this, ids.firewall, {
      name: names.firewall,
      tag: tag.name,
      webFrom: access.web?.from ?? fromEverywhere,
      sshFrom: access.ssh?.from ?? [],
    });
    const buckets = new EnvironmentBuckets(this, ids.buckets, {
      region,
      protect,
      keepDays: environment.backups.keepDays,
      names: { config: names.configBucket, exchange: names.exchangeBucket, backups: names.backupsBucket },
    });
    const machineKey = new BucketKey(this, ids.machineKey, {
      name: `${names.machine}-machine`,
      grants: [
        { bucket: buckets.config, permission: 'read' },
        { bucket: buckets.exchange, permission: 'readwrite' },
        { bucket: buckets.backups, permission: 'readwrite' },
      ],
    });
    const ciKey = new BucketKey(this, ids.ciKey, {
      name: `${names.machine}-ci`,
      grants: [{ bucket: buckets.exchange, permission: 'readwrite' }],
    });

    const sshKeys = new SshKeys(this, ids.sshKey, { prefix: names.machine, keys: access.ssh?.keys ?? {} });
    const machine = new Machine(this, ids.machine, {
      name: names.machine,
      region,
      size: platform.size,
      image: platform.image,
      generation: platform.generation,
      networkId: network.id,
      tag: tag.name,
      sshKeyIds: sshKeys.ids,
      backups: platform.backups,
      userData: userData(environment, machineKey),
      // never a moment without its firewall
      after: [firewall.resource],
    });
    const volume = new DataVolume(this, ids.dataVolume, {
      name: names.volume,
      region,
      size: platform.volume.size,
      machine,
      protect,
    });
    const address = new PublicAddress(this, ids.publicAddress, { region, machine, after: [volume.attachment] });
    new Succession(this, ids.succession, {
      exchange: buckets.exchange,
      region,
      machine,
      path: successionBundle().path,
      after: [volume.attachment, address.assignment],
    });
    const zone = new Domain(this, ids.domain, { name: domain, hosts: hostsOf(environment), address: address.ipv4 });
    const datastores = new ManagedDatastores(this, ids.managed, environment, { networkId: network.id, tag: tag.name });
    if (Object.keys(datastores.urls).length > 0)
      new ManagedUrls(this, ids.managedUrls, {
        bucket: buckets.config,
        region,
        key: managedKey,
        urls: datastores.urls,
      });
    const desired = renderDesired(environment);
    const desiredObject = new ConfigObject(this, ids.desired, {
      bucket: buckets.config,
      region,
      key: desiredKey,
      text: desired,
    });
    const agent = new AgentObjects(this, ids.agent, { bucket: buckets.config, region, ...agentBundle() });
    new Convergence(this, ids.convergence, {
      exchange: buckets.exchange,
      region,
      desired: createHash('sha256').update(desired).digest('hex'),
      agent: agentBundle().digest,
      machine,
      path: awaitBundle().path,
      after: [desiredObject.resource, agent.resource, volume.attachment, address.assignment],
    });
    new Project(this, ids.project, {
      name: names.project,
      description: `${environment.product}, ${name}`,
      stage: environment.stage,
      resources: [
        machine.urn,
        volume.urn,
        zone.urn,
        buckets.config.urn,
        buckets.exchange.urn,
        buckets.backups.urn,
        ...datastores.urns,
      ],
    });

    if (alerts) {
      new MachineAlerts(this, ids.alert, { tag: tag.name, environment: names.machine, ...alerts });
      new Uptime(this, ids.uptime, {
        name: names.machine,
        url: `https://${domain}/`,
        email: alerts.email,
        certificateDays: alerts.certificateDays,
      });
    }

    const deployments = new GitHubEnvironment(this, ids.githubEnvironment, {
      repository,
      environment: name,
      deployFrom: github.deployFrom,
      reviewers: github.reviewers,
      preventSelfReview: github.preventSelfReview,
      waitMinutes: github.waitMinutes,
      variables: { BERTH_EXCHANGE_BUCKET: buckets.exchange.name, BERTH_REGION: region, ...github.variables },
    });
    new GitHubSecrets(this, ids.githubSecret, {
      environment: deployments,
      sealed: Object.fromEntries(
        github.secrets.flatMap((secret) => {
          const sealed = environment.sealed[secret]?.github;
          return sealed ? [[secret, sealed]] : [];
        }),
      ),
      made: { BERTH_SPACES_ACCESS_KEY_ID: ciKey.accessKey, BERTH_SPACES_SECRET_ACCESS_KEY: ciKey.secretKey },
    });
    new DeployKeys(this, ids.deployKey, { repository, environment: name, keys: github.deployKeys });
    if (github.defaultBranch) new DefaultBranch(this, ids.defaultBranch, { repository, ...github.defaultBranch });

    if (access.web)
      Annotations.of(this).addWarning(
        'access.web: port 80 stays open to everybody, because the authority that issues certificates asks there, from addresses that it does not publish; it leads to HTTPS, and shows nothing of the product',
      );
    // an error would be too much: the keys that secrets are sealed to exist only after the first deploy
    for (const [where, why] of sharedUnsaid(environment)) Annotations.of(this).addWarning(`${where}: ${why}`);
    for (const [where, secret] of withoutValue(environment))
      Annotations.of(this).addWarning(`${where}: ${secret} has no value yet: npx berth secret set ${name} ${secret}`);
  }
}

const withoutValue = ({ github, services, registries, sealed }: Environment): [string, string][] => [
  ...github.secrets
    .filter((secret) => !sealed[secret]?.github)
    .map((secret): [string, string] => ['github.secrets', secret]),
  ...services.flatMap((service) =>
    service.secrets
      .filter((secret) => !sealed[secret]?.machine)
      .map((secret): [string, string] => [`services.${service.name}.secrets`, secret]),
  ),
  ...Object.entries(registries)
    .filter(([, { secret }]) => !sealed[secret]?.machine)
    .map(([host, { secret }]): [string, string] => [`registries["${host}"]`, secret]),
];

/** Who shares Redis without having said so, and who may mean to and does not. DigitalOcean's Valkey has one user for all services. */
const sharedUnsaid = ({ services, datastores }: Environment): [string, string][] =>
  datastores.flatMap(({ name, placement, shared }): [string, string][] => {
    const users = services
      .filter(({ needs }) => needs.includes(name))
      .map((service) => service.name)
      .join(', ');
    if (name !== 'redis' || !users.includes(', ')) return [];
    if (placement !== 'machine')
      return shared
        ? []
        : [
            [
              'platform.datastores.redis',
              `a managed Redis has one user and one database: ${users} read and write each other's keys. Say datastores: { redis: { version: 8, shared: true } }, or leave Redis on the machine`,
            ],
          ];
    return shared === undefined
      ? [
          [
            'datastores.redis',
            `${users} have a database each and read nothing of each other's. Say datastores: { redis: { version: 8, shared: true } } if one hands jobs to another, and shared: false if they are meant to be apart`,
          ],
        ]
      : [];
  });

const hostsOf = ({ services }: Environment): string[] =>
  [...new Set(services.flatMap((service) => service.route?.host ?? []))].sort();

// the template gets marks, and the marks become references only after the text was escaped
const marks = { accessKey: '@@SPACES_ACCESS_KEY@@', secretKey: '@@SPACES_SECRET_KEY@@' } as const;

function userData({ names, platform, datastores }: Environment, key: BucketKey): string {
  const onMachine = (name: string) => datastores.some((store) => store.name === name && store.placement === 'machine');
  const text = renderUserData({
    hostname: names.machine,
    generation: platform.generation,
    volume: names.volume,
    swap: platform.swap,
    postgres: onMachine('postgres'),
    redis: onMachine('redis'),
    spaces: {
      endpoint: `https://${platform.region}.digitaloceanspaces.com`,
      configBucket: names.configBucket,
      exchangeBucket: names.exchangeBucket,
      backupsBucket: names.backupsBucket,
      ...marks,
    },
  });
  return withReferences(text, { [marks.accessKey]: key.accessKey, [marks.secretKey]: key.secretKey });
}
