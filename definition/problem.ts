import { closest, distance } from 'fastest-levenshtein';

/** One thing that is wrong with an environment, told so that its author can mend it. */
export interface Problem {
  /** Where: a path as it is written in the file, `services.api.memory`. Empty for the file as a whole. */
  readonly path: string;
  /** What was given, what is allowed and what to change, in one sentence. */
  readonly message: string;
}

/** An error whose message says all that its reader needs: no stack trace helps them. */
export class ExplainedError extends Error {}

/** Thrown when definitions cannot be used. Its message tells every problem that was found in every file, not only the first. */
export class DefinitionError extends ExplainedError {
  constructor(files: readonly { readonly where: string; readonly problems: readonly Problem[] }[]) {
    super(files.map(({ where, problems }) => describeProblems(where, problems)).join('\n\n'));
    this.name = 'DefinitionError';
  }
}

/** Does it; what is wrong with a definition or a stack is explained on standard error, and the exit code is 1. */
export function orExplain(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof ExplainedError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

export function describeProblems(where: string, problems: readonly Problem[]): string {
  const width = Math.min(32, Math.max(...problems.map((p) => p.path.length)));
  const lines = problems.map((p) => `  ${p.path.padEnd(width)}  ${p.message}`);
  const what = where.endsWith('/product.ts') ? 'a product' : where.endsWith('/state.ts') ? 'a state bucket' : 'an environment';
  return [`${where} is not ${what} yet:`, ...lines].join('\n');
}

/** The allowed word that was probably meant, or undefined when nothing is near enough. */
export function suggestion(given: string, allowed: readonly string[]): string | undefined {
  if (allowed.length === 0) return undefined;
  const nearest = closest(given.toLowerCase(), allowed as string[]);
  return distance(given.toLowerCase(), nearest) <= (given.length < 3 ? 1 : Math.max(2, Math.floor(given.length / 3))) ? nearest : undefined;
}

export function didYouMean(given: string, allowed: readonly string[]): string {
  const word = suggestion(given, allowed);
  return word === undefined ? '' : `; did you mean ${JSON.stringify(word)}?`;
}

/** A value as its author would recognise it, short enough for one line. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
