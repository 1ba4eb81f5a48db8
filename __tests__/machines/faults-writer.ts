import { setTimeout as sleep } from 'node:timers/promises';
import type { BootedProduct } from '../../bench/booted-product';

/** One attempt to write a row: its id, when it was answered, and whether the row was acknowledged. */
interface Attempt {
  readonly id: string;
  readonly at: number;
  readonly acknowledged: boolean;
}

/** Runs where a visitor is: a new id every tenth of a second, one after the other, and a line for each answer. */
const program = `
  const [url] = process.argv.slice(1);
  const rest = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  (async () => {
    for (let number = 1; ; number++) {
      const id = 'row-' + number;
      let acknowledged = false;
      try {
        const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ id }), signal: AbortSignal.timeout(3000) });
        acknowledged = answer.status === 201 && (await answer.json()).id === id;
      } catch {}
      console.log(JSON.stringify({ id, at: Date.now(), acknowledged }));
      await rest(100);
    }
  })();
`;

/** A visitor who writes all the time, and remembers what was acknowledged. */
export class Writer {
  private readonly attempts: Attempt[] = [];
  private readonly ended = new AbortController();
  private readonly running: Promise<unknown>;

  constructor(private readonly product: BootedProduct) {
    this.running = product.outside([process.execPath, '-e', program, `https://${product.domain}/api/rows`], {
      signal: this.ended.signal,
      onLine: (line) => {
        if (line.startsWith('{')) this.attempts.push(JSON.parse(line) as Attempt);
      },
    });
  }

  /**
   * Seconds from a moment until rows are acknowledged again: until the first of many in a row of which none is refused. Fails when
   * that is not so within the bound.
   */
  async again(since: number, bound: number): Promise<number> {
    const inARow = 20;
    for (const end = since + (bound + 30) * 1000; Date.now() < end; await sleep(200)) {
      const after = this.attempts.filter(({ at }) => at > since);
      const refused = after.findLastIndex(({ acknowledged }) => !acknowledged);
      if (after.length - refused <= inARow) continue;
      const seconds = Math.round((after[refused + 1]!.at - since) / 100) / 10;
      if (seconds > bound) break;
      return seconds;
    }
    throw new Error(`rows are not written again within ${bound} s`);
  }

  /** The longest time in which nothing was acknowledged since a moment, in seconds. */
  gapSince(since: number): number {
    const times = [
      since,
      ...this.attempts.filter(({ at, acknowledged }) => acknowledged && at > since).map(({ at }) => at),
      Date.now(),
    ];
    return Math.round(Math.max(...times.slice(1).map((at, index) => at - times[index]!)) / 100) / 10;
  }

  /** How many were not acknowledged since a moment. */
  refusedSince(since: number): number {
    return this.attempts.filter(({ at, acknowledged }) => !acknowledged && at >= since).length;
  }

  /** Ids that were acknowledged and are not there: there may be none, ever. */
  async lost(): Promise<string[]> {
    const acknowledged = this.attempts.filter((attempt) => attempt.acknowledged).map(({ id }) => id);
    const { status, body } = await this.product.get('/api/rows');
    if (status !== 200 || acknowledged.length === 0)
      throw new Error(`there is nothing to compare: ${status}, ${acknowledged.length} rows acknowledged`);
    const there = new Set((JSON.parse(body) as { ids: string[] }).ids);
    return acknowledged.filter((id) => !there.has(id));
  }

  async end(): Promise<void> {
    this.ended.abort();
    await this.running;
  }
}
