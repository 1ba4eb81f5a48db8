import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { cannedAcl } from './canned-acl';
import { xmlAnswer } from './call';
import type { Answer, Call } from './call';
import { checksumAlgorithms, checksummer } from './checksum';
import type { Checksum } from './checksum';
import { cipherOf, expectCipher } from './cipher';
import { readContent } from './content';
import { copySource } from './copy-source';
import { S3Error } from './error';
import { checksumHeaders, versionHeader } from './object-get';
import { commit, expectPossible } from './object-put';
import { duplicate } from './payload';
import type { Received } from './payload';
import { parseRange } from './range';
import { taggingHeader } from './tagging';
import type { Part, Upload } from './upload';
import { parseXml } from './xml';

const mostParts = 10_000;
const smallestPart = 5 * 1024 ** 2;

export function createMultipartUpload(call: Call): Answer {
  expectPossible(call);
  const algorithm = checksumAlgorithms.find((name) => name === call.header('x-amz-checksum-algorithm')?.toLowerCase());
  const upload: Upload = {
    id: `2~${randomBytes(24).toString('base64url')}`,
    key: call.key,
    initiated: call.now.toISOString(),
    content: readContent(call.request),
    acl: cannedAcl(call.header('x-amz-acl')),
    tags: taggingHeader(call.header('x-amz-tagging')),
    cipher: cipherOf(call.header),
    algorithm,
    wholeChecksum: call.header('x-amz-checksum-type')?.toUpperCase() === 'FULL_OBJECT',
    parts: {},
  };
  call.bucket.uploads.save(upload.id, upload);
  return xmlAnswer('InitiateMultipartUploadResult', {
    Bucket: call.bucket.settings.name,
    Key: call.key,
    UploadId: upload.id,
  });
}

export async function uploadPart(call: Call): Promise<Answer> {
  const number = partNumber(call);
  expectCipher(findUpload(call).cipher, cipherOf(call.header));
  const received = await call.receive();
  const part = savePart(call, number, received);
  return { status: 200, headers: { etag: `"${part.etag}"`, ...partChecksum(received.checksum) } };
}

export async function uploadPartCopy(call: Call): Promise<Answer> {
  const number = partNumber(call);
  expectCipher(findUpload(call).cipher, cipherOf(call.header));
  const { version } = copySource(call);
  const range = parseRange(call.header('x-amz-copy-source-range'), version.size);
  const part = savePart(call, number, await duplicate(call.store.blobs, version.blobs, range));
  return xmlAnswer('CopyPartResult', { LastModified: part.modified, ETag: `"${part.etag}"` });
}

const completion = z.object({
  Part: z.array(z.object({ PartNumber: z.string().regex(/^\d+$/), ETag: z.string() })).min(1),
});

/** Makes the chosen parts the object; those that were not chosen are thrown away. */
export async function completeMultipartUpload(call: Call): Promise<Answer> {
  const text = await call.readText();
  const upload = findUpload(call);
  const wanted = parseXml(text, 'CompleteMultipartUpload', completion).Part;
  const chosen = wanted.map(({ PartNumber, ETag }) => choose(upload, Number(PartNumber), ETag));
  if (
    wanted.some(({ PartNumber }, index) => index > 0 && Number(PartNumber) <= Number(wanted[index - 1]!.PartNumber))
  ) {
    throw new S3Error('InvalidPartOrder');
  }
  const small = chosen.slice(0, -1).findIndex(({ blob }) => blob.size < smallestPart);
  if (small >= 0) {
    const { size } = chosen[small]!.blob;
    throw new S3Error(
      'EntityTooSmall',
      `Part ${wanted[small]!.PartNumber} has ${size} bytes; all but the last need ${smallestPart}.`,
    );
  }
  const checksum = upload.wholeChecksum ? await wholeChecksum(call, upload, chosen) : compositeChecksum(chosen);
  // Reading the parts took a while: another request may have ended the upload or replaced one of its parts.
  if (
    findUpload(call) !== upload ||
    wanted.some(({ PartNumber }, index) => upload.parts[Number(PartNumber)] !== chosen[index])
  ) {
    throw new S3Error('InvalidPart', 'A part was replaced while the upload was completed.');
  }
  const { bucket, key } = call;
  const sums = Buffer.from(chosen.map((part) => part.etag).join(''), 'hex');
  const etag = `${createHash('md5').update(sums).digest('hex')}-${chosen.length}`;
  const version = commit(
    call,
    chosen.map(({ blob }) => blob),
    { etag, content: upload.content, acl: upload.acl, tags: upload.tags, cipher: upload.cipher, checksum },
  );
  bucket.uploads.delete(upload.id);
  call.store.blobs.remove(
    Object.values(upload.parts)
      .filter((part) => !chosen.includes(part))
      .map(({ blob }) => blob),
  );
  return xmlAnswer(
    'CompleteMultipartUploadResult',
    { Location: `/${bucket.settings.name}/${key}`, Bucket: bucket.settings.name, Key: key, ETag: `"${etag}"` },
    { ...versionHeader(bucket, version), ...checksumHeaders(version) },
  );
}

export function abortMultipartUpload(call: Call): Answer {
  const upload = findUpload(call);
  call.bucket.uploads.delete(upload.id);
  call.store.blobs.remove(Object.values(upload.parts).map(({ blob }) => blob));
  return { status: 204 };
}

/** The upload that the request names, which is for this key. */
export function findUpload(call: Call): Upload {
  const id = call.param('uploadId') ?? '';
  const upload = call.bucket.uploads.get(id);
  if (upload?.key === call.key) return upload;
  throw new S3Error(
    'NoSuchUpload',
    `There is no upload "${id}" for "${call.key}": it may have been completed or aborted.`,
  );
}

function partNumber(call: Call): number {
  const text = call.param('partNumber') ?? '';
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= mostParts) return number;
  throw new S3Error('InvalidArgument', `partNumber: got "${text}"; allowed are 1 to ${mostParts}.`);
}

function savePart(call: Call, number: number, { blob, md5, checksum }: Received): Part {
  try {
    const upload = findUpload(call);
    const before = upload.parts[number];
    const part: Part = { blob, etag: md5, modified: call.now.toISOString(), checksum };
    upload.parts[number] = part;
    call.bucket.uploads.save(upload.id, upload);
    if (before) call.store.blobs.remove([before.blob]);
    return part;
  } catch (error) {
    call.store.blobs.remove([blob]);
    throw error;
  }
}

function choose(upload: Upload, number: number, etag: string): Part {
  const part = upload.parts[number];
  if (part && part.etag === etag.replace(/^"(.*)"$/, '$1')) return part;
  if (!part) throw new S3Error('InvalidPart', `Part ${number} was not uploaded.`);
  throw new S3Error('InvalidPart', `Part ${number} has the ETag "${part.etag}", not ${etag}.`);
}

function partChecksum(checksum: Checksum | undefined): Record<string, string> {
  return checksum ? { [`x-amz-checksum-${checksum.algorithm}`]: checksum.value } : {};
}

/** The checksum of the parts' checksums, marked by their number, when all parts have one of the same kind. */
function compositeChecksum(parts: readonly Part[]): Checksum | undefined {
  const algorithm = parts[0]?.checksum?.algorithm;
  if (!algorithm || parts.some(({ checksum }) => checksum?.algorithm !== algorithm)) return undefined;
  const sum = checksummer(algorithm);
  for (const { checksum } of parts) sum.update(Buffer.from(checksum!.value, 'base64'));
  return { algorithm, value: `${sum.digest()}-${parts.length}` };
}

/** The checksum of the content as a whole, which the client may have sent along to compare. */
async function wholeChecksum(call: Call, { algorithm }: Upload, parts: readonly Part[]): Promise<Checksum | undefined> {
  if (!algorithm) return undefined;
  const sum = checksummer(algorithm);
  for await (const chunk of call.store.blobs.read(parts.map(({ blob }) => blob)) as AsyncIterable<Buffer>)
    sum.update(chunk);
  const value = sum.digest();
  const claimed = call.header(`x-amz-checksum-${algorithm}`);
  if (claimed !== undefined && claimed !== value) {
    throw new S3Error('BadDigest', `x-amz-checksum-${algorithm} says ${claimed}; the content has ${value}.`);
  }
  return { algorithm, value };
}
