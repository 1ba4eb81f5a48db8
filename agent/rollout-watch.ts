import { poll, PollTimeout } from '../lib/poll';
import { type Docker, DockerError, type DockerService, type DockerTask } from './docker';
import type { ServiceSpec } from './render/service-spec';

/** What was handed to Docker. These are the names that it is kept under on the machine's disk. */
export interface Attempt {
  /** Of the specification. */
  readonly hash: string;
  /** A service that is new, new containers for the old ones, or only another number of them. */
  readonly how: 'start' | 'update' | 'scale';
  /** The version that it was to replace, and when the update began that had led there: what Docker says of that one is no answer to this. */
  readonly index: number;
  readonly former?: string;
  readonly at: string;
}

export type Outcome = 'healthy' | 'rolled back' | 'failed';
/** How a rollout ended, with lines that say why. */
export type Ended = readonly [outcome: Outcome, lines: readonly string[]];

export interface WatchOptions {
  readonly docker: Docker;
  /** Milliseconds between two looks. */
  readonly interval?: number;
  /** Milliseconds after which a service that neither works nor fails counts as failed; omitted: ten minutes, or longer where its containers may take longer to start. */
  readonly timeout?: number;
  /** Milliseconds that a new service has to run; omitted: as long as Docker watches an update of it. */
  readonly settle?: number;
}

/** Watches what Docker makes of a service until it is known how it ended. */
export class RolloutWatch {
  constructor(private readonly options: WatchOptions) {}

  watch(id: string, spec: ServiceSpec, attempt: Attempt, say: (line: string) => void): Promise<Ended> {
    return attempt.how === 'update' ? this.watchUpdate(id, spec, attempt, say) : this.watchTasks(id, spec, attempt);
  }

  /** Until the update that replaces version `index` has ended. */
  async watchUpdate(
    id: string,
    spec: ServiceSpec,
    attempt: Pick<Attempt, 'index' | 'former' | 'at'>,
    say: (line: string) => void,
  ): Promise<Ended> {
    const { docker, interval = 300, timeout = longest(spec) } = this.options;
    let state = '';
    let evidence: string[] | undefined;
    const look = async (): Promise<Ended | undefined> => {
      const status = updateStatus(await unlessAway(docker.service(id)), attempt);
      if (status === undefined) return undefined;
      if (status.State !== state && status.State === 'rollback_started') say('did not become healthy: going back');
      state = status.State;
      // containers of the failed revision are kept for a while only
      if (/^(rollback|paused)/.test(state)) evidence ??= await this.evidence(id, attempt.at);
      return endOf(status, evidence ?? []);
    };
    const describe = (): string => `was still ${state || 'waiting'} after ${Math.round(timeout / 1000)} s`;
    return poll(look, { timeout, interval, describe }).catch(async (error: unknown): Promise<Ended> => {
      if (!(error instanceof PollTimeout)) throw error;
      return ['failed', [error.message, ...(await this.evidence(id, attempt.at))]];
    });
  }

  /** Until as many tasks run as shall, or one has failed twice. Docker takes nothing back here: there is nothing, or only a number changed. */
  private async watchTasks(id: string, spec: ServiceSpec, { how, at }: Attempt): Promise<Ended> {
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

/** What Docker says of the update that was asked for; `undefined` while it speaks of an earlier one. */
function updateStatus(
  service: DockerService | undefined,
  { index, former }: Pick<Attempt, 'index' | 'former'>,
): DockerService['UpdateStatus'] {
  if (service === undefined || service.Version.Index <= index) return undefined;
  const { UpdateStatus: status } = service;
  return former !== undefined && status?.StartedAt === former ? undefined : status;
}

function endOf(
  { State, Message }: NonNullable<DockerService['UpdateStatus']>,
  evidence: readonly string[],
): Ended | undefined {
  if (State === 'completed') return ['healthy', []];
  if (State === 'rollback_completed') return ['rolled back', evidence];
  if (State === 'paused' || State === 'rollback_paused') return ['failed', [Message ?? State, ...evidence]];
  return undefined;
}

/** Milliseconds that a container may take until it answers. */
const startMs = ({ TaskTemplate }: ServiceSpec): number =>
  (TaskTemplate.ContainerSpec.Healthcheck?.StartPeriod ?? 0) / 1e6;

/** One container after the other, each with a minute for all else. */
const longest = (spec: ServiceSpec): number =>
  Math.max(600_000, spec.Mode.Replicated.Replicas * (startMs(spec) + 60_000));

const hasFailed = ({ Status }: DockerTask): boolean => ['failed', 'rejected', 'complete'].includes(Status.State);

/** Nothing while the engine is being restarted: its containers go on, and so does what it was asked for. */
async function unlessAway<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof DockerError && error.status < 500) throw error;
    return undefined;
  }
}
