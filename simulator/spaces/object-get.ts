import { validateHeaderValue } from 'node:http';
import type { Answer, Call } from './call';
import { cipherHeaders, cipherOf, expectCipher } from './cipher';
import { isUnchanged } from './condition';
import { writeContent } from './content';
import { S3Error } from './error';
import { parseRange } from './range';
import type { Range } from './range';
import type { Version } from './version';
import type { Bucket } from './bucket';

/** Headers that the query of a (presigned) GET may replace. */
const overrides = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

export function getObject(call: Call): Answer {
  const { bucket, key } = call;
  const version = findVersion(bucket, key, call.param('versionId'));
  expectCipher(version.cipher, cipherOf(call.header));
  const headers = headersOf(bucket, version);
  if (isUnchanged(version, call.header)) return { status: 304, headers: { ...headers, 'content-type': undefined } };
  const part = call.param('partNumber');
  const range = part === undefined ? rangeOf(call, version) : partRange(version, part);
  const asked = overrides.flatMap((name) => {
    const value = call.param(`response-${name}`);
    if (value === undefined) return [];
    try {
      validateHeaderValue(name, value);
    } catch {
      throw new S3Error(
        'InvalidArgument',
        `response-${name}: got ${JSON.stringify(value)}, which cannot stand in a header.`,
      );
    }
    return [[name, value]];
  });
  const length = range ? range.end - range.start + 1 : version.size;
  return {
    status: range ? 206 : 200,
    headers: {
      ...headers,
      ...writeContent(version.content),
      ...Object.fromEntries(asked),
      // A checksum is of the whole: clients would hold it against the range.
      ...(call.header('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED' && !range ? checksumHeaders(version) : {}),
      'accept-ranges': 'bytes',
      'content-length': length,
      'content-range': range && `bytes ${range.start}-${range.end}/${version.size}`,
      'x-amz-mp-parts-count': part !== undefined && version.blobs.length > 1 ? version.blobs.length : undefined,
    },
    body: call.request.method === 'HEAD' ? undefined : call.store.blobs.read(version.blobs, range?.start, range?.end),
  };
}

/** The version that a request names, or the current one. Throws as S3 does for what is missing or a delete marker. */
export function findVersion(bucket: Bucket, key: string, id: string | undefined): Version {
  const version = id === undefined ? bucket.objects.get(key)?.versions[0] : bucket.version(key, id);
  if (!version && id !== undefined) throw new S3Error('NoSuchVersion', `The object "${key}" has no version "${id}".`);
  if (!version) throw new S3Error('NoSuchKey', `There is no object "${key}" in bucket "${bucket.settings.name}".`);
  if (!version.marker) return version;
  const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.id };
  if (id === undefined)
    throw new S3Error('NoSuchKey', `The object "${key}" was deleted; older versions are kept.`, headers);
  throw new S3Error('MethodNotAllowed', `The version "${id}" of "${key}" is a delete marker.`, headers);
}

export function checksumHeaders({ checksum }: Pick<Version, 'checksum'>): Record<string, string> {
  if (!checksum) return {};
  const type = checksum.value.includes('-') ? 'COMPOSITE' : 'FULL_OBJECT';
  return { [`x-amz-checksum-${checksum.algorithm}`]: checksum.value, 'x-amz-checksum-type': type };
}

/** The id of a version, in a bucket that keeps versions. */
export function versionHeader(bucket: Bucket, version: Version | undefined): Record<string, string | undefined> {
  return { 'x-amz-version-id': bucket.settings.versioning && version?.id };
}

function headersOf(bucket: Bucket, version: Version): Record<string, string | undefined> {
  return {
    etag: `"${version.etag}"`,
    'last-modified': new Date(version.modified).toUTCString(),
    'x-amz-tagging-count': version.tags && String(Object.keys(version.tags).length),
    ...cipherHeaders(version.cipher),
    ...versionHeader(bucket, version),
  };
}

/** RFC 9110, section 13.1.5: the range is for one representation only, when If-Range names it. */
function rangeOf(call: Call, version: Version): Range | undefined {
  const ifRange = call.header('if-range');
  const names = [`"${version.etag}"`, new Date(version.modified).toUTCString()];
  if (ifRange !== undefined && !names.includes(ifRange)) return undefined;
  return parseRange(call.header('range'), version.size);
}

function partRange({ blobs }: Version, part: string): Range | undefined {
  const index = Number(part) - 1;
  const blob = blobs[index];
  if (!blob) throw new S3Error('InvalidRange', `partNumber: got "${part}"; the object has ${blobs.length} parts.`);
  if (blobs.length === 1) return undefined;
  const start = blobs.slice(0, index).reduce((sum, { size }) => sum + size, 0);
  return { start, end: start + blob.size - 1 };
}
