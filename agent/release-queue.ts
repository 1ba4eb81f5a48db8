import type { Desired } from '../contract/desired';
import { type ReleaseRequest, type Revision, whyRefused } from '../contract/release';
import type { Converger } from './converge';
import { KeyedQueue } from './keyed-queue';
import type { Releases } from './ledger';
import type { SayOnce } from './say-once';

type Request = ReleaseRequest & { readonly id: string };

export interface ReleaseQueueOptions {
  readonly releases: Releases;
  readonly converger: Pick<Converger, 'deploy' | 'clearFailures'>;
  readonly report: () => Promise<void>;
  readonly once: SayOnce;
  readonly log: (line: string) => void;
}

/** Rolls out what was asked for. Services do not wait for each other; of one service, one release follows the other. */
export class ReleaseQueue {
  private readonly queue = new KeyedQueue();

  constructor(private readonly options: ReleaseQueueOptions) {}

  get isIdle(): boolean {
    return this.queue.isIdle;
  }

  settled(): Promise<void> {
    return this.queue.settled();
  }

  /** Begins what was asked for of these services. */
  async begin({ services }: Pick<Desired, 'services'>): Promise<void> {
    const { releases, once } = this.options;
    await releases.publish();
    for (const request of await releases.pending()) {
      const { service, id } = request;
      const why = whyRefused(request, services);
      // what is refused takes nobody's turn, however much of it there is
      if (why !== undefined) await releases.refuse(request, why);
      if (why !== undefined || this.queue.has(service)) continue;
      void this.queue
        .run(service, () => this.rollOut(request))
        .catch((error: Error) => once.say(id, `${service} ${id}: ${error.message}`));
    }
  }

  private async rollOut(request: Request): Promise<void> {
    const { releases, converger, once } = this.options;
    const { service, id, image } = request;
    // the agent was killed in the middle of it: it may have ended meanwhile, and is judged by that
    const resumed = releases.find(service, id);
    const revision: Revision = resumed ?? {
      ...request,
      state: 'rolling out',
      startedAt: new Date().toISOString(),
      lines: [],
    };
    if (!resumed) converger.clearFailures(service);
    await releases.record(revision);
    const lines: string[] = [];
    const say = (line: string): void => {
      lines.push(line);
      releases
        .record({ ...revision, lines: [...lines] })
        .catch((error: Error) =>
          once.say('ledger', `what happens to ${service} ${id} cannot be written down: ${error.message}`),
        );
    };
    try {
      const verdict = await converger.deploy(service, image, say);
      await this.end(revision, verdict.outcome === 'unchanged' ? 'healthy' : verdict.outcome, verdict.lines);
    } catch (error) {
      // nothing was touched: the image could not be had, or what the service needs is not there
      await this.end(revision, 'failed', [...lines, (error as Error).message]);
    }
  }

  private async end(revision: Revision, state: Revision['state'], lines: readonly string[]): Promise<void> {
    const { releases, log, report } = this.options;
    await releases.record({ ...revision, state, lines: [...lines], endedAt: new Date().toISOString() });
    log(`${revision.service} ${revision.id}: ${state}`);
    await report();
  }
}
