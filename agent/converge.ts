import { join } from 'node:path';
import type { DatastoreName } from '../contract/desired';
import type { Desired, DesiredService } from '../contract/desired';
import type { ServiceReport } from '../contract/report';
import { type JobUnits, jobUnits } from './render/job-unit';
import { proxyName, proxyOf } from './render/proxy';
import { isLongRunning, prefix, servicesNetwork, serviceSpec } from './render/service-spec';
import { credentials } from './credentials';
import type { Docker, Login } from './docker';
import { convergeFirewall } from './steps/firewall';
import type { Host } from './host';
import { ensureImage, fetchImages } from './images';
import { datastoreEnvironment } from './datastore-environment';
import { convergeJobs, jobFiles, jobReport } from './steps/jobs';
import { releaseVolume } from './release-volume';
import { convergeRestarts } from './steps/restarts';
import type { Releases } from './ledger';
import { convergePostgres } from './steps/postgres';
import { convergeProxy } from './steps/proxy';
import { convergeRedis } from './steps/redis';
import { Rollout, type RolloutOptions, type Verdict } from './rollout';
import { Secrets } from './steps/secrets';
import { claimVolume, isMounted, ownFolder, type VolumePlaces, volumeFolder } from './steps/volume';

export interface ConvergerOptions {
  readonly machine: Host;
  readonly docker: Docker;
  /** What it remembers on the machine's own disk. */
  readonly folder: string;
  readonly places?: VolumePlaces;
  /** How patiently rollouts are watched. */
  readonly pace?: Pick<RolloutOptions, 'interval' | 'timeout' | 'settle'>;
  readonly log: (line: string) => void;
}

/** What converging needs beside the desired state. */
export interface Inputs {
  /** By service, the image that releases decided. */
  readonly images: Readonly<Record<string, string>>;
  /** The same for one service when its turn has come; nothing while a release of it is under way, which brings it there itself. */
  readonly imageNow?: (service: string) => string | undefined;
  /** By service and variable, URLs of managed datastores. */
  readonly managed: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What of a service only the machine knows, and why it cannot be brought up, if it cannot. */
interface Prepared {
  /** What its containers find, secrets among it. */
  readonly variables: Record<string, string>;
  readonly blocked?: string;
}

interface Facts {
  readonly gateway: string;
  readonly subnet: string;
  readonly cpuLimits: boolean;
  readonly network: string;
}

export interface Converged {
  /** What is not as it shall be, each with where; empty when everything is. */
  readonly problems: readonly string[];
  readonly verdicts: Readonly<Record<string, Verdict>>;
}

/** Brings the machine to what is desired. Every step finds out what differs and changes only that; one that fails holds up only what needs it. */
export class Converger {
  private readonly rollout: Rollout;
  private readonly secrets: Secrets;
  private images: Readonly<Record<string, string>> = {};
  private logins: readonly Login[] = [];
  private readonly queues = new Map<string, Promise<unknown>>();
  private prepared: { desired: Desired; facts: Facts; services: Record<string, Promise<Prepared>> } | undefined;

  constructor(private readonly options: ConvergerOptions) {
    const { machine, docker, folder, pace } = options;
    this.rollout = new Rollout({ ...pace, docker, machine, file: join(folder, 'rollouts.json') });
    this.secrets = new Secrets(machine, ownFolder);
  }

  async converge(desired: Desired, { images, imageNow = (name) => images[name], managed }: Inputs): Promise<Converged> {
    const { machine, docker, folder, places = { volume: volumeFolder, mounts: '/proc/self/mounts' } } = this.options;
    const problems: string[] = [];
    const verdicts: Record<string, Verdict> = {};
    const attempt = async <T>(where: string, work: () => T | Promise<T>): Promise<T | undefined> => {
      try {
        return await work();
      } catch (error) {
        problems.push(`${where}: ${(error as Error).message}`);
        return undefined;
      }
    };
    await attempt('restart window', () => convergeRestarts(machine, desired.restartWindow));
    // without its volume nothing is touched: what runs goes on, what writes data is not started
    const claimed = await attempt('volume', async () => {
      // one that was attached late is mounted now
      if (!isMounted(places, machine)) await machine.run('systemctl', ['start', 'berth-volume']);
      claimVolume(machine, places, desired);
      return true;
    });
    if (claimed === undefined) return { problems, verdicts };
    // no container is brought up without it
    const guarded = await attempt('firewall', () => convergeFirewall(machine).then(() => true));
    if (guarded === undefined) return { problems, verdicts };
    const facts = await attempt('docker', () => this.facts());
    if (facts === undefined) return { problems, verdicts };
    // needs nothing of what follows, and finds services when they come: a new machine answers sooner
    const proxy = attempt('proxy', () =>
      this.inTurn(proxyName, () => convergeProxy(machine, docker, this.rollout, desired, facts, folder)),
    );
    const { services, settled } = await this.prepare(desired, facts, managed, attempt);
    this.prepared = { desired, facts, services };
    this.images = images;
    await Promise.all(
      Object.entries(desired.services)
        .filter(isLongRunning)
        .map(([name]) =>
          attempt(name, async () => {
            const verdict = await this.bringInTurn(name, () => imageNow(name));
            if (verdict === undefined) return;
            verdicts[name] = verdict;
            if (verdict.outcome === 'failed' || verdict.outcome === 'rolled back')
              problems.push(`${name}: ${verdict.outcome}`, ...verdict.lines.map((line) => `${name}: ${line}`));
          }),
        ),
    );
    await Promise.all([proxy, settled]);
    const stuck = await attempt('jobs', () =>
      this.inTurn('jobs', () => {
        // one that was released meanwhile is not taken back
        this.images = Object.fromEntries(
          Object.keys(desired.services)
            .flatMap((name) => Object.entries({ [name]: imageNow(name) ?? this.images[name] }))
            .filter((entry): entry is [string, string] => entry[1] !== undefined),
        );
        return this.convergeJobs();
      }),
    );
    problems.push(...Object.entries(stuck ?? {}).map(([name, why]) => `${name}: ${why}`));
    await attempt('services', () => this.forgetOthers(desired));
    return { problems, verdicts };
  }

  /** Rolls out one service, after whatever else is going on with it. A job has no rollout: its next run is the new one. */
  bring(name: string, image: string, say?: (line: string) => void): Promise<Verdict> {
    return this.bringInTurn(name, () => image, say) as Promise<Verdict>;
  }

  /** What the image is, is asked when the turn has come: what went before may have decided it. */
  private bringInTurn(
    name: string,
    wanted: () => string | undefined,
    say?: (line: string) => void,
  ): Promise<Verdict | undefined> {
    if (this.prepared!.desired.services[name]!.kind === 'cron') {
      return this.inTurn('jobs', async () => {
        const image = wanted();
        if (image === undefined) return undefined;
        const { blocked } = await this.prepared!.services[name]!;
        if (blocked) throw new Error(blocked);
        await ensureImage(this.options.docker, image, this.logins);
        this.images = { ...this.images, [name]: image };
        await this.convergeJobs();
        return { outcome: 'healthy', lines: ['the next run is of this image'], seconds: 0 };
      });
    }
    return this.inTurn(name, async () => {
      const image = wanted();
      if (image === undefined) return undefined;
      const { desired, facts, services } = this.prepared!;
      const { blocked, variables } = await services[name]!;
      if (blocked) throw new Error(blocked);
      await ensureImage(this.options.docker, image, this.logins);
      return this.rollout.apply(serviceSpec(name, desired.services[name]!, image, variables, facts), say);
    });
  }

  /** Whether a service can be released: the machine has been brought to something that has it. */
  get ready(): Desired | undefined {
    return this.prepared?.desired;
  }

  /** As far as a machine gets without the volume: it has what it will run, but for images that want a login, whose key is on the volume. */
  fetch(desired: Desired, images: Inputs['images']): Promise<string[]> {
    return fetchImages(this.options.docker, [proxyOf(desired).image, ...Object.values(images)], desired.registries);
  }

  /** Gives the volume away. Nothing is brought up again after that, until the next converge. */
  async handOver(): Promise<void> {
    this.prepared = undefined;
    await releaseVolume(this.options.machine, this.options.docker);
  }

  /** What failed is tried again: of one service, or of all. */
  forgive(service?: string): void {
    this.rollout.forgive(service && prefix + service);
  }

  /** What secrets are sealed to; nothing while the volume is missing. */
  recipient(): Promise<string | undefined> {
    return Promise.resolve(this.prepared && this.secrets.recipient());
  }

  /** Where every service stands. */
  async services(releases: Pick<Releases, 'revisions' | 'running'>): Promise<Record<string, ServiceReport>> {
    const { docker, machine } = this.options;
    if (!this.prepared) return {};
    const running = await docker.services();
    return Object.fromEntries(
      await Promise.all(
        Object.entries(this.prepared.desired.services).map(
          async ([name, { kind, replicas }]): Promise<[string, ServiceReport]> => {
            const service = running.find(({ Spec }) => Spec.Name === prefix + name);
            const newest = releases.revisions(name).at(-1);
            const revision = releases.running(name);
            const common = {
              revision: revision?.id,
              ...(newest && newest.id !== revision?.id ? { last: { revision: newest.id, state: newest.state } } : {}),
            };
            if (kind === 'cron')
              return [
                name,
                {
                  image: this.images[name],
                  ...common,
                  ...(this.images[name] === undefined ? {} : { job: await jobReport(machine, name) }),
                },
              ];
            const tasks = service ? await docker.tasks(service.ID) : [];
            return [
              name,
              {
                image: service?.Spec.TaskTemplate.ContainerSpec.Image,
                ...common,
                wanted: replicas,
                running: tasks.filter(
                  ({ DesiredState, Status }) => DesiredState === 'running' && Status.State === 'running',
                ).length,
              },
            ];
          },
        ),
      ),
    );
  }

  private inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const next = (this.queues.get(name) ?? Promise.resolve()).then(work, work);
    this.queues.set(
      name,
      next.catch(() => undefined),
    );
    return next;
  }

  private async facts(): Promise<Facts> {
    const { docker, machine } = this.options;
    const bridge = (await docker.network('docker_gwbridge')).IPAM.Config[0]!;
    let network: string;
    try {
      network = (await docker.network(servicesNetwork)).Id;
    } catch {
      network = await docker.createNetwork(servicesNetwork);
    }
    const cpuLimits = (machine.read('/sys/fs/cgroup/cgroup.controllers') ?? '').split(/\s/).includes('cpu');
    return { gateway: bridge.Gateway, subnet: bridge.Subnet, cpuLimits, network };
  }

  /** Datastores and secrets, and from them each service's own variables. A service waits for what it needs, and for nothing else. */
  private async prepare(
    desired: Desired,
    { gateway, subnet }: Facts,
    managed: Inputs['managed'],
    attempt: Attempt,
  ): Promise<{ services: Record<string, Promise<Prepared>>; settled: Promise<unknown> }> {
    const { machine } = this.options;
    const { services, datastores, secrets = {} } = desired;
    const own = credentials(machine, ownFolder, desired);
    const onMachine = (name: 'postgres' | 'redis') =>
      datastores[name]?.placement === 'machine' ? datastores[name] : undefined;
    const { postgres, redis } = { postgres: onMachine('postgres'), redis: onMachine('redis') };
    await attempt('secrets', () => this.secrets.prepare());
    this.logins = await this.openLogins(desired, attempt);
    const up: Record<DatastoreName, Promise<Readonly<Record<string, string>> | undefined>> = {
      postgres: attempt('postgres', async () => {
        return postgres
          ? convergePostgres(machine, {
              version: postgres.version,
              folder: join(volumeFolder, 'postgres'),
              memory: postgres.memory!,
              gateway,
              subnet,
              users: own.postgres,
            })
          : {};
      }),
      redis: attempt('redis', async () => {
        if (redis)
          await convergeRedis(machine, {
            folder: join(volumeFolder, 'redis'),
            memory: redis.memory!,
            gateway,
            users: own.redis,
            shared: redis.shared,
            agent: own.agent,
          });
        return {};
      }),
    };
    const prepareOne = async (name: string, service: DesiredService): Promise<Prepared> => {
      const stores = Object.entries(service.datastores ?? {}) as [DatastoreName, string][];
      const isUp = await Promise.all(stores.map(([store]) => up[store]));
      const missing = [
        ...stores.flatMap(([store], index) =>
          isUp[index] === undefined
            ? [`${store} is not up`]
            : isUp[index][name] === undefined
              ? []
              : [`${store}: ${isUp[index][name]}`],
        ),
        ...(service.secrets ?? [])
          .filter((secret) => secrets[secret] === undefined)
          .map(
            (secret) => `the secret ${secret} has no value yet: npx berth secret set ${desired.environment} ${secret}`,
          ),
        ...stores
          .filter(([store, variable]) => onMachine(store) === undefined && managed[name]?.[variable] === undefined)
          .map(([store]) => `the URL of the managed ${store} is not in the bucket yet`),
      ];
      const opened =
        missing.length > 0
          ? undefined
          : await attempt(
              name,
              async () =>
                Object.fromEntries(
                  await Promise.all(
                    (service.secrets ?? []).map(async (secret) => [
                      secret,
                      await this.secrets.open(secret, secrets[secret]!),
                    ]),
                  ),
                ) as Record<string, string>,
            );
      if (opened === undefined) return { variables: {}, blocked: missing.join('; ') || 'its secrets cannot be opened' };
      return { variables: { ...datastoreEnvironment(name, stores, own, managed[name]), ...opened } };
    };
    const prepared = Object.fromEntries(
      Object.entries(services).map(([name, service]) => [name, prepareOne(name, service)]),
    );
    return { services: prepared, settled: Promise.all([...Object.values(up), ...Object.values(prepared)]) };
  }

  /** A registry whose secret has no value yet is asked without a login: that says more than nothing. */
  private async openLogins({ registries = {}, secrets = {} }: Desired, attempt: Attempt): Promise<Login[]> {
    const logins = await Promise.all(
      Object.entries(registries).map(async ([host, { user, secret }]) => {
        const ciphertext = secrets[secret];
        const password =
          ciphertext === undefined ? undefined : await attempt(host, () => this.secrets.open(secret, ciphertext));
        return password === undefined ? [] : [{ host, user, password }];
      }),
    );
    return logins.flat();
  }

  /** Why jobs could not be brought to what is wanted, by name. What is there of such a one stays, and it holds up no other. */
  private async convergeJobs(): Promise<Record<string, string>> {
    const { images } = this;
    const { machine, docker, folder } = this.options;
    const { desired, facts, services } = this.prepared!;
    const jobs: Record<string, JobUnits> = {};
    const stuck: Record<string, string> = {};
    for (const [name, job] of Object.entries(desired.services).filter(
      (entry) => !isLongRunning(entry) && images[entry[0]] !== undefined,
    )) {
      try {
        const { blocked, variables } = await services[name]!;
        if (blocked) throw new Error(blocked);
        await ensureImage(docker, images[name]!, this.logins);
        jobs[name] = jobUnits(name, job, images[name]!, variables, facts, jobFiles(folder, name));
      } catch (error) {
        stuck[name] = (error as Error).message;
      }
    }
    return { ...stuck, ...(await convergeJobs(machine, folder, jobs, Object.keys(stuck))) };
  }

  /** Takes down what this environment no longer has. Data stays. */
  private async forgetOthers({ services }: Desired): Promise<void> {
    const { docker, log } = this.options;
    for (const { ID, Spec } of await docker.services()) {
      const name = Spec.Name.slice(prefix.length);
      if (
        !Spec.Name.startsWith(prefix) ||
        Spec.Name === proxyName ||
        (name in services && services[name]!.kind !== 'cron')
      )
        continue;
      log(`${name} is no longer desired: taken down`);
      await docker.removeService(ID);
    }
  }
}

type Attempt = <T>(where: string, work: () => T | Promise<T>) => Promise<T | undefined>;
