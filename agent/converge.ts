import { join } from 'node:path';
import type { Desired } from '../contract/desired';
import type { ManagedUrls } from '../contract/managed';
import type { ServiceReport } from '../contract/report';
import type { Docker } from './docker';
import type { Host } from './host';
import { ensureImage, fetchImages } from './images';
import { KeyedQueue } from './keyed-queue';
import type { Releases } from './ledger';
import { Problems } from './problems';
import { releaseVolume } from './release-volume';
import { type JobUnits, jobUnits } from './render/job-unit';
import { proxyName, proxyOf } from './render/proxy';
import { isLongRunning, prefix, serviceSpec } from './render/service-spec';
import { Rollout, type RolloutOptions, type Verdict } from './rollout';
import { type Environments, prepareEnvironments } from './service-environment';
import { serviceStatus } from './service-status';
import { convergeDocker, type Facts } from './steps/docker';
import { convergeFirewall } from './steps/firewall';
import { convergeJobs, jobFiles } from './steps/jobs';
import { convergeProxy } from './steps/proxy';
import { convergeRestarts } from './steps/restarts';
import { Secrets } from './steps/secrets';
import { removeOthers } from './steps/services';
import { convergeVolume, ownFolder, type VolumePlaces, volumeFolder } from './steps/volume';

export interface ConvergerOptions {
  readonly machine: Host;
  readonly docker: Docker;
  /** What it remembers on the machine's own disk. */
  readonly folder: string;
  readonly places?: VolumePlaces;
  /** How rollouts are watched. */
  readonly watch?: Pick<RolloutOptions, 'interval' | 'timeout' | 'settle'>;
  readonly log: (line: string) => void;
}

/** What converging needs beside the desired state. */
export interface Inputs {
  /** By service, the image that releases decided. */
  readonly images: Readonly<Record<string, string>>;
  /** The same for one service when its turn has come; `undefined` while a release of it is under way, which brings it there itself. */
  readonly imageNow?: (service: string) => string | undefined;
  /** By service and variable, URLs of managed datastores. */
  readonly managed: ManagedUrls;
}

/** What the steps before services have found out and prepared. */
interface Prepared {
  readonly desired: Desired;
  readonly facts: Facts;
  readonly environments: Environments;
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
  private readonly queue = new KeyedQueue();
  private images: Readonly<Record<string, string>> = {};
  private prepared: Prepared | undefined;

  constructor(private readonly options: ConvergerOptions) {
    const { machine, docker, folder, watch } = options;
    this.rollout = new Rollout({ ...watch, docker, machine, file: join(folder, 'rollouts.json') });
    this.secrets = new Secrets(machine, ownFolder);
  }

  /** The steps of docs/machine.md, in its order. */
  async converge(desired: Desired, { images, imageNow = (name) => images[name], managed }: Inputs): Promise<Converged> {
    const { machine, docker, folder, log } = this.options;
    const { places = { volume: volumeFolder, mounts: '/proc/self/mounts' } } = this.options;
    const problems = new Problems();
    const { attempt } = problems;
    const verdicts: Record<string, Verdict> = {};
    const ended = () => ({ problems: problems.lines, verdicts });

    await attempt('restart window', () => convergeRestarts(machine, desired.restartWindow));
    // without its volume nothing is touched: what runs goes on, what writes data is not started
    if (!(await attempt('volume', () => convergeVolume(machine, places, desired)))) return ended();
    // no container is brought up without it
    if (!(await attempt('firewall', () => convergeFirewall(machine).then(() => true)))) return ended();
    const facts = await attempt('docker', () => convergeDocker(docker, machine));
    if (facts === undefined) return ended();
    // needs nothing of what follows, and finds services when they come: a new machine answers sooner
    const proxy = attempt('proxy', () =>
      this.queue.run(proxyName, () => convergeProxy(machine, docker, this.rollout, desired, facts, folder)),
    );
    const { secrets } = this;
    const environments = await prepareEnvironments({ machine, secrets, desired, facts, managed, attempt });
    this.prepared = { desired, facts, environments };
    this.images = images;
    await this.convergeServices(imageNow, problems, verdicts);
    await Promise.all([proxy, environments.settled]);
    const stuck = await attempt('jobs', () => this.queue.run('jobs', () => this.convergeJobs(imageNow)));
    for (const [name, why] of Object.entries(stuck ?? {})) problems.add(name, why);
    await attempt('services', () => removeOthers(docker, desired, log));
    return ended();
  }

  private async convergeServices(
    imageNow: (service: string) => string | undefined,
    problems: Problems,
    verdicts: Record<string, Verdict>,
  ): Promise<void> {
    const services = Object.entries(this.prepared!.desired.services).filter(isLongRunning);
    const converge = async (name: string): Promise<void> => {
      const verdict = await this.deployInTurn(name, () => imageNow(name));
      if (verdict === undefined) return;
      verdicts[name] = verdict;
      if (verdict.outcome === 'failed' || verdict.outcome === 'rolled back')
        problems.add(name, verdict.outcome, ...verdict.lines);
    };
    await Promise.all(services.map(([name]) => problems.attempt(name, () => converge(name))));
  }

  /** Rolls out one service, after whatever else is going on with it. A job has no rollout: its next run is the new one. */
  deploy(name: string, image: string, say?: (line: string) => void): Promise<Verdict> {
    return this.deployInTurn(name, () => image, say) as Promise<Verdict>;
  }

  /** The image is asked for when the turn has come: what went before may have decided it. */
  private deployInTurn(
    name: string,
    wanted: () => string | undefined,
    say?: (line: string) => void,
  ): Promise<Verdict | undefined> {
    const isJob = this.prepared!.desired.services[name]!.kind === 'cron';
    return this.queue.run(isJob ? 'jobs' : name, async () => {
      const image = wanted();
      if (image === undefined) return undefined;
      const { desired, facts, environments } = this.prepared!;
      const { blocked, variables } = await environments.services[name]!;
      if (blocked) throw new Error(blocked);
      await ensureImage(this.options.docker, image, environments.logins);
      if (!isJob) return this.rollout.apply(serviceSpec(name, desired.services[name]!, image, variables, facts), say);
      this.images = { ...this.images, [name]: image };
      await this.writeJobs();
      return { outcome: 'healthy', lines: ['the next run is of this image'], seconds: 0 };
    });
  }

  /** A job that was released meanwhile keeps its new image. */
  private convergeJobs(imageNow: (service: string) => string | undefined): Promise<Record<string, string>> {
    const entries = Object.keys(this.prepared!.desired.services).flatMap((name) => {
      const image = imageNow(name) ?? this.images[name];
      return image === undefined ? [] : [[name, image] as const];
    });
    this.images = Object.fromEntries(entries);
    return this.writeJobs();
  }

  /** Why jobs could not be brought to what is wanted, by name. Such a job stays as it is, and holds up no other. */
  private async writeJobs(): Promise<Record<string, string>> {
    const { images } = this;
    const { machine, docker, folder } = this.options;
    const { desired, facts, environments } = this.prepared!;
    const jobs: Record<string, JobUnits> = {};
    const stuck: Record<string, string> = {};
    for (const [name, job] of Object.entries(desired.services).filter((entry) => !isLongRunning(entry))) {
      const image = images[name];
      if (image === undefined) continue;
      try {
        const { blocked, variables } = await environments.services[name]!;
        if (blocked) throw new Error(blocked);
        await ensureImage(docker, image, environments.logins);
        jobs[name] = jobUnits(name, job, image, variables, facts, jobFiles(folder, name));
      } catch (error) {
        stuck[name] = (error as Error).message;
      }
    }
    return { ...stuck, ...(await convergeJobs(machine, folder, jobs, Object.keys(stuck))) };
  }

  /** Whether a service can be released: the machine has been brought to something that has it. */
  get ready(): Desired | undefined {
    return this.prepared?.desired;
  }

  /** As far as a machine gets without the volume: it has what it will run, but for images that want a login, whose key is on the volume. */
  fetch(desired: Desired, images: Inputs['images']): Promise<string[]> {
    return fetchImages(this.options.docker, [proxyOf(desired).image, ...Object.values(images)], desired.registries);
  }

  /** Stops everything that uses the volume, and unmounts it. Nothing is brought up again after that, until the next converge. */
  async releaseVolume(): Promise<void> {
    this.prepared = undefined;
    await releaseVolume(this.options.machine, this.options.docker);
  }

  /** Forgets what failed, of one service or of all: it is tried again. */
  clearFailures(service?: string): void {
    this.rollout.clearFailures(service && prefix + service);
  }

  /** What secrets are encrypted to; `undefined` while the volume is missing. */
  recipient(): Promise<string | undefined> {
    return Promise.resolve(this.prepared && this.secrets.recipient());
  }

  /** The state of every service, for the report. */
  async services(releases: Pick<Releases, 'revisions' | 'running'>): Promise<Record<string, ServiceReport>> {
    const { docker, machine } = this.options;
    if (!this.prepared) return {};
    return serviceStatus(this.prepared.desired, { docker, machine, releases, images: this.images });
  }
}
