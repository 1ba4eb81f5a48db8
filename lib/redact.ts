/**
 * Whatever leaves this process goes through here: its log, every message to the exchange bucket, and the journal's lines on their way there. The
 * values are learned when they are opened or made, before anything else has them, so that an error that quotes one (Docker's do, and
 * Docker writes them into the journal too) says no more than a container may.
 */
let words: readonly string[] = [];
let pattern: RegExp | undefined;
const known = new Set<string>();

/** From now on this value is told to nobody. */
export function learnSecret(value: string): void {
  if (known.has(value)) return;
  known.add(value);
  // one may be a part of another
  words = [...new Set([...words, ...wordsOf(value)])].sort((a, b) => b.length - a.length);
  if (words.length > 0)
    pattern = new RegExp(words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g');
}

/** The text with *** for every secret: no whole value, no line or long word of one, no password of a URL, however they are quoted. */
export const redacted = (text: string): string => (pattern ? text.replace(pattern, '***') : text);

/** The value as JSON, with *** in its texts; those under the `identifiers` are left as they are. */
export const redactedJson = (value: unknown, identifiers: ReadonlySet<string> = new Set()): string =>
  JSON.stringify(value, (key, each: unknown) =>
    typeof each === 'string' && !identifiers.has(key) ? redacted(each) : each,
  );

function wordsOf(value: string): string[] {
  const whole = [value, ...passwordsOf(value)].filter((word) => word.length >= 4);
  // a short part may be any word
  const parts = [...value.split('\n').map((line) => line.trim()), ...value.split(/[\s{}"'`\\]+/)].filter(
    (part) => part.length >= 8,
  );
  // as JSON and Go quote a text
  return [...whole, ...parts].flatMap((word) => [word, JSON.stringify(word).slice(1, -1)]);
}

/** As it is written in a URL, and as a program reads it from there. */
function passwordsOf(value: string): string[] {
  const written = /^[\w+.-]+:\/\/[^\s/@:]*:([^\s/@]+)@/.exec(value)?.[1];
  if (written === undefined) return [];
  try {
    return [written, decodeURIComponent(written)];
  } catch {
    return [written];
  }
}
