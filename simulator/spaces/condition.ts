import type { ConditionalWrites } from './call';
import { S3Error } from './error';
import type { Version } from './version';

type Header = (name: string) => string | undefined;

/**
 * The conditions of a GET, HEAD or copy (RFC 9110, section 13). True when the client has this version already and
 * wants a 304. `prefix` is `x-amz-copy-source-` for a copy's source.
 */
export function isUnchanged(version: Version, header: Header, prefix = ''): boolean {
  const ifMatch = header(`${prefix}if-match`);
  const ifNoneMatch = header(`${prefix}if-none-match`);
  // Dates in headers have no fractions of a second.
  const modified = Math.floor(Date.parse(version.modified) / 1000) * 1000;
  const since = (name: string) => Date.parse(header(`${prefix}${name}`) ?? '');
  if (ifMatch !== undefined && !listed(ifMatch, version.etag)) throw refused('If-Match', ifMatch, version);
  if (ifMatch === undefined && modified > since('if-unmodified-since')) throw new S3Error('PreconditionFailed');
  if (ifNoneMatch !== undefined) return listed(ifNoneMatch, version.etag);
  return modified <= since('if-modified-since');
}

/**
 * The conditions of a write; throws PreconditionFailed. `If-None-Match: *` is what Terraform's lock file stands on.
 * If-Match takes the ETag as Spaces does: without its quotes, and a quoted one never matches
 * (https://github.com/slatedb/slatedb/pull/1818).
 */
export function expectBeforeWrite(current: Version | undefined, header: Header, writes: ConditionalWrites): void {
  const ifMatch = header('if-match');
  const ifNoneMatch = header('if-none-match');
  if (writes === 'ignored' || (ifMatch ?? ifNoneMatch) === undefined) return;
  if (writes === 'refused') throw new S3Error('NotImplemented', 'This Spaces was told to refuse conditional writes.');
  const matches = current !== undefined && (ifMatch === '*' || ifMatch === current.etag);
  if (ifMatch !== undefined && !matches) throw refused('If-Match', ifMatch, current);
  if (ifNoneMatch === undefined || !current) return;
  if (listed(ifNoneMatch, current.etag)) throw refused('If-None-Match', ifNoneMatch, current);
}

function listed(header: string, etag: string): boolean {
  return header.split(',').some((each) =>
    ['*', etag].includes(
      each
        .trim()
        .replace(/^W\//, '')
        .replace(/^"(.*)"$/, '$1'),
    ),
  );
}

function refused(name: string, value: string, version: Version | undefined): S3Error {
  const state = version ? `the object's ETag is ${version.etag}` : 'there is no object';
  return new S3Error('PreconditionFailed', `The condition ${name}: ${value} does not hold: ${state}.`);
}
