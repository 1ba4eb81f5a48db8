import { owner } from './acl';
import { xmlAnswer } from './call';
import type { Answer, Call } from './call';
import { S3Error } from './error';
import { isAfter, keyWriter, listingOptions, paginate } from './listing';
import type { ListingOptions } from './listing';
import type { Version } from './version';

interface Entry {
  readonly key: string;
  readonly version: Version;
  readonly latest: boolean;
}

/** The first version of the listing, still used by old clients: a page goes on after a marker, which is a key. */
export function listObjects(call: Call): Answer {
  const options = listingOptions((name) => call.param(name), 'max-keys');
  const write = keyWriter(call.param('encoding-type'));
  const marker = call.param('marker') ?? '';
  const { entries, prefixes, next } = paginate(currentEntries(call, marker, options), ({ key }) => key, options);
  return xmlAnswer('ListBucketResult', {
    ...common(call, options, write),
    Marker: write(marker),
    NextMarker: next && write(next.name),
    IsTruncated: next !== undefined,
    Contents: entries.map((entry) => ({ ...contents(entry, write), Owner: owner })),
    CommonPrefixes: prefixes.map((prefix) => ({ Prefix: write(prefix) })),
  });
}

/** The second one: a page goes on with a token that the client does not look into. */
export function listObjectsV2(call: Call): Answer {
  const options = listingOptions((name) => call.param(name), 'max-keys');
  const write = keyWriter(call.param('encoding-type'));
  const withOwner = call.param('fetch-owner') === 'true';
  const token = call.param('continuation-token');
  const startAfter = call.param('start-after');
  const marker = token === undefined ? (startAfter ?? '') : readToken(token);
  const { entries, prefixes, next } = paginate(currentEntries(call, marker, options), ({ key }) => key, options);
  return xmlAnswer('ListBucketResult', {
    ...common(call, options, write),
    StartAfter: startAfter && write(startAfter),
    ContinuationToken: token,
    NextContinuationToken: next && Buffer.from(next.name).toString('base64url'),
    KeyCount: entries.length + prefixes.length,
    IsTruncated: next !== undefined,
    Contents: entries.map((entry) => ({ ...contents(entry, write), Owner: withOwner ? owner : undefined })),
    CommonPrefixes: prefixes.map((prefix) => ({ Prefix: write(prefix) })),
  });
}

/** All versions and delete markers: by key, the newest first. */
export function listObjectVersions(call: Call): Answer {
  const options = listingOptions((name) => call.param(name), 'max-keys');
  const write = keyWriter(call.param('encoding-type'));
  const keyMarker = call.param('key-marker') ?? '';
  const versionMarker = call.param('version-id-marker') ?? '';
  const all = versionEntries(call, keyMarker, versionMarker, options);
  const { entries, prefixes, next } = paginate(all, ({ key }) => key, options);
  const markers = entries.filter(({ version }) => version.marker);
  const versions = entries.filter(({ version }) => !version.marker);
  return xmlAnswer('ListVersionsResult', {
    ...common(call, options, write),
    KeyMarker: write(keyMarker),
    VersionIdMarker: versionMarker,
    NextKeyMarker: next && write(next.name),
    NextVersionIdMarker: next?.entry?.version.id,
    IsTruncated: next !== undefined,
    Version: versions.map((entry) => ({ ...versionOf(entry, write), ...contents(entry, write), Owner: owner })),
    DeleteMarker: markers.map((entry) => ({
      ...versionOf(entry, write),
      LastModified: entry.version.modified,
      Owner: owner,
    })),
    CommonPrefixes: prefixes.map((prefix) => ({ Prefix: write(prefix) })),
  });
}

function* currentEntries({ bucket }: Call, marker: string, options: ListingOptions): Generator<Entry> {
  for (const key of bucket.objects.names()) {
    const version = bucket.current(key);
    if (version && isAfter(key, marker, options)) yield { key, version, latest: true };
  }
}

function* versionEntries(
  { bucket }: Call,
  keyMarker: string,
  versionMarker: string,
  options: ListingOptions,
): Generator<Entry> {
  for (const key of bucket.objects.names()) {
    const { versions } = bucket.objects.get(key)!;
    const rest = key === keyMarker && versionMarker ? versions.findIndex(({ id }) => id === versionMarker) + 1 : 0;
    if (rest === 0 && !isAfter(key, keyMarker, options)) continue;
    for (const version of versions.slice(rest)) yield { key, version, latest: version === versions[0] };
  }
}

function common(call: Call, { prefix, delimiter, max }: ListingOptions, write: (key: string) => string): object {
  return {
    Name: call.bucket.settings.name,
    Prefix: write(prefix),
    Delimiter: delimiter ? write(delimiter) : undefined,
    MaxKeys: max,
    EncodingType: call.param('encoding-type'),
  };
}

function contents({ key, version }: Entry, write: (key: string) => string): object {
  const { modified, etag, size, checksum } = version;
  return {
    Key: write(key),
    LastModified: modified,
    ETag: `"${etag}"`,
    ChecksumAlgorithm: checksum?.algorithm.toUpperCase(),
    Size: size,
    StorageClass: 'STANDARD',
  };
}

function versionOf({ key, version, latest }: Entry, write: (key: string) => string): object {
  return { Key: write(key), VersionId: version.id, IsLatest: latest };
}

function readToken(token: string): string {
  const name = Buffer.from(token, 'base64url').toString();
  if (name && Buffer.from(name).toString('base64url') === token) return name;
  throw new S3Error('InvalidArgument', `continuation-token: "${token}" is none that a listing gave.`);
}
