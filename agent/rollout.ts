import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceSpec } from '../templates/converge/service-spec';
import type { Docker, DockerService, DockerTask } from './docker';
import type { Host } from './host';

/** How bringing one service to what is wanted has ended. */
export interface Verdict {
  /**
   * - `unchanged`: it was there already.
   * - `healthy`: the orchestrator says that the update is complete, and its health check passed on the new revision.
   * - `rolled back`: it was not, and the former revision serves as before.
   * - `failed`: it was not, and there is no former revision.
   */
  readonly outcome: 'unchanged' | 'healthy' | 'rolled back' | 'failed';
  /** What happened and what the failed container said, line by line. */
  readonly lines: readonly string[];
  readonly seconds: number;
}

/** What must be known after the agent was killed in the middle. */
interface Memory {
  /** Specifications that did not work, by service: they are not tried again until somebody asks. */
  readonly failed: Record<string, { readonly hash: string; readonly lines: readonly string[]; readonly outcome: 'rolled back' | 'failed' }>;
  /** The last one that was handed to Docker, and the version that it was to replace. */
  readonly tried: Record<string, { readonly hash: string; readonly index: number; readonly at: string }>;
}

export interface RolloutOptions {
  readonly docker: Docker;
  readonly machine: Pick<Host, 'read' | 'write'>;
  /** Where it remembers. */
  readonly file: string;
  /** Milliseconds between two looks. */
  readonly poll?: number;
  /** Milliseconds after which a service that neither works nor fails counts as failed. */
  readonly patience?: number;
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
  forgive(service?: string): void {
    for (const name of service === undefined ? Object.keys(this.memory.failed) : [service]) delete this.memory.failed[name];
    this.remember();
  }

  async apply(plain: ServiceSpec, say: (line: string) => void = () => undefined): Promise<Verdict> {
    const start = performance.now();
    const spec = labelled(plain);
    const hash = spec.Labels[label.spec]!;
    const { Name: name } = spec;
    const lines: string[] = [];
    const tell = (line: string): void => { lines.push(line); say(line); };
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
    const before = (await this.options.docker.services()).find(({ Spec }) => Spec.Name === name);
    const tried = this.memory.tried[name];
    if (before === undefined) {
      this.try(name, hash, 0);
      const id = await this.options.docker.createService(spec);
      tell('started for the first time');
      return verdict(...await this.watchTasks(id, spec, new Date().toISOString(), 'failed'));
    }
    const underway = tried?.hash === hash && before.Version.Index > tried.index;
    if (before.Spec.Labels[label.spec] === hash) {
      if (before.UpdateStatus?.State === 'updating') return verdict(...await this.watchUpdate(before.ID, before.Version.Index - 1, undefined, tried?.at ?? '', tell));
      if (underway) return verdict(...await this.watchTasks(before.ID, spec, tried.at, 'rolled back'));
      return { outcome: 'unchanged', lines, seconds: 0 };
    }
    // the agent was away when it was taken back
    if (underway && before.UpdateStatus?.State.startsWith('rollback')) return verdict(...await this.watchUpdate(before.ID, tried.index, undefined, tried.at, tell));
    const at = this.try(name, hash, before.Version.Index);
    await this.options.docker.updateService(before, spec);
    if (before.Spec.Labels[label.task] === spec.Labels[label.task]) return verdict(...await this.watchTasks(before.ID, spec, at, 'failed'));
    tell('rolling out, the new one beside the old one');
    return verdict(...await this.watchUpdate(before.ID, before.Version.Index, before.UpdateStatus?.StartedAt, at, tell));
  }

  private try(name: string, hash: string, index: number): string {
    const at = new Date().toISOString();
    this.memory.tried[name] = { hash, index, at };
    this.remember();
    return at;
  }

  private remember(): void {
    // what a container said may be nobody's business
    this.options.machine.write(this.options.file, JSON.stringify(this.memory), 0o600);
  }

  /** Until the update that replaces version `index` has ended. `former` is when the update before it began. */
  private async watchUpdate(id: string, index: number, former: string | undefined, at: string, tell: (line: string) => void): Promise<[Verdict['outcome'], string[]]> {
    const { docker, poll = 300, patience = 600_000 } = this.options;
    let seen = '';
    let evidence: string[] | undefined;
    for (const end = performance.now() + patience; performance.now() < end; await sleep(poll)) {
      const service = await docker.service(id);
      const { UpdateStatus: status, Version: version } = service;
      if (version.Index <= index || status === undefined || (former !== undefined && status.StartedAt === former)) continue;
      if (status.State !== seen && status.State === 'rollback_started') tell('did not become healthy: going back');
      seen = status.State;
      // containers of the failed revision are kept for a while only
      if (/^(rollback|paused)/.test(seen)) evidence ??= await this.evidence(id, at);
      if (seen === 'completed') return ['healthy', []];
      if (seen === 'rollback_completed') return ['rolled back', evidence ?? []];
      if (seen === 'paused' || seen === 'rollback_paused') return ['failed', [status.Message ?? seen, ...(evidence ?? [])]];
    }
    return ['failed', [`was still ${seen || 'waiting'} after ${Math.round(patience / 1000)} s`, ...await this.evidence(id, at)]];
  }

  /** Until as many tasks run as shall, or one has failed twice. Docker takes nothing back here: there is nothing, or only a number changed. */
  private async watchTasks(id: string, spec: ServiceSpec, at: string, otherwise: 'failed' | 'rolled back'): Promise<[Verdict['outcome'], string[]]> {
    const { docker, poll = 300, patience = 600_000 } = this.options;
    const { Replicas: wanted } = spec.Mode.Replicated;
    const settled = spec.UpdateConfig.Monitor / 1e6;
    let since: number | undefined;
    for (const end = performance.now() + Math.min(patience, 180_000); performance.now() < end; await sleep(poll)) {
      const tasks = await docker.tasks(id);
      const running = tasks.filter(({ DesiredState, Status }) => DesiredState === 'running' && Status.State === 'running').length;
      if (running < wanted) since = undefined;
      else since ??= performance.now();
      if (since !== undefined && performance.now() - since >= settled) return ['healthy', []];
      const broken = tasks.filter((task) => task.CreatedAt >= at.slice(0, 19) && hasFailed(task));
      if (broken.length >= 2) return this.giveUp(id, at, otherwise);
    }
    return this.giveUp(id, at, otherwise);
  }

  private async giveUp(id: string, at: string, otherwise: 'failed' | 'rolled back'): Promise<[Verdict['outcome'], string[]]> {
    const lines = await this.evidence(id, at);
    const { UpdateStatus } = await this.options.docker.service(id);
    // the first one there ever was: trying it for ever helps nobody
    if (UpdateStatus === undefined) await this.options.docker.removeService(id);
    return [otherwise, lines];
  }

  /** What the newest failed task of this attempt said: its end, its last lines, its health check's own words. */
  private async evidence(id: string, at: string): Promise<string[]> {
    const { docker } = this.options;
    const tasks = (await docker.tasks(id)).filter((task) => task.CreatedAt >= at.slice(0, 19));
    const failed = tasks.filter(hasFailed).sort((a, b) => (a.CreatedAt < b.CreatedAt ? 1 : -1))[0] ?? tasks.find(({ Status }) => Status.State === 'starting');
    if (!failed) return [];
    const { Err, State, ContainerStatus } = failed.Status;
    const container = ContainerStatus?.ContainerID;
    // a task that never got as far has none
    if (!container) return [Err ?? State];
    const attempt = async (what: () => Promise<string[]>): Promise<string[]> => what().catch(() => []);
    const health = await attempt(async () => {
      const refused = (await docker.container(container)).State.Health?.Log?.filter(({ ExitCode }) => ExitCode !== 0).at(-1);
      return refused ? [`health: ${refused.Output.trim()}`] : [];
    });
    const log = await attempt(async () => (await docker.logs(container, 20)).map((line) => `log: ${line}`));
    const end = health.length > 0 ? 'it was never healthy, and was stopped' : Err ?? `it ended by itself, with ${ContainerStatus.ExitCode ?? State}`;
    return [end, ...health, ...log];
  }
}

const hasFailed = ({ Status }: DockerTask): boolean => ['failed', 'rejected', 'complete'].includes(Status.State);

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

/** The specification with what it is known by again. */
export function labelled(spec: ServiceSpec): ServiceSpec {
  return { ...spec, Labels: { ...spec.Labels, 'com.docker.stack.namespace': 'berth', [label.spec]: digest(spec), [label.task]: digest(spec.TaskTemplate) } };
}

/** The specification that a running service was made from. */
export const specOf = ({ Spec }: Pick<DockerService, 'Spec'>): string | undefined => Spec.Labels[label.spec];
