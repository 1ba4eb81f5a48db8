import { setTimeout as sleep } from 'node:timers/promises';

/** Waits, and no longer than until the signal. */
export const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  sleep(milliseconds, undefined, { signal }).catch(() => undefined);

/** Does work again and again until the signal; an error is passed on, and does not end it. */
export async function repeat(
  work: () => Promise<void>,
  interval: number,
  signal: AbortSignal,
  onError: (error: Error) => void,
): Promise<void> {
  while (!signal.aborted) {
    await work().catch(onError);
    await pause(interval, signal);
  }
}
