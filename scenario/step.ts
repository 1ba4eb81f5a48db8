/** What a step did, for the closing table. */
export interface Outcome {
  readonly happened: string;
  /** How many resources were touched, or are there. */
  readonly resources: number;
  /** What a pull request was told, in Markdown. */
  readonly comment?: string;
}

export interface Step {
  readonly title: string;
  /** Does it, and throws unless it went as it should. */
  run(say: (line: string) => void): Promise<Outcome>;
}
