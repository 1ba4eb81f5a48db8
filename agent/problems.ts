/** Does work that may fail and hold up nothing else; `undefined` when it failed. */
export type Attempt = <T>(where: string, work: () => T | Promise<T>) => Promise<T | undefined>;

/** Collects what goes wrong, each with where. */
export class Problems {
  readonly lines: string[] = [];

  readonly attempt: Attempt = async (where, work) => {
    try {
      return await work();
    } catch (error) {
      this.add(where, (error as Error).message);
      return undefined;
    }
  };

  add(where: string, ...lines: readonly string[]): void {
    this.lines.push(...lines.map((line) => `${where}: ${line}`));
  }
}
