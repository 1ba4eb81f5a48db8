import { setTimeout as sleep } from 'node:timers/promises';

export interface PollOptions {
  /** Milliseconds after which nothing is waited for any longer. */
  readonly timeout: number;
  /** Milliseconds between two looks. */
  readonly interval: number;
  /** Ends the wait with the signal's reason. */
  readonly signal?: AbortSignal;
  /** What is thrown when the time is over; by default "timed out after N s; last seen: …". */
  readonly describe?: (seen: string, seconds: number) => string;
}

/** Nothing was found in time. */
export class PollTimeout extends Error {
  constructor(
    message: string,
    /** What was seen last; empty when nothing was. */
    readonly seen: string,
  ) {
    super(message);
  }
}

/**
 * Looks again and again until a look finds something, and gives that back. A look that finds nothing returns `undefined`, and says what it
 * has seen with `saw`: the time-out's error repeats the last of it. An error ends the wait.
 */
export async function poll<T>(
  look: (saw: (what: string) => void) => Promise<T | undefined>,
  { timeout, interval, signal, describe = usual }: PollOptions,
): Promise<T> {
  const start = performance.now();
  let seen = '';
  do {
    signal?.throwIfAborted();
    const found = await look((what) => {
      seen = what;
    });
    if (found !== undefined) return found;
    await sleep(interval, undefined, { signal });
  } while (performance.now() - start < timeout);
  throw new PollTimeout(describe(seen, Math.round((performance.now() - start) / 1000)), seen);
}

const usual = (seen: string, seconds: number): string =>
  `timed out after ${seconds} s; ${seen === '' ? 'nothing was seen' : `last seen: ${seen}`}`;
