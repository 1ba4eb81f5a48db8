import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { DurableFile } from '../../lib/durable-file';
import { Journal } from './journal';
import { Batch, type Limits, type Position, usualLimits } from './batch';
import { isoTime } from '../../contract/log';
import { messageJson } from '../../contract/messages';

/** Where logs are kept: of the environment's exchange bucket, the two calls that it takes. */
export interface LogBucket {
  has(key: string): Promise<boolean>;
  put(key: string, body: Buffer, contentType: string): Promise<void>;
}

export interface LogShipperOptions {
  readonly bucket: LogBucket;
  /** Where it remembers how far it is. */
  readonly folder: string;
  readonly journal?: Journal;
  readonly limits?: Limits;
  /** Milliseconds: between two looks at the journal, at most between two attempts, and for one call to the bucket. */
  readonly intervals?: { readonly pause: number; readonly longestPause: number; readonly call: number };
}

export const usualLogIntervals = { pause: 10_000, longestPause: 60_000, call: 60_000 } as const;

interface Kept {
  /** Everything up to here is in the bucket. */
  readonly position?: Position;
  /** What may have arrived there or not, when the last call was not heard to end: its key, and where it ends. */
  readonly sending?: { readonly key: string; readonly position: Position };
}

/**
 * Carries the journal to the bucket, each line once. The journal is the buffer: nothing waits in memory. Before a batch is sent,
 * its key and its end are written down; after it, that it arrived. Whoever finds a batch written down and not its arrival asks the
 * bucket, and if it is not there, sends the very same lines again.
 */
export class LogShipper {
  /** Why logs are not shipped, while they are not. */
  problem?: string;
  private readonly file: DurableFile<Kept>;
  private readonly bucket: LogBucket;
  private readonly journal: Journal;
  private readonly limits: Limits;
  private readonly intervals: NonNullable<LogShipperOptions['intervals']>;

  constructor({
    bucket,
    folder,
    journal = new Journal(),
    limits = usualLimits,
    intervals = usualLogIntervals,
  }: LogShipperOptions) {
    this.file = new DurableFile(join(folder, 'logs.json'));
    this.bucket = bucket;
    this.journal = journal;
    this.limits = limits;
    this.intervals = intervals;
  }

  /** The time of the last line that is in the bucket, ISO 8601. */
  get shippedTo(): string | undefined {
    const at = this.file.read()?.position?.at;
    return at === undefined ? undefined : isoTime(at);
  }

  /** Ships until it is told to end. What fails is said once, and tried again with longer and longer pauses. */
  async run(signal: AbortSignal, log: (line: string) => void = () => undefined): Promise<void> {
    let pause = this.intervals.pause;
    while (!signal.aborted) {
      let more = false;
      try {
        more = await this.ship();
        if (this.problem !== undefined) log('logs are shipped again');
        this.problem = undefined;
        pause = this.intervals.pause;
      } catch (error) {
        const { message } = error as Error;
        if (message !== this.problem) log(`logs are not shipped: ${message}`);
        this.problem = message;
        pause = Math.min(pause * 2, this.intervals.longestPause);
      }
      if (!more) await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Ships one batch, if there is anything to ship, and tells whether more is waiting. */
  async ship(): Promise<boolean> {
    const { position, sending } = this.file.read() ?? {};
    if (sending && (await this.inTime(this.bucket.has(sending.key)))) {
      this.file.write({ position: sending.position });
      return true;
    }
    const batch = await this.read(position, sending?.position);
    const next = batch.position;
    const key = batch.key && (sending?.key ?? batch.key);
    if (key !== undefined) {
      const body = await compress(batch.lines.map((line) => `${messageJson(line)}\n`).join(''));
      this.file.write({ position, sending: { key, position: next! } });
      await this.inTime(this.bucket.put(key, body, 'application/gzip'));
    }
    if (next !== position || sending) this.file.write({ position: next });
    return batch.full || sending !== undefined;
  }

  /** What follows a position; with `until`, exactly up to there. */
  private async read(from: Position | undefined, until?: Position): Promise<Batch> {
    const batch = new Batch(from, this.limits);
    let count = 0;
    try {
      for await (const entry of this.journal.read(from?.cursor)) {
        if (until && entry.journal === until.journal && entry.seq > until.seq) break;
        if (!batch.take(entry)) break;
        count++;
        if (batch.full || entry.cursor === until?.cursor) break;
      }
    } catch (error) {
      // what was read before a fault is good, and the fault is met again right after it
      if (count === 0 || until) throw error;
    }
    return batch;
  }

  /** The bucket may also never answer. */
  private async inTime<T>(call: Promise<T>): Promise<T> {
    const late = new AbortController();
    const tooLate = sleep(this.intervals.call, undefined, { signal: late.signal }).then(() => {
      throw new Error(`the bucket did not answer within ${this.intervals.call / 1000} s`);
    });
    try {
      return await Promise.race([call, tooLate]);
    } finally {
      tooLate.catch(() => undefined);
      late.abort();
    }
  }
}

const compress = promisify(gzip) as (text: string) => Promise<Buffer>;
