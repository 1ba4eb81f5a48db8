import { visible } from '../lib/visible';

export { visible };

const line = (text: string): string => visible(text).replace(/\s+/g, ' ').trim();

/** Nothing to see, and GitHub finds no name, number, address or commit across it. */
const gap = '&#8203;';

/**
 * Text in which GitHub finds nothing to link or to tell anybody about: @user, @org/team, #1, GH-1, owner/repo#1, commits, addresses.
 * Doing it twice changes nothing more.
 */
const quiet = (text: string): string =>
  text
    .replace(/@(?=[\w-])/g, `@${gap}`)
    .replace(/(?<!&)#(?=\d)/g, `#${gap}`)
    .replace(/\b(GH\\?-)(?=\d)/gi, `$1${gap}`)
    .replace(/:(?=\/\/)/g, `:${gap}`)
    .replace(/\b(www)(?=\.)/gi, `$1${gap}`)
    // no formula either: it could hide what stands in it; money is none
    .replace(/\$(?!\d)/g, '&#36;')
    .replace(/(?<!&#)\b[0-9a-f]{7,}\b/gi, (hex) => hex.match(/.{1,6}/g)!.join(gap));

/** Any text as one line of Markdown that shows just this text. */
export const inline = (text: string): string =>
  quiet(
    line(text)
      .replace(/&/g, '&amp;')
      .replace(/[\\`*_{}[\]()~|!+-]|^[#>=]|(?<=^\d+)[.)]/g, (sign) => `\\${sign}`)
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;'),
  );

const longestRun = (text: string, sign: string): number =>
  text.split(new RegExp(`[^${sign}]+`)).reduce((longest, run) => Math.max(longest, run.length), 0);

/** Any text as code within a line. */
export function code(text: string): string {
  const shown = line(text);
  if (shown === '') return '` `';
  const ticks = '`'.repeat(longestRun(shown, '`') + 1);
  const pad = /^`|`$/.test(shown) ? ' ' : '';
  return `${ticks}${pad}${shown}${pad}${ticks}`;
}

/** A fence that no run in these lines closes: longer than every run of its sign. */
export function fenceFor(text: string): string {
  const [ticks, tildes] = [longestRun(text, '`'), longestRun(text, '~')];
  return tildes < ticks && ticks > 2 ? '~'.repeat(Math.max(3, tildes + 1)) : '`'.repeat(Math.max(3, ticks + 1));
}

/** Any text as one line within an HTML tag, where Markdown is not read. */
export const markup = (text: string): string =>
  quiet(line(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;'));

/** An escaped sign; a code span; a run of ticks that begins none; a link. Read from the left, as CommonMark does. */
const parts = /\\.|(`+)(?!`)(?:.*?[^`])??\1(?!`)|`+|(\[(?:[^[\]\\`]|\\.|`[^`]*`)*\]\(https?:\/\/[^\s()<>`]*\))/g;

/** The parts of a line of Markdown: code and links, which their author made, and the text between them. */
export function* tokens(markdown: string): Generator<{ readonly text: string; readonly kept: boolean }> {
  let at = 0;
  for (const { 0: text, 1: ticks, 2: link, index } of markdown.matchAll(parts)) {
    if ((ticks ?? link) === undefined || markdown[index - 1] === '!') continue;
    if (index > at) yield { text: markdown.slice(at, index), kept: false };
    yield { text, kept: true };
    at = index + text.length;
  }
  if (at < markdown.length) yield { text: markdown.slice(at), kept: false };
}

/** One line of Markdown, escaped by its author, made harmless once more: it opens no tag and no code, shows no image and tells nobody. */
export const guardLine = (markdown: string): string =>
  [...tokens(line(markdown))]
    .map(({ text, kept }) =>
      kept
        ? text
        : quiet(
            text
              .replace(/\\.|`/g, (sign) => (sign === '`' ? '\\`' : sign))
              .replace(/&(?!(?:#8203|#36|amp|lt|gt);)/g, '&amp;')
              .replace(/<(?=[a-z/!?])/gi, '&lt;')
              // no link, image or definition of one
              .replace(/\](?=[(:[])/g, ']\\'),
          ),
    )
    .join('');

/** The same for several lines: none of them opens or closes a fence. Ticks that begin no code are escaped already. */
export const guardLines = (markdown: string): string[] =>
  visible(markdown)
    .replace(/\n+$/, '')
    .split('\n')
    .map((given) => {
      const indent = /^\s*/.exec(given)![0];
      const safe = guardLine(given);
      return indent.slice(0, 12) + safe.replace(/^((?:[>*+-]\s*|\d+[.)]\s*)*)(?=~~~)/, '$1\\');
    });

/** A line of Markdown cut to a length, between its parts or its words. */
export function shorten(markdown: string, max: number): string {
  if (markdown.length <= max) return markdown;
  let text = '';
  for (const token of tokens(markdown)) {
    if (text.length + token.text.length < max) {
      text += token.text;
      continue;
    }
    if (!token.kept)
      text += token.text
        .slice(0, Math.max(0, max - 1 - text.length))
        .replace(/(?:&[#\w]*|\\|\s+\S*|[\uD800-\uDBFF])$/, '');
    break;
  }
  return `${text.trimEnd()}…`;
}
