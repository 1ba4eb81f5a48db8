import { type Block, fitBlocks } from './comment-block';
import type { CommentPart } from './comment-part';
import { fitSummary } from './comment-summary';
import { code, guardLine, markup, shorten } from './markdown';
import { markerLine } from './marker';

export interface CommentOptions {
  /** In UTF-16 units, of which every character takes one or two: however GitHub counts, it is not more. */
  readonly limit?: number;
  /** Where the full review is: a URL. */
  readonly whole?: string;
  /** The pull request's head that was planned. */
  readonly commit?: string;
  /** Lines of Markdown, already escaped, that stand before everything else and always survive. */
  readonly notes?: readonly string[];
}

/** Characters of a comment: GitHub answers 422 to one more, "body is too long (maximum is 65536 characters)". */
export const commentLimit = 65_536;

/** The name in the hidden line that a pull request's comment is found by. */
export const reviewMarker = 'berth:review';

const order: readonly CommentPart['severity'][] = ['failed', 'destructive', 'changed', 'unchanged'];

/**
 * The one comment of a pull request: what will happen to each environment, failures and destroys first, and the details folded.
 * However much there is, it stays within the limit: details are cut first, and lines of the summary are counted instead of told
 * only when they alone are too many.
 */
export function composeComment(
  parts: readonly CommentPart[],
  {
    commit,
    failed = false,
    ...options
  }: CommentOptions & { /** Nothing could be planned; the notes say why. */ readonly failed?: boolean } = {},
): string {
  const foot = commit === undefined ? [] : [`planned at ${code(commit.slice(0, 12))}`];
  return compose(parts, {
    ...options,
    head: `${markerLine(reviewMarker, commit)}\n### ${failed ? 'Nothing could be planned' : headline(parts)}\n`,
    foot,
  });
}

/** The same for whatever else is kept at GitHub: `head` begins with its marker. */
export function compose(
  parts: readonly CommentPart[],
  {
    limit = commentLimit,
    whole,
    notes = [],
    head: start,
    foot: end,
  }: Omit<CommentOptions, 'commit'> & { readonly head: string; readonly foot: readonly string[] },
): string {
  const sorted = [...parts].sort(
    (a, b) => order.indexOf(a.severity) - order.indexOf(b.severity) || compare(a.environment, b.environment),
  );
  const where = whereIs(whole);
  const head = `${start}${notes.map((note) => `\n${shorten(guardLine(note), 2_000)}\n`).join('')}`;
  const foot = [...end, ...(whole === undefined ? [] : [`[full review](${address(whole)})`])].join(' · ');
  const footer = foot === '' ? '' : `\n<sub>${foot}</sub>\n`;
  const room = limit - head.length - footer.length;
  const summary = parts.length === 0 ? '' : `\n${fitSummary(sorted, room - 1, where)}\n`;
  const blocks = sorted.flatMap(({ environment, details }): Block[] =>
    details.map(({ title, body, fence }) => ({
      title: `<b>${markup(environment)}</b>: ${markup(title)}`,
      body,
      fence,
    })),
  );
  return `${head}${summary}${fitBlocks(blocks, room - summary.length, where)}${footer}`;
}

/** How many environments it is about, and what becomes of them. */
export function headline(parts: readonly CommentPart[]): string {
  if (parts.length === 0) return 'No environment is affected';
  const count = (severity: CommentPart['severity']): number =>
    parts.filter((part) => part.severity === severity).length;
  const words = [
    [count('failed'), 'could not be planned'],
    [count('destructive'), count('destructive') === 1 ? 'has destructive changes' : 'have destructive changes'],
    [count('changed'), count('changed') === 1 ? 'changes' : 'change'],
    [count('unchanged'), count('unchanged') === 1 ? 'stays as it is' : 'stay as they are'],
  ] as const;
  return words
    .filter(([n]) => n > 0)
    .map(([n, what], i) => `${n}${i === 0 ? ` environment${n === 1 ? '' : 's'}` : ''} ${what}`)
    .join(', ');
}

/** Where the full review is, at the end of a sentence. */
const whereIs = (whole: string | undefined): string =>
  whole === undefined ? 'in `npx berth review ENV`' : `[here](${address(whole)})`;

function address(whole: string): string {
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw new Error(`${JSON.stringify(whole)} is no address that a reader could open: give an http or https URL`);
  return url.href.replace(/[()<>\s]/g, (sign) => encodeURIComponent(sign).replace('(', '%28').replace(')', '%29'));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
