import { readAcl, writtenAcl } from './acl';
import { cannedAcl } from './canned-acl';
import type { Blob } from './blob-store';
import { xmlAnswer } from './call';
import { cipherHeaders, cipherOf } from './cipher';
import type { Answer, Call } from './call';
import { expectBeforeWrite } from './condition';
import { readContent } from './content';
import { copySource } from './copy-source';
import { S3Error } from './error';
import { checksumHeaders, findVersion, versionHeader } from './object-get';
import { duplicate } from './payload';
import { taggingHeader } from './tagging';
import type { Version } from './version';

const longestKey = 1024;

export async function putObject(call: Call): Promise<Answer> {
  expectPossible(call);
  const content = readContent(call.request);
  const acl = cannedAcl(call.header('x-amz-acl'));
  const tags = taggingHeader(call.header('x-amz-tagging'));
  const cipher = cipherOf(call.header);
  const { blob, md5, checksum } = await call.receive();
  const version = commit(call, [blob], { etag: md5, content, acl, checksum, tags, cipher });
  return {
    status: 200,
    headers: {
      etag: `"${md5}"`,
      ...cipherHeaders(cipher),
      ...checksumHeaders(version),
      ...versionHeader(call.bucket, version),
    },
  };
}

/** Copies within the account; the metadata comes along unless the request replaces it. The ACL never does. */
export async function copyObject(call: Call): Promise<Answer> {
  expectPossible(call);
  const { version: source, bucket, key, asked } = copySource(call);
  const replace = (call.header('x-amz-metadata-directive') ?? 'COPY').toUpperCase() === 'REPLACE';
  if (!replace && asked === undefined && bucket === call.bucket && key === call.key) {
    throw new S3Error('InvalidRequest', 'A copy onto itself must change something: x-amz-metadata-directive: REPLACE.');
  }
  const content = replace ? readContent(call.request) : source.content;
  const acl = cannedAcl(call.header('x-amz-acl'));
  const retag = (call.header('x-amz-tagging-directive') ?? 'COPY').toUpperCase() === 'REPLACE';
  const tags = retag ? taggingHeader(call.header('x-amz-tagging')) : source.tags;
  const cipher = cipherOf(call.header);
  const { blob, md5 } = await duplicate(call.store.blobs, source.blobs);
  const checksum = source.checksum?.value.includes('-') ? undefined : source.checksum;
  const version = commit(call, [blob], { etag: md5, content, acl, checksum, tags, cipher });
  return xmlAnswer(
    'CopyObjectResult',
    { LastModified: version.modified, ETag: `"${md5}"` },
    {
      ...cipherHeaders(cipher),
      ...versionHeader(call.bucket, version),
      'x-amz-copy-source-version-id': versionHeader(bucket, source)['x-amz-version-id'],
    },
  );
}

/**
 * Makes blobs the new version of the object, or removes them when a condition of the request does not hold.
 * The bucket is looked up here and not before the body came: it may have been deleted meanwhile.
 */
export function commit(
  call: Call,
  blobs: readonly Blob[],
  rest: Pick<Version, 'etag' | 'content' | 'acl' | 'checksum' | 'tags' | 'cipher'>,
): Version {
  try {
    const size = blobs.reduce((sum, blob) => sum + blob.size, 0);
    const next = { ...rest, blobs, size, modified: call.now.toISOString() };
    const { conditionalWrites } = call.behaviour;
    return call.bucket.write(call.key, next, (current) => expectBeforeWrite(current, call.header, conditionalWrites));
  } catch (error) {
    call.store.blobs.remove(blobs);
    throw error;
  }
}

export function getObjectAcl(call: Call): Answer {
  return xmlAnswer('AccessControlPolicy', writtenAcl(findVersion(call.bucket, call.key, call.param('versionId')).acl));
}

export async function putObjectAcl(call: Call): Promise<Answer> {
  const acl = await readAcl(call);
  call.bucket.change(call.key, findVersion(call.bucket, call.key, call.param('versionId')), { acl });
  return { status: 200 };
}

/** Refuses before the body is read what cannot be stored as it was asked for. */
export function expectPossible(call: Call): void {
  const length = Buffer.byteLength(call.key);
  if (length > longestKey) {
    throw new S3Error('KeyTooLongError', `The key has ${length} bytes; at most ${longestKey} are allowed.`);
  }
}
