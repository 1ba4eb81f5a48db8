/** What a step did, for the closing table. */
export interface Result {
  readonly summary: string;
  /** How many resources were touched, or are there. */
  readonly resources: number;
  /** The comment on a pull request, in Markdown. */
  readonly comment?: string;
}

export interface Step {
  readonly title: string;
  /** Does it, and throws unless it went as it should. */
  run(say: (line: string) => void): Promise<Result>;
}

export function check(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}
