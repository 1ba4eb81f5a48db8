import { createHash } from 'node:crypto';
import { poll, PollTimeout } from '../lib/poll';
import type { ServiceSpec } from './render/service-spec';
import { type Docker, DockerError, type DockerService, type DockerTask } from './docker';
import type { Host } from './host';

/** How bringing one service to what is wanted has ended. */
export interface Verdict {
  /**
   * - `unchanged`: it was there already.
   * - `healthy`: the orchestrator says that the update is complete, and its health check passed on the new revision.
   * - `rolled back`: it was not, and the former revision serves as before.
   * - `failed`: it was not, and there is no former revision, or only the number of containers was to change: those that ran go on.
   */
  readonly outcome: 'unchanged' | 'healthy' | 'rolled back' | 'failed';
  /** What happened and what the failed container said, line by line. */
  readonly lines: readonly string[];
  readonly seconds: number;
}

/** What must be known after the agent was killed in the middle. */
interface Memory {
  /** Specifications that did not work, by service: they are not tried again until somebody asks. */
  readonly failed: Record<
    string,
    { readonly hash: string; readonly lines: readonly string[]; readonly outcome: 'rolled back' | 'failed' }
  >;
  /** What was handed to Docker last, by service, until it is known how it ended. */
  readonly tried: Record<string, Attempt>;
}

interface Attempt {
  /** Of the specification. */
  readonly hash: string;
  /** A service that is new, new containers for the old ones, or only another number of them. */
  readonly how: 'start' | 'update' | 'scale';
  /** The version that it was to replace, and when the update began that had led there: what Docker says of that one is no answer to this. */
  readonly index: number;
  readonly former?: string;
  readonly at: string;
}

export interface RolloutOptions {
  readonly docker: Docker;
  readonly machine: Pick<Host, 'read' | 'write'>;
  /** Where it remembers. */
  readonly file: string;
  /** Milliseconds between two looks. */
  readonly interval?: number;
  /** Milliseconds after which a service that neither works nor fails counts as failed; left out: ten minutes, or longer where its containers may take longer to start. */
  readonly timeout?: number;
  /** Milliseconds that a new service has to run; left out: as long as Docker watches an update of it. */
  readonly settle?: number;
}

const label = { spec: 'berth.spec', task: 'berth.task' } as const;

/** Brings services to their specifications, one rollout of each at a time, and judges how it ended. */
export class Rollout {
  private readonly memory: Memory;

  constructor(private readonly options: RolloutOptions) {
    const text = options.machine.read(options.file);
    this.memory = text === undefined ? { failed: {}, tried: {} } : (JSON.parse(text) as Memory);
  }

  /** Forgets what failed, of one service or of all: it is tried again. */
  clearFailures(service?: string): void {
    for (const name of service === undefined ? Object.keys(this.memory.failed) : [service])
      delete this.memory.failed[name];
    this.remember();
  }

  async apply(plain: ServiceSpec, say: (line: string) => void = () => undefined): Promise<Verdict> {
    const start = performance.now();
    const spec = labelled(plain);
    const hash = spec.Labels[label.spec]!;
    const { Name: name } = spec;
    const lines: string[] = [];
    const tell = (line: string): void => {
      lines.push(line);
      say(line);
    };
    const verdict = (outcome: Verdict['outcome'], more: readonly string[] = []): Verdict => {
      for (const line of more) tell(line);
      if (outcome === 'failed' || outcome === 'rolled back') this.memory.failed[name] = { hash, lines, outcome };
      else delete this.memory.failed[name];
      delete this.memory.tried[name];
      this.remember();
      return { outcome, lines, seconds: Math.round((performance.now() - start) / 100) / 10 };
    };

    const failed = this.memory.failed[name];
    if (failed?.hash === hash) return { outcome: failed.outcome, lines: failed.lines, seconds: 0 };
    const { docker } = this.options;
    const before = (await docker.services()).find(({ Spec }) => Spec.Name === name);
    const tried = this.memory.tried[name];
    // the agent was away meanwhile: what it asked for is under way, or over
    if (before !== undefined && tried?.hash === hash && hasArrived(before, tried))
      return verdict(...(await this.watch(before.ID, spec, tried, tell)));
    if (before !== undefined && specOf(before) === hash) {
      if (before.UpdateStatus?.State !== 'updating') return { outcome: 'unchanged', lines, seconds: 0 };
      return verdict(...(await this.watchUpdate(before.ID, spec, { index: before.Version.Index - 1, at: '' }, tell)));
    }
    const attempt = (this.memory.tried[name] = {
      hash,
      how:
        before === undefined
          ? 'start'
          : before.Spec.Labels[label.task] === spec.Labels[label.task]
            ? 'scale'
            : 'update',
      index: before?.Version.Index ?? 0,
      former: before?.UpdateStatus?.StartedAt,
      at: new Date().toISOString(),
    });
    this.remember();
    const id = before?.ID ?? (await docker.createService(spec));
    if (before !== undefined) await docker.updateService(before, spec);
    if (attempt.how === 'start') tell('started for the first time');
    if (attempt.how === 'update') tell('rolling out, the new one beside the old one');
    return verdict(...(await this.watch(id, spec, attempt, tell)));
  }

  private remember(): void {
    // what a container said may be nobody's business
    this.options.machine.write(this.options.file, JSON.stringify(this.memory), 0o600);
  }

  private watch(
    id: string,
    spec: ServiceSpec,
    attempt: Attempt,
    tell: (line: string) => void,
  ): Promise<[Verdict['outcome'], string[]]> {
    return attempt.how === 'update' ? this.watchUpdate(id, spec, attempt, tell) : this.watchTasks(id, spec, attempt);
  }

  /** Until the update that replaces version `index` has ended. */
  private async watchUpdate(
    id: string,
    spec: ServiceSpec,
    { index, former, at }: Pick<Attempt, 'index' | 'former' | 'at'>,
    tell: (line: string) => void,
  ): Promise<[Verdict['outcome'], string[]]> {
    const { docker, interval = 300, timeout = longest(spec) } = this.options;
    let seen = '';
    let evidence: string[] | undefined;
    return poll<[Verdict['outcome'], string[]]>(
      async () => {
        const service = await unlessAway(docker.service(id));
        const status = service?.UpdateStatus;
        if (service === undefined || status === undefined || service.Version.Index <= index) return undefined;
        if (former !== undefined && status.StartedAt === former) return undefined;
        if (status.State !== seen && status.State === 'rollback_started') tell('did not become healthy: going back');
        seen = status.State;
        // containers of the failed revision are kept for a while only
        if (/^(rollback|paused)/.test(seen)) evidence ??= await this.evidence(id, at);
        if (seen === 'completed') return ['healthy', []];
        if (seen === 'rollback_completed') return ['rolled back', evidence ?? []];
        if (seen === 'paused' || seen === 'rollback_paused')
          return ['failed', [status.Message ?? seen, ...(evidence ?? [])]];
        return undefined;
      },
      { timeout, interval, describe: () => `was still ${seen || 'waiting'} after ${Math.round(timeout / 1000)} s` },
    ).catch(async (error: unknown) => {
      if (!(error instanceof PollTimeout)) throw error;
      return ['failed', [error.message, ...(await this.evidence(id, at))]];
    });
  }

  /** Until as many tasks run as shall, or one has failed twice. Docker takes nothing back here: there is nothing, or only a number changed. */
  private async watchTasks(
    id: string,
    spec: ServiceSpec,
    { how, at }: Attempt,
  ): Promise<[Verdict['outcome'], string[]]> {
    const { docker, interval = 300, timeout = longest(spec), settle = spec.UpdateConfig.Monitor / 1e6 } = this.options;
    const { Replicas: wanted } = spec.Mode.Replicated;
    let since: number | undefined;
    const healthy = await poll(
      async () => {
        const tasks = await unlessAway(docker.tasks(id));
        if (tasks === undefined) return undefined;
        const running = tasks.filter(
          ({ DesiredState, Status }) => DesiredState === 'running' && Status.State === 'running',
        ).length;
        if (running < wanted) since = undefined;
        else since ??= performance.now();
        if (since !== undefined && performance.now() - since >= settle) return true;
        return tasks.filter((task) => task.CreatedAt >= at.slice(0, 19) && hasFailed(task)).length >= 2
          ? false
          : undefined;
      },
      { timeout: Math.min(timeout, 180_000 + startMs(spec)), interval },
    ).catch((error: unknown) => {
      if (error instanceof PollTimeout) return false;
      throw error;
    });
    if (healthy) return ['healthy', []];
    const lines = await this.evidence(id, at);
    // the first one there ever was: trying it for ever helps nobody
    if (how === 'start') await docker.removeService(id);
    return ['failed', lines];
  }

  /** What the newest failed task of this attempt said: its end, its last lines, its health check's own words. */
  private async evidence(id: string, at: string): Promise<string[]> {
    const { docker } = this.options;
    const tasks = (await docker.tasks(id)).filter((task) => task.CreatedAt >= at.slice(0, 19));
    const newest = (those: readonly DockerTask[]): DockerTask | undefined =>
      [...those].sort((a, b) => (a.CreatedAt < b.CreatedAt ? 1 : -1))[0];
    const task = newest(tasks.filter(hasFailed)) ?? newest(tasks.filter(({ Status }) => Status.State !== 'running'));
    if (!task) return [];
    const { Err, State, ContainerStatus } = task.Status;
    const container = ContainerStatus?.ContainerID;
    // a task that never got as far has none
    if (!container) return [Err ?? State];
    const attempt = async (what: () => Promise<string[]>): Promise<string[]> => what().catch(() => []);
    const health = await attempt(async () => {
      const refused = (await docker.container(container)).State.Health?.Log?.filter(
        ({ ExitCode }) => ExitCode !== 0,
      ).at(-1);
      return refused ? [`health: ${refused.Output.trim()}`] : [];
    });
    const log = await attempt(async () => (await docker.logs(container, 20)).map((line) => `log: ${line}`));
    const end = !hasFailed(task)
      ? `it was still ${State}`
      : health.length > 0
        ? 'it was never healthy, and was stopped'
        : (Err ?? `it ended by itself, with ${ContainerStatus.ExitCode ?? State}`);
    return [end, ...health, ...log];
  }
}

/** Milliseconds that a container may take until it answers. */
const startMs = ({ TaskTemplate }: ServiceSpec): number =>
  (TaskTemplate.ContainerSpec.Healthcheck?.StartPeriod ?? 0) / 1e6;

/** One container after the other, each with a minute for all else. */
const longest = (spec: ServiceSpec): number =>
  Math.max(600_000, spec.Mode.Replicated.Replicas * (startMs(spec) + 60_000));

const hasFailed = ({ Status }: DockerTask): boolean => ['failed', 'rejected', 'complete'].includes(Status.State);

/** Whether Docker has taken what was tried: the service is that, or was and has been taken back. */
const hasArrived = (service: DockerService, { hash, index, former }: Attempt): boolean =>
  service.Version.Index > index &&
  (specOf(service) === hash ||
    (service.UpdateStatus?.State.startsWith('rollback') === true && service.UpdateStatus.StartedAt !== former));

/** Nothing while the engine is being restarted: its containers go on, and so does what it was asked for. */
async function unlessAway<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof DockerError && error.status < 500) throw error;
    return undefined;
  }
}

const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

/** The specification with what it is known by again. */
export function labelled(spec: ServiceSpec): ServiceSpec {
  return {
    ...spec,
    Labels: {
      ...spec.Labels,
      'com.docker.stack.namespace': 'berth',
      [label.spec]: digest(spec),
      [label.task]: digest(spec.TaskTemplate),
    },
  };
}

/** The specification that a running service was made from. */
const specOf = ({ Spec }: Pick<DockerService, 'Spec'>): string | undefined => Spec.Labels[label.spec];
