import { join } from 'node:path';
import type { Desired } from '../contract/desired';
import type { Certificates } from './certificates';
import { handedOverKey, type Handover, handoverKey, handoverSchema, waitsForVolume } from '../contract/handover';
import { type ConvergeReport, type Report, reportKey, type Space, waitingKey } from '../contract/report';
import { managedUrls } from './managed';
import { RecipientNotice } from './recipient';
import { collect, machineId, machinePlaces, type Places } from './machine-facts';
import { attemptKey, attemptSchema } from '../contract/attempt';
import type { Converger } from './converge';
import { Messages } from '../contract/messages';
import { Releases } from './ledger';
import type { LogShipper } from './logs/shipper';
import { type Pulled, Puller } from './pull';
import { redacted } from '../lib/redact';
import { newerBundleAvailable } from './self-update';
import { type Intervals, usualIntervals } from './intervals';
import { type ReleaseRequest, type Revision, whyRefused } from '../contract/release';
import { objectStore, type Settings } from './settings';
import type { ObjectStore } from '../lib/object-store';
import { host, type Host } from './host';
import { rest } from './rest';
import { isMounted, volumeDevice } from './steps/volume';

export interface AgentOptions {
  readonly settings: Settings;
  /** SHA-256 of the bundle that runs. */
  readonly digest: string;
  readonly desiredKey: string;
  readonly converger: Pick<
    Converger,
    'converge' | 'bring' | 'ready' | 'forgive' | 'services' | 'recipient' | 'fetch' | 'handOver'
  >;
  readonly logs?: Pick<LogShipper, 'run' | 'problem' | 'shippedTo'>;
  readonly certificates?: Pick<Certificates, 'look'>;
  /** Looks after the machine, now and then. */
  readonly pruneImages?: (releases: Releases, services: readonly string[], disk: Space) => Promise<void>;
  readonly intervals?: Intervals;
  readonly places?: Places;
  readonly machine?: Pick<Host, 'read' | 'write'>;
  readonly log?: (line: string) => void;
}

/**
 * Pulls what the machine shall be, brings it there, rolls out releases and reports. Whatever fails is said, in the log once and in
 * the report until it is over, and tried again. It ends when it is told to, and when its bucket holds another agent: the unit starts that one.
 */
export async function runAgent(options: AgentOptions, signal: AbortSignal): Promise<void> {
  await new Agent(options, signal).run();
}

class Agent {
  private readonly spaces: ObjectStore;
  private readonly exchange: Messages;
  /** What an apply asks for. */
  private readonly orders: Messages;
  private readonly notice: RecipientNotice;
  private readonly puller: Puller;
  private readonly releases: Releases;
  private readonly intervals: Intervals;
  private readonly log: (line: string) => void;
  private readonly places: Places;
  private readonly startedAt = new Date().toISOString();
  private readonly underway = new Map<string, Promise<void>>();
  private pulled: Pulled = { changed: false };
  private attempt: string | undefined;
  private readonly attemptFile: string;
  private converge: ConvergeReport | undefined;
  private convergedAt = -Infinity;
  private reportedAt = performance.now();
  private reporting: Promise<void> = Promise.resolve();
  private prunedAt = performance.now();
  private renewed = false;
  private attached = false;
  /** The request that it has given its volume away for. */
  private handedOver: (Handover & { readonly answered: boolean }) | undefined;
  private readonly said = new Map<string, string | undefined>();

  constructor(
    private readonly options: AgentOptions,
    private readonly signal: AbortSignal,
  ) {
    const { settings, machine = host, log = () => undefined } = options;
    this.spaces = objectStore(settings);
    this.puller = new Puller(this.spaces, settings.configBucket, options.desiredKey, settings.folder);
    this.log = (line) => log(redacted(line));
    this.exchange = new Messages(this.spaces, settings.exchangeBucket);
    this.orders = new Messages(this.spaces, settings.configBucket);
    this.notice = new RecipientNotice(this.spaces, settings.backupsBucket);
    this.releases = new Releases(this.exchange, machine, settings.folder, (line) => this.say('ledger of before', line));
    this.attemptFile = join(settings.folder, 'attempt');
    this.attempt = machine.read(this.attemptFile);
    this.intervals = options.intervals ?? usualIntervals;
    this.places = options.places ?? machinePlaces;
  }

  async run(): Promise<void> {
    const stop = new AbortController();
    const signal = AbortSignal.any([this.signal, stop.signal]);
    const beside = [
      this.repeat(signal, () => this.heartbeat()),
      this.repeat(signal, () => this.release()),
      this.ship(signal),
    ];
    await this.repeat(signal, async () => {
      await this.look();
      // never in the middle of a rollout
      if (this.renewed && this.underway.size === 0) stop.abort();
    });
    if (this.renewed) this.log('another agent is in the bucket: making way for it');
    await Promise.all([...beside, ...this.underway.values()]);
  }

  /** Logs go out when it is known what must not be in them: after the first converge, or when that takes too long. */
  private async ship(signal: AbortSignal): Promise<void> {
    const { logs } = this.options;
    for (
      const start = performance.now();
      logs && !signal.aborted && this.convergedAt === -Infinity && performance.now() - start < this.intervals.report;
    )
      await rest(this.intervals.pull / 10, signal);
    await logs?.run(signal, this.log);
  }

  private async repeat(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      await work().catch((error: Error) => this.say('agent', error.message));
      await rest(this.intervals.pull, signal);
    }
  }

  /** Says a thing once, until it is another. */
  private say(about: string, line: string | undefined): void {
    if (line !== undefined && this.said.get(about) !== line) this.log(line);
    this.said.set(about, line);
  }

  /** Pulls, and converges when there is something to do. */
  private async look(): Promise<void> {
    const pulled = await this.puller.pull();
    if (pulled.changed) this.log(`desired state ${pulled.digest!.slice(0, 12)} pulled`);
    const news = pulled.problem !== this.pulled.problem;
    this.pulled = pulled;
    this.say('pull', pulled.problem);
    if (await this.handOver()) return;
    const attempt = await this.readAttempt();
    const asked = attempt !== undefined && attempt !== this.attempt;
    const idle = performance.now() - this.convergedAt;
    const troubled = (this.converge?.problems.length ?? 0) > 0;
    const attached = this.places.exists(volumeDevice(this.options.settings.volume));
    const arrived = attached && !this.attached && !this.holdsVolume();
    this.attached = attached;
    const due =
      pulled.changed || asked || arrived || idle >= (troubled ? this.intervals.retry : this.intervals.converge);
    if (asked) {
      this.options.converger.forgive();
      this.attempt = attempt;
      // a restart is not a deploy: what failed before it is not tried again because of it
      (this.options.machine ?? host).write(this.attemptFile, attempt);
    }
    if (pulled.desired && due) await this.convergeTo(pulled.desired, pulled.digest!);
    else if (news) await this.report();
  }

  private holdsVolume(): boolean {
    return isMounted(this.places, this.options.machine ?? host);
  }

  /**
   * Gives the volume away when somebody asks for it who deploys a machine that follows; true from then on. After a restart of this
   * machine it would take its work up again, if it still had the volume.
   */
  private async handOver(): Promise<boolean> {
    const { converger } = this.options;
    if (this.handedOver === undefined && this.holdsVolume()) {
      // nobody can ask while the bucket is away
      const asked = await this.orders.read(handoverKey, handoverSchema).catch(() => undefined);
      // a request that outlived its machine is none to the one that followed
      if (
        !asked ||
        asked.machine !== machineId(this.places) ||
        (await this.exchange.read(handedOverKey, handoverSchema))?.id === asked.id
      )
        return false;
      this.log('another machine follows: handing over');
      await Promise.all(this.underway.values());
      this.handedOver = { ...asked, answered: false };
      try {
        await converger.handOver();
      } catch (error) {
        // what could not be stopped is tried again
        this.handedOver = undefined;
        throw error;
      }
    }
    // whoever asked may have died before the volume went, and asks again
    if (this.handedOver?.answered === true) {
      const asked = await this.orders.read(handoverKey, handoverSchema).catch(() => undefined);
      if (asked?.machine === this.handedOver.machine && asked.id !== this.handedOver.id)
        this.handedOver = { ...asked, answered: false };
    }
    if (this.handedOver?.answered === false) {
      const { id, machine } = this.handedOver;
      await this.exchange.send(handedOverKey, { id, machine });
      this.handedOver = { id, machine, answered: true };
      this.log('handed over: the volume can go');
    }
    return this.handedOver !== undefined;
  }

  /** The id that a deploy leaves when it begins to wait: it wants to be answered, also if nothing else is new. */
  private async readAttempt(): Promise<string | undefined> {
    return (await this.orders.read(attemptKey, attemptSchema).catch(() => undefined))?.id;
  }

  private async convergeTo(desired: Desired, digest: string): Promise<void> {
    const start = performance.now();
    const fresh = this.converge?.digest !== digest || this.converge.attempt !== this.attempt;
    if (fresh) {
      this.converge = {
        digest,
        attempt: this.attempt,
        state: 'converging',
        problems: [],
        at: new Date().toISOString(),
        seconds: 0,
      };
      await this.report();
    }
    let problems: readonly string[];
    try {
      const { converger, settings } = this.options;
      if (!this.holdsVolume() && !this.places.exists(volumeDevice(settings.volume))) {
        const before = await this.releases.imagesElsewhere(desired.services);
        problems = [waitsForVolume, ...before.problems, ...(await converger.fetch(desired, before.images))];
      } else {
        await this.releases.open(desired.services);
        problems = (
          await converger.converge(desired, {
            images: this.releases.images(),
            imageNow: (name) => this.releases.imageNow(name),
            managed: await managedUrls(this.spaces, settings.configBucket, desired),
          })
        ).problems;
      }
    } catch (error) {
      problems = [(error as Error).message];
    }
    this.convergedAt = performance.now();
    const before = this.converge;
    const state = problems.length === 0 ? 'converged' : 'failed';
    this.converge = {
      digest,
      attempt: this.attempt,
      state,
      problems: [...problems],
      at: new Date().toISOString(),
      seconds: Math.round((this.convergedAt - start) / 100) / 10,
    };
    this.say(
      'converge',
      problems.length === 0 ? `converged to ${digest.slice(0, 12)}` : `not converged: ${problems.join('; ')}`,
    );
    if (fresh || before?.state !== state || before.problems.join() !== problems.join()) await this.report();
  }

  /** Begins what was asked for; services do not wait for each other, and one does one thing after the other. */
  private async release(): Promise<void> {
    // only once the machine has been brought to what is desired: a service may be new
    if (
      this.handedOver !== undefined ||
      this.options.converger.ready === undefined ||
      this.converge?.state === 'converging'
    )
      return;
    await this.releases.publish();
    for (const request of await this.releases.pending()) {
      const why = whyRefused(request, this.options.converger.ready.services);
      // what is refused takes nobody's turn, however much of it there is
      if (why !== undefined) await this.releases.refuse(request, why);
      if (why !== undefined || this.underway.has(request.service)) continue;
      const work = this.rollOut(request)
        .catch((error: Error) => this.say(request.id, `${request.service} ${request.id}: ${error.message}`))
        .finally(() => this.underway.delete(request.service));
      this.underway.set(request.service, work);
    }
  }

  private async rollOut(request: ReleaseRequest & { id: string }): Promise<void> {
    const { converger } = this.options;
    // the agent was killed in the middle of it: it may have ended meanwhile, and is judged by that
    const resumed = this.releases.find(request.service, request.id);
    const revision: Revision = resumed ?? {
      ...request,
      state: 'rolling out',
      startedAt: new Date().toISOString(),
      lines: [],
    };
    const end = async (state: Revision['state'], lines: readonly string[]): Promise<void> => {
      await this.releases.record({ ...revision, state, lines: [...lines], endedAt: new Date().toISOString() });
      this.log(`${request.service} ${request.id}: ${state}`);
      await this.report();
    };
    if (!resumed) converger.forgive(request.service);
    await this.releases.record(revision);
    const lines: string[] = [];
    try {
      const verdict = await converger.bring(request.service, request.image, (line) => {
        lines.push(line);
        this.releases
          .record({ ...revision, lines: [...lines] })
          .catch((error: Error) =>
            this.say(
              'ledger',
              `what happens to ${request.service} ${request.id} cannot be written down: ${error.message}`,
            ),
          );
      });
      await end(verdict.outcome === 'unchanged' ? 'healthy' : verdict.outcome, verdict.lines);
    } catch (error) {
      // nothing was touched: the image could not be had, or what the service needs is not there
      await end('failed', [...lines, (error as Error).message]);
    }
  }

  private async heartbeat(): Promise<void> {
    if (performance.now() - this.reportedAt < this.intervals.report) return;
    await this.report();
    this.renewed = await newerBundleAvailable(this.spaces, this.options.settings.configBucket, this.options.digest);
  }

  /** One after the other; a report that could not be written is made up for by the next heartbeat. */
  private report(): Promise<void> {
    return (this.reporting = this.reporting.then(async () => {
      const { settings, digest, converger, certificates, pruneImages } = this.options;
      try {
        const recipient = await converger.recipient();
        const report: Report = {
          ...(await collect(this.pulled, { digest, startedAt: this.startedAt }, settings.generation, this.places)),
          converge: this.converge,
          logs: this.options.logs && { problem: this.options.logs.problem, shippedTo: this.options.logs.shippedTo },
          recipient,
          // without Docker there is still something to tell, and somebody who wants to know
          services: await converger.services(this.releases).catch(() => undefined),
          certificates: converger.ready && (await certificates?.look(converger.ready)),
        };
        // only who holds the volume speaks for the environment; who has given it away leaves the word to the one that waits for it
        if (this.handedOver === undefined)
          await this.exchange.send(report.machine.volume ? reportKey : waitingKey, report);
        this.reportedAt = performance.now();
        await this.notice.keep(recipient);
        this.say('report', undefined);
        if (
          pruneImages &&
          converger.ready &&
          this.underway.size === 0 &&
          performance.now() - this.prunedAt > this.intervals.converge
        ) {
          this.prunedAt = performance.now();
          await pruneImages(this.releases, Object.keys(converger.ready.services), report.machine.disk);
        }
      } catch (error) {
        this.say('report', `the report could not be written: ${(error as Error).message}`);
      }
    }));
  }
}
