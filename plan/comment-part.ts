/** One environment's part of the comment. */
export interface CommentPart {
  readonly environment: string;
  readonly severity: 'failed' | 'destructive' | 'changed' | 'unchanged';
  /** One line of Markdown, already escaped. */
  readonly verdict: string;
  /** Markdown list items (without the dash), one for each destructive change, failure or policy that stands in the way: they always survive. */
  readonly survives: readonly string[];
  /** Whether a policy stands in the way. */
  readonly blocked?: boolean;
  /** Folded blocks, cut at line boundaries when there is too much. `fence`: the body is put in a fence of its own that its text cannot close. */
  readonly details: readonly {
    readonly title: string;
    readonly body: string;
    readonly fence?: 'diff' | 'text' | 'mermaid';
  }[];
}
