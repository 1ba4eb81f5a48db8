/** How often the agent does what, in milliseconds. */
export interface Intervals {
  /** Looks for a new desired state and for releases. */
  readonly pull: number;
  /** Reports when nothing happened. */
  readonly report: number;
  /** Converges when nothing changed in the bucket: what somebody changed on the machine is put right. */
  readonly converge: number;
  /** Tries again what did not work. */
  readonly retry: number;
}

export const usualIntervals: Intervals = { pull: 5_000, report: 60_000, converge: 300_000, retry: 30_000 };
