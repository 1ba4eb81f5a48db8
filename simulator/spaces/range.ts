import { S3Error } from './error';

/** Byte positions, both inclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * The part of `size` bytes that a Range header asks for; undefined means all of them, which is also the answer to a
 * header that is not understood (RFC 9110, section 14.2) and, as in S3, to several ranges at once.
 * Throws InvalidRange when the range lies outside.
 */
export function parseRange(header: string | undefined, size: number): Range | undefined {
  const match = /^bytes=(?:(\d+)-(\d*)|-(\d+))$/.exec(header?.trim() ?? '');
  if (!match) return undefined;
  const [, first, last, suffix] = match;
  const start = suffix === undefined ? Number(first) : Math.max(size - Number(suffix), 0);
  const end = suffix === undefined && last ? Math.min(Number(last), size - 1) : size - 1;
  if (last && Number(last) < Number(first)) return undefined;
  if (start > end || suffix === '0') {
    throw new S3Error('InvalidRange', `The range ${header} lies outside of the ${size} bytes.`, {
      'content-range': `bytes */${size}`,
    });
  }
  return { start, end };
}
