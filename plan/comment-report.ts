import { z } from 'zod';
import { ExplainedError } from '../definition/problem';
import type { CommentPart } from './comment-part';
import { code, inline, visible } from './markdown';
import { reviewSchema } from '../contract/review';
import { commentPart } from './review-markdown';
import { withoutCredentials } from './secret-text';

const failedSchema = z.object({
  environment: z.string().min(1),
  /** What the plan ended with, as text. */
  failed: z.string(),
});

const removedSchema = z.object({ environment: z.string().min(1), removed: z.literal(true) });

/** What `berth affected --json` writes, as far as it is read here. */
const affectedSchema = z.object({
  changed: z.array(z.string()),
  added: z.array(z.string()),
  removed: z.array(z.string()),
  /** Why the base could not be compared with. */
  problem: z.string().optional(),
});
export type AffectedReport = z.infer<typeof affectedSchema>;

export interface Report {
  readonly environment: string;
  /** Nothing where only its removal is told. */
  readonly part?: CommentPart;
}

/**
 * Reads what a job has left for the comment: the JSON of `berth review`, `{ environment, failed }` of a plan that failed, or
 * `{ environment, removed: true }` of one whose file is gone. `secrets` are taken out wherever they stand.
 */
export function readReport(text: string, source: string, secrets: readonly string[] = []): Report {
  const json = read(text, source, secrets);
  if (typeof json === 'object' && json !== null && 'failed' in json)
    return failedPart(parse(failedSchema, json, source));
  if (typeof json === 'object' && json !== null && 'removed' in json)
    return { environment: parse(removedSchema, json, source).environment };
  const reviewed = parse(reviewSchema, json, source);
  return { environment: reviewed.environment, part: commentPart(reviewed) };
}

export const readAffected = (text: string, source: string): AffectedReport =>
  parse(affectedSchema, read(text, source, []), source);

/** The parts of the comment. An environment that is affected and of which nobody has told anything is a failure, never forgotten. */
export function partsOf(
  reports: readonly Report[],
  affected: AffectedReport = { changed: [], added: [], removed: [] },
): CommentPart[] {
  const told = reports.filter(({ part }) => part);
  const twice = told.find(({ environment }, i) => told.findIndex((other) => other.environment === environment) !== i);
  if (twice)
    throw new ExplainedError(
      `two reviews of "${twice.environment}" were given: give one, or remove the folder of an earlier run`,
    );
  const removed = new Set([
    ...affected.removed,
    ...reports.filter(({ part }) => !part).map(({ environment }) => environment),
  ]);
  const names = new Set([
    ...reports.map(({ environment }) => environment),
    ...affected.changed,
    ...affected.added,
    ...affected.removed,
  ]);
  return [...names].map((environment) => {
    const part = told.find((report) => report.environment === environment)?.part;
    if (removed.has(environment)) return removedPart(environment, part);
    return part ?? missingPart(environment);
  });
}

/** Lines of the error itself; the rest is folded. */
const shownLines = 3;

function failedPart({ environment, failed }: z.infer<typeof failedSchema>): Report {
  const text = withoutCredentials(visible(failed)).trim();
  // cdktf puts the stack's name before each line, and Terraform a frame around each error
  const lines = text
    .split('\n')
    .map((line) => line.replace(/^\s*(?:\S+\s+)?[│╷╵]/, '').trim())
    .filter((line) => line !== '');
  const errors = lines.filter((line) => line.startsWith('Error: '));
  const told = (errors.length > 0 ? errors : lines).slice(0, shownLines);
  return {
    environment,
    part: {
      environment,
      severity: 'failed',
      verdict: 'plan failed: the effect of merging is unknown',
      survives: told.map((line) => code(line.slice(0, 500))),
      details: lines.length > told.length ? [{ title: 'What it said', body: text, fence: 'text' }] : [],
    },
  };
}

const missingPart = (environment: string): CommentPart => ({
  environment,
  severity: 'failed',
  survives: [],
  details: [],
  verdict: 'no review arrived: its job failed, was stopped or did not run; see the run of this workflow',
});

/** Its resources are still there: what is said of them comes from a plan that destroys them, if one was made. */
function removedPart(environment: string, part: CommentPart | undefined): CommentPart {
  const gone = `**REMOVED**: the file of ${code(environment)} is gone: merging destroys everything that belongs to it`;
  if (part === undefined)
    return {
      environment,
      severity: 'destructive',
      verdict: inline('its file is removed, and no plan of its end was made'),
      survives: [gone],
      details: [],
    };
  return {
    ...part,
    severity: part.severity === 'failed' ? 'failed' : 'destructive',
    survives: [gone, ...part.survives],
  };
}

function read(text: string, source: string, secrets: readonly string[]): unknown {
  try {
    return JSON.parse(text, (_, value: unknown) =>
      typeof value === 'string' ? secrets.reduce((clean, secret) => clean.replaceAll(secret, '***'), value) : value,
    );
  } catch {
    // the parser's own message quotes the text, which may hold a secret
    throw new ExplainedError(
      `${source} is ${text.trim() === '' ? 'empty' : 'no JSON, or not all of it'}: was \`npx berth review ENV --json\` stopped? Run it again`,
    );
  }
}

function parse<T>(schema: z.ZodType<T>, json: unknown, source: string): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new ExplainedError(
    `${source} is not what \`npx berth review ENV --json\` writes, nor { environment, failed } or { environment, removed }: ${[...path.map(String), message].join(': ')}`,
  );
}

/** Values of variables that hold credentials; shorter ones would take words out of a text. */
export const secretsOf = (env: NodeJS.ProcessEnv): string[] =>
  Object.entries(env)
    .filter(
      ([name, value]) =>
        /TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|PRIVATE_KEY|ACCESS_KEY|API_?KEY/i.test(name) &&
        (value?.length ?? 0) >= 8,
    )
    .map(([, value]) => value!)
    .sort((a, b) => b.length - a.length);
