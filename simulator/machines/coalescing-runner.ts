/**
 * Does the same thing again after each change, one time after the other. Changes that come while it waits for its turn are
 * seen by that turn; the first failure is kept for who asks.
 */
export class CoalescingRunner {
  private work: Promise<void> = Promise.resolve();
  private waiting = false;
  private problem: Error | undefined;

  constructor(private readonly act: () => Promise<void>) {}

  /** Call it after each change. */
  follow(): void {
    if (this.waiting) return;
    this.waiting = true;
    this.work = this.work
      .then(async () => {
        this.waiting = false;
        await this.act();
      })
      .catch((error: unknown) => {
        this.problem ??= error as Error;
      });
  }

  /** Waits until all changes so far are followed. */
  async done(): Promise<void> {
    await this.work;
    if (this.problem) throw this.problem;
  }

  /** Waits for what is being done, and does nothing more. */
  async stop(): Promise<void> {
    this.waiting = true;
    await this.work;
  }
}
