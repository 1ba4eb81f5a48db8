import type { Consequence } from './consequence';
import type { Plan } from './plan';

/** `error`: the merge waits for a word on it. `warning`: somebody should look. `note`: good to know. */
export type Level = 'error' | 'warning' | 'note';

/** What a rule has found. */
export interface Finding {
  /** What is so, and what to do about it, in a sentence without an end. Never a value that could be a secret. */
  readonly message: string;
  readonly address?: string;
  /** Where a definition says it. */
  readonly paths?: readonly string[];
}

/** What rules look at: the plan, and everything that will be there after it. */
export interface PolicyContext {
  readonly plan: Plan;
  readonly consequences: readonly Consequence[];
  /** ISO 8601, a day. */
  readonly today: string;
  readonly acknowledgements: readonly Acknowledgement[];
}

export interface Policy {
  readonly id: string;
  readonly level: Level;
  /** What it is about, in a few words. */
  readonly title: string;
  readonly check: (context: PolicyContext) => readonly Finding[];
}

/** A departure from a policy, on purpose, until a day: from the environment's own file. */
export interface Acknowledgement {
  readonly policy: string;
  readonly reason: string;
  /** The last day that it counts. */
  readonly until: string;
}
