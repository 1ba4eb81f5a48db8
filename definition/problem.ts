import { closest, distance } from 'fastest-levenshtein';
import { reason } from './shown';
export { shown } from './shown';

/** One thing that is wrong with an environment, told so that its author can mend it. */
export interface Problem {
  /** Where: a path as it is written in the file, `services.api.memory`. Empty for the file as a whole. */
  readonly path: string;
  /** What was given, what is allowed and what to change, in one sentence. */
  readonly message: string;
  /** The values that it follows from, when that is not the one at `path` alone: where one of them is wrong by itself, this may be no problem at all. */
  readonly follows?: readonly string[];
}

/** The same, without what only follows from values that `wrong` names already. */
export const independent = (problems: readonly Problem[], wrong: readonly Problem[]): Problem[] =>
  problems.filter(
    ({ path, follows = [path] }) => !follows.some((one) => wrong.some((other) => touches(one, other.path))),
  );

/** Whether two paths name the same value, or one of them a part of the other. A service is the product's and the environment's. */
function touches(one: string, other: string): boolean {
  const [short, long] = [one, other]
    .map((path) => path.replace(/^product\./, ''))
    .sort((a, b) => a.length - b.length) as [string, string];
  return long.startsWith(short) && (long.length === short.length || short === '' || '.['.includes(long[short.length]!));
}

/** An error whose message says all that its reader needs: no stack trace helps them. */
export class ExplainedError extends Error {}

/** Thrown when definitions cannot be used. Its message tells every problem that was found in every file, not only the first. */
export class DefinitionError extends ExplainedError {
  readonly problems: readonly { readonly where: string; readonly problem: Problem }[];

  constructor(files: readonly { readonly where: string; readonly problems: readonly Problem[] }[]) {
    super(files.map(({ where, problems }) => describeProblems(where, problems)).join('\n\n'));
    this.name = 'DefinitionError';
    this.problems = files.flatMap(({ where, problems }) => problems.map((problem) => ({ where, problem })));
  }
}

/** Does it; what is wrong with a definition or a stack is explained on standard error, and the exit code is 1. Also what goes wrong afterwards, by itself. */
export function orExplain(action: () => void): void {
  const fail = (message: string, error: unknown): void => {
    const trace = process.env.BERTH_DEBUG && error instanceof Error ? error.stack : undefined;
    process.stderr.write(`${trace ?? message}\n`);
    process.exitCode = 1;
    // a file may have left behind what ends the process as if all were well
    process.on('exit', () => {
      process.exitCode = 1;
    });
  };
  const late = (error: unknown): void => {
    const [, file, line] =
      /(environments\/[\w.-]+\.ts):(\d+)/.exec(error instanceof Error ? (error.stack ?? '') : '') ?? [];
    fail(
      `${file === undefined ? 'a file of environments/' : `${file} (line ${line})`} left something running that fails after it was read: ${reason(error)}`,
      error,
    );
  };
  process.on('uncaughtException', late).on('unhandledRejection', late);
  try {
    action();
  } catch (error) {
    fail(
      error instanceof ExplainedError
        ? error.message
        : `no check has foreseen this: ${reason(error)} (BERTH_DEBUG=1 tells where it comes from)`,
      error,
    );
  }
}

export function describeProblems(where: string, problems: readonly Problem[]): string {
  const width = Math.min(32, Math.max(...problems.map((p) => p.path.length)));
  const lines = problems.map((p) => `  ${width === 0 ? '' : `${p.path.padEnd(width)}  `}${p.message}`);
  // one that cannot even be read is wrong as a whole
  if (problems.every(({ path }) => path === '')) return [`${where} cannot be used:`, ...lines].join('\n');
  return [`${where} is invalid:`, ...lines].join('\n');
}

/** The allowed word that was probably meant, or undefined when nothing is near enough. */
export function suggestion(given: string, allowed: readonly string[]): string | undefined {
  if (allowed.length === 0) return undefined;
  const nearest = closest(given.toLowerCase(), allowed as string[]);
  return distance(given.toLowerCase(), nearest) <= (given.length < 3 ? 1 : Math.max(2, Math.floor(given.length / 3)))
    ? nearest
    : undefined;
}

export function didYouMean(given: string, allowed: readonly string[]): string {
  const word = suggestion(given, allowed);
  return word === undefined ? '' : `; did you mean ${JSON.stringify(word)}?`;
}
