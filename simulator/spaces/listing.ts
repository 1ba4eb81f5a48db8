import { S3Error } from './error';
import { encode } from './signature-v4';

/** What every listing of S3 takes, whatever it lists. */
export interface ListingOptions {
  readonly prefix: string;
  readonly delimiter: string;
  readonly max: number;
}

/** One page: entries, and the prefixes that stand for all keys beneath them. */
export interface Page<T> {
  readonly entries: readonly T[];
  readonly prefixes: readonly string[];
  /** The last thing on a page that others follow; absent on the last page. */
  readonly next?: { readonly name: string; readonly entry?: T };
}

/** Takes one page of entries that come in the order of their keys and start where the page does. */
export function paginate<T>(entries: Iterable<T>, keyOf: (entry: T) => string, options: ListingOptions): Page<T> {
  const { prefix, delimiter, max } = options;
  const taken: T[] = [];
  const prefixes: string[] = [];
  let last: Page<T>['next'];
  if (max === 0) return { entries: [], prefixes: [] };
  for (const entry of entries) {
    const key = keyOf(entry);
    if (!key.startsWith(prefix)) continue;
    const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    const common = end < 0 ? undefined : key.slice(0, end + delimiter.length);
    if (common !== undefined && common === prefixes.at(-1)) continue;
    if (taken.length + prefixes.length === max) return { entries: taken, prefixes, next: last };
    if (common === undefined) taken.push(entry);
    else prefixes.push(common);
    last = common === undefined ? { name: key, entry } : { name: common };
  }
  return { entries: taken, prefixes };
}

/** Whether a key comes after a marker; all keys beneath a common prefix that ended the last page were on that page. */
export function isAfter(key: string, marker: string, { delimiter, prefix }: ListingOptions): boolean {
  if (!marker) return true;
  const wasCommon = delimiter !== '' && marker.endsWith(delimiter) && marker.length > prefix.length;
  if (wasCommon && key.startsWith(marker)) return false;
  return Buffer.compare(Buffer.from(key), Buffer.from(marker)) > 0;
}

/** Reads the parameters that all listings share. */
export function listingOptions(param: (name: string) => string | undefined, maxName: string): ListingOptions {
  return { prefix: param('prefix') ?? '', delimiter: param('delimiter') ?? '', max: readMax(param(maxName), maxName) };
}

/** At most 1,000, however many are asked for. */
export function readMax(text: string | undefined, name: string): number {
  if (text === undefined || text === '') return 1000;
  if (!/^\d{1,10}$/.test(text))
    throw new S3Error('InvalidArgument', `${name}: got "${text}"; it must be a whole number from 0.`);
  return Math.min(Number(text), 1000);
}

/** How keys are written: as they are, or percent-encoded, because XML cannot hold every character that a key can. */
export function keyWriter(encoding: string | undefined): (key: string) => string {
  if (encoding === undefined || encoding === '') return (key) => key;
  if (encoding !== 'url')
    throw new S3Error('InvalidArgument', `encoding-type: got "${encoding}"; only "url" is allowed.`);
  return encode;
}
