import { createHash } from 'node:crypto';
import type { BlobStore, Blob } from './blob-store';
import { checksumAlgorithms, checksummer, isChecksum } from './checksum';
import type { Checksum, ChecksumAlgorithm } from './checksum';
import { decodeChunks } from './chunked';
import type { Trailers } from './chunked';
import { S3Error } from './error';
import type { Range } from './range';
import type { Sender } from './sender';

/** A body as it arrives: its bytes, and all that its headers claim about them. */
export interface Incoming {
  readonly stream: AsyncIterable<Buffer>;
  readonly sender: Sender;
  header(name: string): string | undefined;
}

/** A body that has arrived whole and was found to be what its headers claim. */
export interface Received {
  readonly blob: Blob;
  /** The MD5 in hex, which is the ETag of an object that is uploaded at once. */
  readonly md5: string;
  readonly checksum?: Checksum;
}

/** https://docs.digitalocean.com/products/spaces/details/limits/ */
const largestPut = 5 * 1024 ** 3;
const largestDocument = 2 * 1024 ** 2;

/** Stores a body. When any claim about it is false, or it breaks off, nothing is stored. */
export async function receive(incoming: Incoming, blobs: BlobStore): Promise<Received> {
  if (lengthOf(incoming) === undefined) throw new S3Error('MissingContentLength');
  const writer = await blobs.writer();
  try {
    const { md5, checksum } = await consume(incoming, largestPut, (chunk) => writer.write(chunk));
    return { blob: await writer.finish(), md5, checksum };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

/** Reads a small body, such as a configuration. */
export async function readText(incoming: Incoming): Promise<string> {
  const chunks: Buffer[] = [];
  await consume(incoming, largestDocument, async (chunk) => void chunks.push(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

async function consume(
  incoming: Incoming,
  limit: number,
  take: (chunk: Buffer) => Promise<void>,
): Promise<{ md5: string; checksum?: Checksum }> {
  const { sender, header } = incoming;
  const md5 = createHash('md5');
  const sha256 = createHash('sha256');
  const algorithm = announced(header);
  const sum = algorithm && checksummer(algorithm);
  let size = 0;
  const source = bytesOf(incoming);
  let next = await source.next();
  for (; !next.done; next = await source.next()) {
    const chunk = next.value;
    size += chunk.length;
    if (size > limit) throw new S3Error('EntityTooLarge', `The body is larger than ${limit} bytes.`);
    md5.update(chunk);
    sha256.update(chunk);
    sum?.update(chunk);
    await take(chunk);
  }
  const trailers = next.value;
  const length = lengthOf(incoming);
  if (length !== undefined && length !== size) {
    throw new S3Error('IncompleteBody', `The headers announce ${length} bytes; ${size} arrived.`);
  }
  const hash = sha256.digest('hex');
  if (/^[0-9a-f]{64}$/.test(sender.payload) && sender.payload !== hash) {
    throw new S3Error(
      'XAmzContentSHA256Mismatch',
      `x-amz-content-sha256 says ${sender.payload}; the body has ${hash}.`,
    );
  }
  const hex = md5.digest('hex');
  expectMd5(header('content-md5'), hex);
  return { md5: hex, checksum: algorithm && expectChecksum(algorithm, sum!.digest(), header, trailers) };
}

async function* bytesOf({ stream, sender, header }: Incoming): AsyncGenerator<Buffer, Trailers> {
  const { payload, chain } = sender;
  if (!payload.startsWith('STREAMING-') && !/\baws-chunked\b/.test(header('content-encoding') ?? '')) {
    yield* stream;
    return new Map();
  }
  switch (payload) {
    case 'STREAMING-UNSIGNED-PAYLOAD-TRAILER':
      return yield* decodeChunks(stream);
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD':
      return yield* decodeChunks(stream, chain);
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER':
      return yield* decodeChunks(stream, chain, true);
    default:
      throw new S3Error('InvalidRequest', `An aws-chunked body cannot come with x-amz-content-sha256: ${payload}.`);
  }
}

function lengthOf({ header }: Incoming): number | undefined {
  const chunked = header('x-amz-content-sha256')?.startsWith('STREAMING-');
  const length = header(chunked ? 'x-amz-decoded-content-length' : 'content-length');
  return length === undefined ? undefined : Number(length);
}

/** The algorithm whose checksum comes in a header or in the trailer. */
function announced(header: Incoming['header']): ChecksumAlgorithm | undefined {
  const trailer = header('x-amz-trailer')?.toLowerCase() ?? '';
  return checksumAlgorithms.find((name) => {
    const field = `x-amz-checksum-${name}`;
    return header(field) !== undefined || trailer.split(/[\s,]+/).includes(field);
  });
}

function expectChecksum(
  algorithm: ChecksumAlgorithm,
  value: string,
  header: Incoming['header'],
  trailers: Trailers,
): Checksum {
  const field = `x-amz-checksum-${algorithm}`;
  const claimed = header(field) ?? trailers.get(field);
  if (claimed === undefined)
    throw new S3Error('InvalidRequest', `x-amz-trailer announces ${field}, but it did not come.`);
  if (!isChecksum(algorithm, claimed)) {
    throw new S3Error('InvalidRequest', `${field}: "${claimed}" is not such a checksum in base64.`);
  }
  if (claimed !== value) throw new S3Error('BadDigest', `${field} says ${claimed}; the content has ${value}.`);
  return { algorithm, value };
}

function expectMd5(claimed: string | undefined, hex: string): void {
  if (claimed === undefined) return;
  const bytes = Buffer.from(claimed, 'base64');
  if (bytes.length !== 16)
    throw new S3Error('InvalidDigest', `Content-MD5: "${claimed}" is not the base64 of an MD5 sum.`);
  if (bytes.toString('hex') !== hex) {
    throw new S3Error('BadDigest', `Content-MD5 says ${bytes.toString('hex')}; the content has ${hex}.`);
  }
}

/** Copies bytes of the store into a new blob. */
export async function duplicate(blobs: BlobStore, source: readonly Blob[], range?: Range): Promise<Received> {
  const hash = createHash('md5');
  const writer = await blobs.writer();
  try {
    for await (const chunk of blobs.read(source, range?.start, range?.end) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      await writer.write(chunk);
    }
    return { blob: await writer.finish(), md5: hash.digest('hex') };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}
