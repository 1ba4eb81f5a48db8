import { createHash } from 'node:crypto';
import type { DockerService } from './docker';
import type { Host } from './host';
import type { ServiceSpec } from './render/service-spec';
import { type Attempt, type Ended, type Outcome, RolloutWatch, type WatchOptions } from './rollout-watch';

/** How bringing one service to what is wanted has ended. */
export interface Verdict {
  /**
   * - `unchanged`: it was there already.
   * - `healthy`: the orchestrator says that the update is complete, and its health check passed on the new revision.
   * - `rolled back`: it was not, and the former revision serves as before.
   * - `failed`: it was not, and there is no former revision, or only the number of containers was to change: those that ran go on.
   */
  readonly outcome: 'unchanged' | Outcome;
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

export interface RolloutOptions extends WatchOptions {
  readonly machine: Pick<Host, 'read' | 'write'>;
  /** Where it remembers. */
  readonly file: string;
}

const label = { spec: 'berth.spec', task: 'berth.task' } as const;

/** Brings services to their specifications, one rollout of each at a time, and judges how it ended. */
export class Rollout {
  private readonly memory: Memory;
  private readonly watcher: RolloutWatch;

  constructor(private readonly options: RolloutOptions) {
    const text = options.machine.read(options.file);
    this.memory = text === undefined ? { failed: {}, tried: {} } : (JSON.parse(text) as Memory);
    this.watcher = new RolloutWatch(options);
  }

  /** Forgets what failed, of one service or of all: it is tried again. */
  clearFailures(service?: string): void {
    for (const name of service === undefined ? Object.keys(this.memory.failed) : [service])
      delete this.memory.failed[name];
    this.save();
  }

  async apply(plain: ServiceSpec, say: (line: string) => void = () => undefined): Promise<Verdict> {
    const start = performance.now();
    const spec = labelled(plain);
    const failed = this.memory.failed[spec.Name];
    if (failed?.hash === hashOf(spec)) return { outcome: failed.outcome, lines: failed.lines, seconds: 0 };
    const lines: string[] = [];
    const log = (line: string): void => {
      lines.push(line);
      say(line);
    };
    const ended = await this.deploy(spec, log);
    if (ended === undefined) return { outcome: 'unchanged', lines, seconds: 0 };
    const [outcome, reasons] = ended;
    reasons.forEach(log);
    this.conclude(spec, outcome, lines);
    return { outcome, lines, seconds: Math.round((performance.now() - start) / 100) / 10 };
  }

  /** Hands the specification to Docker and watches; `undefined` when the service is that already. */
  private async deploy(spec: ServiceSpec, log: (line: string) => void): Promise<Ended | undefined> {
    const { docker } = this.options;
    const before = (await docker.services()).find(({ Spec }) => Spec.Name === spec.Name);
    const earlier = this.memory.tried[spec.Name];
    // the agent was away meanwhile: what it asked for is under way, or over
    if (before !== undefined && earlier?.hash === hashOf(spec) && hasArrived(before, earlier))
      return this.watcher.watch(before.ID, spec, earlier, log);
    if (before !== undefined && specOf(before) === hashOf(spec)) {
      if (before.UpdateStatus?.State !== 'updating') return undefined;
      return this.watcher.watchUpdate(before.ID, spec, { index: before.Version.Index - 1, at: '' }, log);
    }
    const attempt = attemptOf(before, spec);
    this.memory.tried[spec.Name] = attempt;
    this.save();
    const id = before?.ID ?? (await docker.createService(spec));
    if (before !== undefined) await docker.updateService(before, spec);
    if (attempt.how === 'start') log('started for the first time');
    if (attempt.how === 'update') log('rolling out, the new one beside the old one');
    return this.watcher.watch(id, spec, attempt, log);
  }

  private conclude(spec: ServiceSpec, outcome: Outcome, lines: readonly string[]): void {
    const { Name: name } = spec;
    if (outcome === 'healthy') delete this.memory.failed[name];
    else this.memory.failed[name] = { hash: hashOf(spec), lines, outcome };
    delete this.memory.tried[name];
    this.save();
  }

  private save(): void {
    // what a container said may be nobody's business
    this.options.machine.write(this.options.file, JSON.stringify(this.memory), 0o600);
  }
}

function attemptOf(before: DockerService | undefined, spec: ServiceSpec): Attempt {
  const sameTask = before?.Spec.Labels[label.task] === spec.Labels[label.task];
  return {
    hash: hashOf(spec),
    how: before === undefined ? 'start' : sameTask ? 'scale' : 'update',
    index: before?.Version.Index ?? 0,
    former: before?.UpdateStatus?.StartedAt,
    at: new Date().toISOString(),
  };
}

/** Whether Docker has taken what was tried: the service is that, or was and has been taken back. */
const hasArrived = (service: DockerService, { hash, index, former }: Attempt): boolean =>
  service.Version.Index > index &&
  (specOf(service) === hash ||
    (service.UpdateStatus?.State.startsWith('rollback') === true && service.UpdateStatus.StartedAt !== former));

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

/** What a labelled specification is known by. */
const hashOf = (spec: ServiceSpec): string => spec.Labels[label.spec]!;
