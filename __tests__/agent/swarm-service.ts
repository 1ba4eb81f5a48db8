import type { DockerTask } from '../../agent/docker';
import type { ServiceSpec } from '../../agent/render/service-spec';

/** What containers of an image do. */
export interface Behaviour {
  /**
   * - `run`: is healthy after a moment.
   * - `crash`: ends with 1.
   * - `sick`: runs, and is never healthy: the orchestrator stops it, and says no more than that it ended with 0.
   * - `pending`: no place for it; it never gets a container.
   * - `start`: starts for ever.
   */
  readonly does: 'run' | 'crash' | 'sick' | 'pending' | 'start';
  readonly log?: readonly string[];
  /** What the health check says. */
  readonly health?: string;
}

type Status = NonNullable<import('../../agent/docker').DockerService['UpdateStatus']>;
type Task = { -readonly [Key in keyof DockerTask]: DockerTask[Key] };

export const runs = ({ DesiredState, Status }: DockerTask): boolean =>
  DesiredState === 'running' && Status.State === 'running';

let moments = 0;
/** Now, and never the same twice: in nanoseconds, as Docker tells it. */
const moment = (): string => new Date().toISOString().replace('Z', `${String(moments++).padStart(6, '0')}Z`);

/**
 * A replicated service as swarm plays it: an update resets the status, replaces one container after the other, the new one beside the
 * old one, and goes back to the specification before when one ends. One thing happens with each step.
 */
export class SwarmService {
  readonly tasks: Task[] = [];
  index = 10;
  status: Status | undefined;
  private former: ServiceSpec | undefined;
  private play: Generator<void>;
  private stale = 0;

  constructor(
    readonly id: string,
    public spec: ServiceSpec,
    private readonly behaviours: ReadonlyMap<string, Behaviour>,
  ) {
    this.play = this.fill();
  }

  step(): void {
    if (this.stale > 0) this.stale--;
    else this.play.next();
  }

  /** To the end of what is going on; of what never ends, far into it. */
  settle(): this {
    for (let left = 100; left > 0 && this.play.next().done !== true; left--);
    return this;
  }

  update(spec: ServiceSpec, lag: number): void {
    this.former = this.spec;
    this.spec = spec;
    this.index++;
    this.stale = lag;
    const before = this.status;
    this.play = this.replace();
    if (lag === 0) this.play.next();
    else this.status = before;
  }

  private get current(): DockerTask[] {
    const wanted = JSON.stringify(this.spec.TaskTemplate);
    return this.tasks.filter((task) => runs(task) && JSON.stringify(task.Spec) === wanted);
  }

  /** Containers that are missing are started; what ends is started again, for ever. */
  private *fill(): Generator<void> {
    for (;;) {
      if (this.current.length >= this.spec.Mode.Replicated.Replicas) return;
      yield* this.begin();
    }
  }

  private *replace(): Generator<void> {
    this.status = undefined;
    yield;
    const old = this.tasks.filter((task) => runs(task) && !this.current.includes(task));
    if (old.length === 0) {
      yield* this.fill();
      return;
    }
    this.report({ State: 'updating', StartedAt: moment(), Message: 'update in progress' });
    while (this.current.length < this.spec.Mode.Replicated.Replicas) {
      yield;
      if (yield* this.begin()) {
        this.shutDown(old.shift());
        continue;
      }
      this.report({ ...this.status!, State: 'rollback_started', Message: 'update rolled back due to failure' });
      this.spec = this.former!;
      yield;
      yield* this.fill();
      this.report({ ...this.status!, State: 'rollback_completed', Message: 'rollback completed' });
      return;
    }
    old.forEach((task) => this.shutDown(task));
    this.report({ ...this.status!, State: 'completed', Message: 'update completed' });
  }

  private report(status: Status): void {
    this.status = status;
    this.index++;
  }

  private shutDown(task: DockerTask | undefined): void {
    const found = this.tasks.find((each) => each === task);
    if (found) Object.assign(found, { DesiredState: 'shutdown', Status: { State: 'shutdown' } });
  }

  /** One container; whether it runs. */
  private *begin(): Generator<void, boolean> {
    const { does } = this.behaviours.get(this.spec.TaskTemplate.ContainerSpec.Image) ?? { does: 'run' };
    const task: Task = {
      ID: `${this.id}-task${this.tasks.length}`,
      CreatedAt: moment(),
      DesiredState: 'running',
      Spec: this.spec.TaskTemplate,
      Status: { State: 'pending' },
    };
    this.tasks.push(task);
    const ContainerStatus = { ContainerID: `${task.ID}-container`, ExitCode: 0 };
    while (does === 'pending') {
      task.Status = { State: 'pending', Err: 'no suitable node (insufficient resources on 1 node)' };
      yield;
    }
    yield;
    do {
      task.Status = { State: 'starting', ContainerStatus };
      yield;
    } while (does === 'start');
    if (does === 'run') {
      task.Status = { State: 'running', ContainerStatus };
      return true;
    }
    task.DesiredState = 'shutdown';
    task.Status =
      does === 'crash'
        ? { State: 'failed', Err: 'task: non-zero exit (1)', ContainerStatus: { ...ContainerStatus, ExitCode: 1 } }
        : { State: 'complete', ContainerStatus };
    yield;
    return false;
  }
}
