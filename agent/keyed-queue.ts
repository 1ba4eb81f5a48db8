/** Runs work of the same key one after the other, in the order that it came, and work of different keys side by side. */
export class KeyedQueue {
  private readonly tails = new Map<string, Promise<void>>();

  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.tails.get(key) ?? Promise.resolve()).then(work);
    const tail: Promise<void> = turn
      .then(
        () => undefined,
        () => undefined,
      )
      .then(() => {
        if (this.tails.get(key) === tail) this.tails.delete(key);
      });
    this.tails.set(key, tail);
    return turn;
  }

  /** Whether work of this key runs or waits. */
  has(key: string): boolean {
    return this.tails.has(key);
  }

  get isIdle(): boolean {
    return this.tails.size === 0;
  }

  /** Ends when everything that runs or waits now has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.tails.values());
  }
}
