import { join } from 'node:path';
import { attemptKey, attemptSchema } from '../contract/attempt';
import type { Desired } from '../contract/desired';
import { waitsForVolume } from '../contract/handover';
import type { Messages } from '../contract/messages';
import type { ConvergeReport } from '../contract/report';
import type { ObjectStore } from '../lib/object-store';
import type { Converger } from './converge';
import type { VolumeHandover } from './handover';
import type { Host } from './host';
import type { Intervals } from './intervals';
import type { Releases } from './ledger';
import type { Places } from './machine-facts';
import { managedUrls } from './managed';
import { isDue, nextPhase, type Phase } from './phase';
import type { Pulled, Puller } from './pull';
import type { SayOnce } from './say-once';
import type { Settings } from './settings';
import { isMounted, volumeDevice } from './steps/volume';

export interface ConvergenceOptions {
  readonly settings: Settings;
  readonly store: ObjectStore;
  readonly orders: Messages;
  readonly puller: Puller;
  readonly converger: Pick<Converger, 'converge' | 'fetch' | 'clearFailures'>;
  readonly releases: Releases;
  readonly handover: VolumeHandover;
  readonly machine: Pick<Host, 'read' | 'write'>;
  readonly places: Places;
  readonly intervals: Intervals;
  readonly report: () => Promise<void>;
  readonly once: SayOnce;
  readonly log: (line: string) => void;
}

/** Pulls what the machine shall be, and goes through its phases. */
export class Convergence {
  pulled: Pulled = { changed: false };
  /** How converging went last; `undefined` before the first time. */
  last: ConvergeReport | undefined;
  private convergedAt = -Infinity;
  private wasAttached = false;
  /** The deploy that was answered last. */
  private attempt: string | undefined;
  private readonly attemptFile: string;

  constructor(private readonly options: ConvergenceOptions) {
    this.attemptFile = join(options.settings.folder, 'attempt');
    this.attempt = options.machine.read(this.attemptFile);
  }

  /** Whether the machine was converged, well or not, since the agent started. */
  get hasConverged(): boolean {
    return this.convergedAt !== -Infinity;
  }

  async look(): Promise<void> {
    const { handover, report } = this.options;
    const hasNews = await this.pull();
    await handover.look(this.isMounted);
    const due = handover.state === 'none' && (await this.isDue());
    const observed = { handover: handover.state, mounted: this.isMounted, attached: this.isAttached, due };
    const phase = nextPhase(observed);
    if (phase === 'handed over') return;
    if (phase === 'handing over') return handover.proceed();
    if (due) return this.converge(phase);
    if (hasNews) await report();
  }

  /** True when there is another problem with pulling than before, or none any more. */
  private async pull(): Promise<boolean> {
    const { puller, once, log } = this.options;
    const before = this.pulled.problem;
    this.pulled = await puller.pull();
    const { changed, digest, problem } = this.pulled;
    if (changed) log(`desired state ${digest!.slice(0, 12)} pulled`);
    once.say('pull', problem);
    return problem !== before;
  }

  private get isMounted(): boolean {
    return isMounted(this.options.places, this.options.machine);
  }

  private get isAttached(): boolean {
    return this.options.places.exists(volumeDevice(this.options.settings.volume));
  }

  /** Finds out why the machine should be converged now. What a deploy asks for is taken up, and tried anew if it failed. */
  private async isDue(): Promise<boolean> {
    const { converger, machine, intervals } = this.options;
    const attempt = await this.readAttempt();
    const asked = attempt !== undefined && attempt !== this.attempt;
    const arrived = this.isAttached && !this.wasAttached && !this.isMounted;
    this.wasAttached = this.isAttached;
    const failed = (this.last?.problems.length ?? 0) > 0;
    const idle = performance.now() - this.convergedAt;
    if (asked) {
      converger.clearFailures();
      this.attempt = attempt;
      // a restart is not a deploy: what failed before it is not tried again because of it
      machine.write(this.attemptFile, attempt);
    }
    const { changed, desired } = this.pulled;
    return desired !== undefined && isDue({ changed, asked, arrived, failed, idle }, intervals);
  }

  /** The id that a deploy leaves when it begins to wait: it wants an answer, also if nothing else is new. */
  private async readAttempt(): Promise<string | undefined> {
    return (await this.options.orders.read(attemptKey, attemptSchema).catch(() => undefined))?.id;
  }

  private async converge(phase: Phase): Promise<void> {
    const { desired, digest } = this.pulled;
    const { report, once } = this.options;
    const start = performance.now();
    const isNew = this.last?.digest !== digest || this.last?.attempt !== this.attempt;
    if (isNew) {
      this.last = this.result(digest!, 'converging', [], 0);
      await report();
    }
    const before = this.last;
    const problems = await this.bring(phase, desired!).catch((error: Error) => [error.message]);
    this.convergedAt = performance.now();
    const state = problems.length === 0 ? 'converged' : 'failed';
    this.last = this.result(digest!, state, problems, Math.round((this.convergedAt - start) / 100) / 10);
    once.say(
      'converge',
      problems.length === 0 ? `converged to ${digest!.slice(0, 12)}` : `not converged: ${problems.join('; ')}`,
    );
    if (isNew || before?.state !== state || before.problems.join() !== problems.join()) await report();
  }

  private result(
    digest: string,
    state: ConvergeReport['state'],
    problems: readonly string[],
    seconds: number,
  ): ConvergeReport {
    const at = new Date().toISOString();
    return { digest, attempt: this.attempt, state, problems: [...problems], at, seconds };
  }

  /** Gives back what is not as it shall be. */
  private async bring(phase: Phase, desired: Desired): Promise<readonly string[]> {
    const { converger, releases, store, settings } = this.options;
    if (phase === 'waiting for the volume') {
      const before = await releases.imagesElsewhere(desired.services);
      return [waitsForVolume, ...before.problems, ...(await converger.fetch(desired, before.images))];
    }
    await releases.open(desired.services);
    const { problems } = await converger.converge(desired, {
      images: releases.images(),
      imageNow: (name) => releases.imageNow(name),
      managed: await managedUrls(store, settings.configBucket, desired),
    });
    return problems;
  }
}
