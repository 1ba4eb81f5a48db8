import { stripVTControlCharacters } from 'node:util';

/** Control and format characters, and halves of pairs: none can be seen, and some turn or hide what stands beside them. */
const unseen = /(?!\n|\t|\ufe0e|\ufe0f)[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Text of somebody else's (a container, a machine, a bucket, a pull request) whose every sign can be seen, for a terminal or a comment:
 * colours, links and whatever else steers a terminal are taken out, what cannot be seen is written as an escape. Lines end with \n.
 */
export const visible = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(unseen, escaped);

const escaped = (sign: string): string =>
  `\\u${sign.length > 1 ? `{${sign.codePointAt(0)!.toString(16)}}` : sign.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** The same for one line, as in a table: line breaks are written as escapes too. */
export const visibleLine = (text: string): string =>
  visible(text).replace(/[\n\t]/g, (sign) => (sign === '\n' ? '\\n' : ' '));

/** A value with every text in it visible, keys too. */
export function visibleAll<T>(value: T): T {
  if (typeof value === 'string') return visibleLine(value) as T;
  if (Array.isArray(value)) return value.map(visibleAll) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [visibleLine(key), visibleAll(each as unknown)]),
  ) as T;
}

/** JSON (or lines of it) that a terminal shows as text: the same value, with escapes for what cannot be seen. */
export const visibleJson = (json: string): string =>
  json.replace(unseen, (sign) =>
    [...Array(sign.length).keys()].map((at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
