/** Logs a line about a subject once, until there is another to log about it. */
export class SayOnce {
  private readonly said = new Map<string, string | undefined>();

  constructor(private readonly log: (line: string) => void) {}

  /** `undefined`: there is nothing to say any more. */
  say(about: string, line: string | undefined): void {
    if (line !== undefined && this.said.get(about) !== line) this.log(line);
    this.said.set(about, line);
  }
}
