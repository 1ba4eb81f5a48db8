import type { Messages } from '../contract/messages';
import { type ConvergeReport, type Report, reportKey, type Space, waitingKey } from '../contract/report';
import type { Certificates } from './certificates';
import type { Converger } from './converge';
import type { Intervals } from './intervals';
import { KeyedQueue } from './keyed-queue';
import type { Releases } from './ledger';
import type { LogShipper } from './logs/shipper';
import { collect, type Places } from './machine-facts';
import type { Pulled } from './pull';
import type { RecipientNotice } from './recipient';
import type { SayOnce } from './say-once';

/** Removes images that nothing needs, now and then. */
export type PruneImages = (releases: Releases, services: readonly string[], disk: Space) => Promise<void>;

/** What a report says beside the machine's facts. */
export interface Reported {
  readonly pulled: Pulled;
  readonly converge: ConvergeReport | undefined;
  /** The volume has been given away: the machine that waits for it speaks from now on. */
  readonly silent: boolean;
  /** No rollout is under way. */
  readonly idle: boolean;
}

export interface ReporterOptions {
  readonly agent: Report['agent'];
  readonly generation: number;
  readonly exchange: Messages;
  readonly notice: RecipientNotice;
  readonly converger: Pick<Converger, 'recipient' | 'services' | 'ready'>;
  readonly releases: Releases;
  readonly certificates?: Pick<Certificates, 'look'>;
  readonly logs?: Pick<LogShipper, 'problem' | 'shippedTo'>;
  readonly pruneImages?: PruneImages;
  readonly intervals: Intervals;
  readonly places: Places;
  readonly once: SayOnce;
  readonly state: () => Reported;
}

/** Writes the report, one after the other. One that could not be written is made up for by the next heartbeat. */
export class Reporter {
  private readonly queue = new KeyedQueue();
  private reportedAt = performance.now();
  private prunedAt = performance.now();

  constructor(private readonly options: ReporterOptions) {}

  /** No report was written for a while. */
  get isDue(): boolean {
    return performance.now() - this.reportedAt >= this.options.intervals.report;
  }

  report(): Promise<void> {
    const { once } = this.options;
    return this.queue.run('report', () =>
      this.write().catch((error: Error) => once.say('report', `the report could not be written: ${error.message}`)),
    );
  }

  private async write(): Promise<void> {
    const { exchange, notice, once, state } = this.options;
    const report = await this.compose();
    // only the machine that holds the volume speaks for the environment
    if (!state().silent) await exchange.send(report.machine.volume ? reportKey : waitingKey, report);
    this.reportedAt = performance.now();
    await notice.keep(report.recipient);
    once.say('report', undefined);
    await this.prune(report.machine.disk);
  }

  private async compose(): Promise<Report> {
    const { agent, generation, places, converger, releases, logs, certificates, state } = this.options;
    const recipient = await converger.recipient();
    return {
      ...(await collect(state().pulled, agent, generation, places)),
      converge: state().converge,
      logs: logs && { problem: logs.problem, shippedTo: logs.shippedTo },
      recipient,
      // without Docker there is still something to tell, and somebody who wants to know
      services: await converger.services(releases).catch(() => undefined),
      certificates: converger.ready && (await certificates?.look(converger.ready)),
    };
  }

  private async prune(disk: Space): Promise<void> {
    const { pruneImages, converger, releases, intervals, state } = this.options;
    if (pruneImages === undefined || converger.ready === undefined || !state().idle) return;
    if (performance.now() - this.prunedAt <= intervals.converge) return;
    this.prunedAt = performance.now();
    await pruneImages(releases, Object.keys(converger.ready.services), disk);
  }
}
