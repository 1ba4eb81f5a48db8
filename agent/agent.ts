import { Messages } from '../contract/messages';
import { redacted } from '../lib/redact';
import type { Certificates } from './certificates';
import type { Converger } from './converge';
import { Convergence } from './convergence';
import { VolumeHandover } from './handover';
import { host, type Host } from './host';
import { type Intervals, usualIntervals } from './intervals';
import { Releases } from './ledger';
import type { LogShipper } from './logs/shipper';
import { pause, repeat } from './loop';
import { machineId, machinePlaces, type Places } from './machine-facts';
import { Puller } from './pull';
import { RecipientNotice } from './recipient';
import { ReleaseQueue } from './release-queue';
import { type PruneImages, Reporter } from './reporter';
import { SayOnce } from './say-once';
import { SelfUpdate } from './self-update';
import { objectStore, type Settings } from './settings';

export interface AgentOptions {
  readonly settings: Settings;
  /** SHA-256 of the bundle that runs. */
  readonly digest: string;
  readonly desiredKey: string;
  readonly converger: Pick<
    Converger,
    'converge' | 'deploy' | 'ready' | 'clearFailures' | 'services' | 'recipient' | 'fetch' | 'releaseVolume'
  >;
  readonly logs?: Pick<LogShipper, 'run' | 'problem' | 'shippedTo'>;
  readonly certificates?: Pick<Certificates, 'look'>;
  readonly pruneImages?: PruneImages;
  readonly intervals?: Intervals;
  readonly places?: Places;
  readonly machine?: Pick<Host, 'read' | 'write'>;
  readonly log?: (line: string) => void;
}

/**
 * Pulls what the machine shall be, brings it there, rolls out releases and reports. Whatever fails is logged once, reported until it is over,
 * and tried again. It ends with the signal, and when its bucket holds another agent: the unit starts that one.
 */
export async function runAgent(options: AgentOptions, signal: AbortSignal): Promise<void> {
  const { settings, digest, converger, logs, certificates, pruneImages } = options;
  const { intervals = usualIntervals, places = machinePlaces, machine = host } = options;
  const log = (line: string): void => options.log?.(redacted(line));
  const once = new SayOnce(log);

  const store = objectStore(settings);
  const exchange = new Messages(store, settings.exchangeBucket);
  const orders = new Messages(store, settings.configBucket);
  const releases = new Releases(exchange, machine, settings.folder, (line) => once.say('ledger of before', line));
  const report = (): Promise<void> => reporter.report();
  const queue = new ReleaseQueue({ releases, converger, report, once, log });
  const handover = new VolumeHandover({
    orders,
    exchange,
    machine: () => machineId(places),
    rolloutsEnded: () => queue.settled(),
    releaseVolume: () => converger.releaseVolume(),
    log,
  });
  const puller = new Puller(store, settings.configBucket, options.desiredKey, settings.folder);
  const parts = { settings, store, orders, puller, converger, releases, handover, machine, places, intervals };
  const convergence = new Convergence({ ...parts, report, once, log });
  const reporter = new Reporter({
    agent: { digest, startedAt: new Date().toISOString() },
    generation: settings.generation,
    notice: new RecipientNotice(store, settings.backupsBucket),
    ...{ exchange, converger, releases, certificates, logs, pruneImages, intervals, places, once },
    state: () => ({
      pulled: convergence.pulled,
      converge: convergence.last,
      silent: handover.isUnderWay,
      idle: queue.isIdle,
    }),
  });
  const update = new SelfUpdate(store, settings.configBucket, digest);

  const stop = new AbortController();
  const ends = AbortSignal.any([signal, stop.signal]);
  const every = (work: () => Promise<void>) =>
    repeat(work, intervals.pull, ends, (error) => once.say('agent', error.message));

  const heartbeat = async (): Promise<void> => {
    if (!reporter.isDue) return;
    await reporter.report();
    await update.look();
  };
  /** Only once the machine has been brought to what is desired: a service may be new. */
  const release = async (): Promise<void> => {
    const { ready } = converger;
    if (ready !== undefined && !handover.isUnderWay && convergence.last?.state !== 'converging')
      await queue.begin(ready);
  };
  /** Logs go out when it is known what must not be in them: after the first converge, or when that takes too long. */
  const shipLogs = async (): Promise<void> => {
    const start = performance.now();
    while (!ends.aborted && !convergence.hasConverged && performance.now() - start < intervals.report)
      await pause(intervals.pull / 10, ends);
    await logs?.run(ends, log);
  };
  const beside = [every(heartbeat), every(release), logs && shipLogs()];
  await every(async () => {
    await convergence.look();
    // never in the middle of a rollout
    if (update.pending && queue.isIdle) stop.abort();
  });
  if (update.pending) log('a newer agent is available: restarting');
  await Promise.all([...beside, queue.settled()]);
}
