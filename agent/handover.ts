import { handedOverKey, type Handover, handoverKey, handoverSchema } from '../contract/handover';
import type { Messages } from '../contract/messages';
import type { HandoverState } from './phase';

export interface VolumeHandoverOptions {
  /** What an apply asks for. */
  readonly orders: Messages;
  readonly exchange: Messages;
  /** This machine's id. */
  readonly machine: () => string;
  /** Ends when no rollout is under way any more. */
  readonly rolloutsEnded: () => Promise<void>;
  readonly releaseVolume: () => Promise<void>;
  readonly log: (line: string) => void;
}

/** Gives the volume away when whoever deploys a new machine asks for it. */
export class VolumeHandover {
  state: HandoverState = 'none';
  private request: Handover | undefined;

  constructor(private readonly options: VolumeHandoverOptions) {}

  /** Whether the volume is being given away, or has been: nothing is released, and nothing is reported. */
  get isUnderWay(): boolean {
    return this.state === 'stopping' || this.state === 'released' || this.state === 'answered';
  }

  /** Looks whether the volume is asked for. */
  async look(mounted: boolean): Promise<void> {
    if (this.state === 'none' && mounted) {
      const asked = await this.asked();
      // a request that outlived its machine is none to the one that followed
      if (asked?.machine !== this.options.machine()) return;
      if ((await this.options.exchange.read(handedOverKey, handoverSchema))?.id === asked.id) return;
      this.request = asked;
      this.state = 'requested';
    }
    // whoever asked may have died before the volume was detached, and asks again
    if (this.state === 'answered') {
      const asked = await this.asked();
      if (asked === undefined || asked.machine !== this.request!.machine || asked.id === this.request!.id) return;
      this.request = asked;
      this.state = 'released';
    }
  }

  /** Stops what uses the volume, unmounts it and answers. Whatever fails is tried again at the next look. */
  async proceed(): Promise<void> {
    const { exchange, rolloutsEnded, releaseVolume, log } = this.options;
    if (this.state === 'requested') {
      log('another machine follows: handing over');
      await rolloutsEnded();
      this.state = 'stopping';
      try {
        await releaseVolume();
      } catch (error) {
        this.state = 'none';
        throw error;
      }
      this.state = 'released';
    }
    const { id, machine } = this.request!;
    await exchange.send(handedOverKey, { id, machine });
    this.state = 'answered';
    log('handed over: the volume can go');
  }

  /** The bucket may be away: then nobody can ask. */
  private asked(): Promise<Handover | undefined> {
    return this.options.orders.read(handoverKey, handoverSchema).catch(() => undefined);
  }
}
