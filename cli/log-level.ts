import type { LogLine } from '../contract/log';

/**
 * Whether a line tells of an error. What the message says about itself counts; only where it says nothing does its priority,
 * because much that is no error is printed to standard error, which the journal takes for one.
 */
export function isError({ message, priority }: Pick<LogLine, 'message' | 'priority'>): boolean {
  return saysError(message) ?? priority <= 3;
}

const errorLevels = new Set([
  'error',
  'err',
  'fatal',
  'critical',
  'crit',
  'panic',
  'alert',
  'emerg',
  'emergency',
  'severe',
]);
const otherLevels = new Set([
  'trace',
  'debug',
  'verbose',
  'info',
  'information',
  'notice',
  'success',
  'log',
  'warn',
  'warning',
  'detail',
  'hint',
  'statement',
  'silly',
  'http',
]);

function saysError(message: string): boolean | undefined {
  const level = message.startsWith('{') ? levelOfJson(message) : levelOfText(message);
  if (level !== undefined) {
    if (errorLevels.has(level)) return true;
    if (otherLevels.has(level)) return false;
  }
  return beginsLikeError.test(message) ? true : undefined;
}

function levelOfJson(message: string): string | undefined {
  let given: Record<string, unknown>;
  try {
    given = JSON.parse(message) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  // the last one is loguru's
  const level =
    given.level ??
    given.severity ??
    given.levelname ??
    given.lvl ??
    given['log.level'] ??
    (given.record as Record<string, unknown> | undefined)?.level;
  // pino and bunyan count in tens: 50 is an error
  if (typeof level === 'number') return level >= 50 ? 'error' : 'info';
  const name = typeof level === 'object' && level !== null ? (level as Record<string, unknown>).name : level;
  return typeof name === 'string' ? name.toLowerCase() : undefined;
}

/** A time in front of a line, and a process id, in the usual ways of writing them. */
const preamble = /^[\W_]*(?:\d{2,4}[\d:./-]*(?:[T ][\d:.,]+)?(?:Z| ?[+-]\d\d:?\d\d)?(?: UTC)?[\W_]+)?(?:\d+\][\W_]*)?/;
/** In capitals, or with something behind it that ends a label: `error: …`, `[warn] …`, `INFO | …`. */
const label = /^(?:([A-Z]{3,11})\b|([A-Za-z]{3,11})\s*[:\]|])/;
/** The levels of logfmt, and of Python's usual format. */
const inside = /\blevel="?([A-Za-z]+)|^.{0,120}? - ([A-Z]{4,8}) - /;

function levelOfText(message: string): string | undefined {
  const start = message.slice(0, 300);
  const [, capitals, labelled] = label.exec(start.slice(preamble.exec(start)?.[0].length ?? 0)) ?? [];
  const first = (capitals ?? labelled)?.toLowerCase();
  if (first !== undefined && (errorLevels.has(first) || otherLevels.has(first))) return first;
  const [, logfmt, python] = inside.exec(start) ?? [];
  return (logfmt ?? python)?.toLowerCase();
}

/** What no level stands in front of: a stack trace's first line, in the languages that services are written in. */
const beginsLikeError =
  /^(?:Traceback \(most recent|Uncaught |Unhandled |(?:[\w.$]+\.)?\w*(?:Error|Exception)(?: \[\w+\])?: |goroutine \d+ \[|thread '.*' panicked|npm ERR!|npm error )/;
