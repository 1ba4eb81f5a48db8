import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { serveSpaces } from './served-spaces';
import type { ServedSpaces } from './served-spaces';

let served: ServedSpaces;
let client: S3Client;
const Bucket = 'photos';

beforeEach(async () => {
  served = await serveSpaces();
  client = served.client();
  served.spaces.createBucket(Bucket);
});
afterEach(() => served.close());

test('an object comes back as it was put, with its headers and metadata', async () => {
  const put = await client.send(
    new PutObjectCommand({
      Bucket,
      Key: 'a b/ü+(1).txt',
      Body: 'hello',
      ContentType: 'text/plain',
      CacheControl: 'max-age=60',
      ContentEncoding: 'identity',
      Metadata: { revision: '7' },
    }),
  );
  const got = await client.send(new GetObjectCommand({ Bucket, Key: 'a b/ü+(1).txt' }));
  expect(await got.Body!.transformToString()).toBe('hello');
  expect(got).toMatchObject({
    ETag: '"5d41402abc4b2a76b9719d911017c592"',
    ContentType: 'text/plain',
    CacheControl: 'max-age=60',
    ContentEncoding: 'identity',
    ContentLength: 5,
    Metadata: { revision: '7' },
    AcceptRanges: 'bytes',
  });
  expect(put.ETag).toBe(got.ETag);
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'a b/ü+(1).txt' }));
  expect(head).toMatchObject({ ContentLength: 5, ETag: got.ETag });
});

const algorithms = ['CRC32', 'CRC32C', 'SHA1', 'SHA256', 'CRC64NVME'] as const;
test.each(algorithms)('a %s that the SDK sends is checked and comes back', async (ChecksumAlgorithm) => {
  const field = `Checksum${ChecksumAlgorithm}` as const;
  const put = await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello', ChecksumAlgorithm }));
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }));
  expect(put[field]).toBeTruthy();
  expect(head[field]).toBe(put[field]);
  expect(head.ChecksumType).toBe('FULL_OBJECT');
});

test('a stream of unknown framing is stored whole', async () => {
  const body = Buffer.alloc(300_000, 'spaces ');
  const chunks = function* () {
    for (let at = 0; at < body.length; at += 7_001) yield body.subarray(at, at + 7_001);
  };
  await client.send(
    new PutObjectCommand({ Bucket, Key: 'stream', Body: Readable.from(chunks()), ContentLength: body.length }),
  );
  expect((await served.spaces.get(Bucket, 'stream'))!.bytes.equals(body)).toBe(true);
});

test('an upload of 64 MiB arrives whole', async () => {
  const body = Buffer.alloc(64 * 1024 * 1024, 'space');
  await client.send(new PutObjectCommand({ Bucket, Key: 'large', Body: body }));
  expect((await served.spaces.get(Bucket, 'large'))!.bytes.equals(body)).toBe(true);
});

test('a checksum of the whole is not given with a part of it, which clients would hold it against', async () => {
  await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello', ChecksumAlgorithm: 'CRC32' }));
  const get = (headers: Record<string, string>) =>
    served.request({ path: '/photos/k', headers: { 'x-amz-checksum-mode': 'ENABLED', ...headers } });
  expect((await get({})).headers['x-amz-checksum-crc32']).toBe('NhCmhg==');
  expect((await get({ range: 'bytes=0-1' })).headers['x-amz-checksum-crc32']).toBeUndefined();
});

test('a PUT must say how long it is', async () => {
  served.spaces.bucket(Bucket)!.set({ acl: 'public-read-write' });
  const got = await served.request({
    method: 'PUT',
    path: '/photos/k',
    body: 'x',
    key: null,
    headers: { 'Transfer-Encoding': 'chunked' },
  });
  expect(got).toMatchObject({ status: 411, code: 'MissingContentLength' });
  expect(served.spaces.keys(Bucket)).toEqual([]);
});

test('a body that breaks off leaves nothing behind, and the object as it was', async () => {
  await served.spaces.put(Bucket, 'k', 'before');
  const headers = {
    'x-amz-decoded-content-length': '10',
    'X-Amz-Content-Sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  };
  const got = await served.request({ method: 'PUT', path: '/photos/k', body: 'a\r\n12345', headers });
  expect(got).toMatchObject({ status: 400, code: 'IncompleteBody' });
  expect((await served.spaces.get(Bucket, 'k'))!.bytes.toString()).toBe('before');
});

test.each([
  ['bytes=1-3', 206, 'ell', 'bytes 1-3/5'],
  ['bytes=3-', 206, 'lo', 'bytes 3-4/5'],
  ['bytes=-2', 206, 'lo', 'bytes 3-4/5'],
  ['bytes=-9', 206, 'hello', 'bytes 0-4/5'],
  ['bytes=2-99', 206, 'llo', 'bytes 2-4/5'],
  ['bytes=3-1', 200, 'hello', undefined],
  ['bytes=0-1,3-4', 200, 'hello', undefined],
  ['lines=1-2', 200, 'hello', undefined],
])('the range %s gives %s with "%s"', async (range, status, text, contentRange) => {
  await served.spaces.put(Bucket, 'k', 'hello');
  const got = await served.request({ path: '/photos/k', headers: { range } });
  expect(got).toMatchObject({ status, text });
  expect(got.headers['content-range']).toBe(contentRange);
  expect(got.headers['content-length']).toBe(String(text.length));
});

test.each(['bytes=5-', 'bytes=9-12', 'bytes=-0'])('the range %s lies outside of five bytes', async (range) => {
  await served.spaces.put(Bucket, 'k', 'hello');
  const got = await served.request({ path: '/photos/k', headers: { range } });
  expect(got).toMatchObject({ status: 416, code: 'InvalidRange' });
  expect(got.headers['content-range']).toBe('bytes */5');
});

test('a copy takes the metadata along, or that of the request when it says so, and never the ACL', async () => {
  const content = { ContentType: 'text/x', Metadata: { n: '1' } };
  await client.send(new PutObjectCommand({ Bucket, Key: 'a+b', Body: 'x', ACL: 'public-read', ...content }));
  const CopySource = `${Bucket}/a%2Bb`;
  const copy = await client.send(new CopyObjectCommand({ Bucket, Key: 'c', CopySource }));
  expect(copy.CopyObjectResult!.ETag).toBe('"9dd4e461268c8034f5c8564e155c67a6"');
  expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'c' }))).toMatchObject(content);
  expect((await served.request({ path: '/photos/c', key: null })).status).toBe(403);
  await client.send(
    new CopyObjectCommand({ Bucket, Key: 'c', CopySource, MetadataDirective: 'REPLACE', Metadata: { n: '2' } }),
  );
  expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'c' }))).toMatchObject({ Metadata: { n: '2' } });
});

test.each([
  ['to a bucket of another region', '/other/c', '/photos/k', {}, 404, 'NoSuchBucket'],
  ['onto itself without a change', '/photos/k', '/photos/k', {}, 400, 'InvalidRequest'],
  ['of what is not there', '/photos/c', '/photos/none', {}, 404, 'NoSuchKey'],
  [
    'of what changed meanwhile',
    '/photos/c',
    '/photos/k',
    { 'x-amz-copy-source-if-match': '"0"' },
    412,
    'PreconditionFailed',
  ],
  ['of no key', '/photos/c', 'photos', {}, 400, 'InvalidArgument'],
])('a copy %s is refused', async (_, path, source, headers, status, code) => {
  served.spaces.createBucket('other', 'nyc3');
  await served.spaces.put(Bucket, 'k', 'x');
  const got = await served.request({ method: 'PUT', path, headers: { 'x-amz-copy-source': source, ...headers } });
  expect(got).toMatchObject({ status, code });
});

test('a header that an answer cannot have is refused, and not the end of the server', async () => {
  await served.spaces.put(Bucket, 'k', 'x');
  const got = await served.request({ path: '/photos/k?response-content-type=text%0Ax' });
  expect(got).toMatchObject({ status: 400, code: 'InvalidArgument' });
  expect((await served.request({ path: '/photos/k?response-content-type=text/x' })).headers['content-type']).toBe(
    'text/x',
  );
});

test('many objects are deleted at once, those that are not there included', async () => {
  for (const key of ['a', ' b&<c> ', 'd']) await served.spaces.put(Bucket, key, 'x');
  const Objects = ['a', ' b&<c> ', 'none'].map((Key) => ({ Key }));
  const got = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  expect(got.Deleted).toEqual(Objects);
  expect(got.Errors ?? []).toEqual([]);
  expect(served.spaces.keys(Bucket)).toEqual(['d']);
  const quiet = await client.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Quiet: true, Objects: [{ Key: 'd' }] } }),
  );
  expect(quiet.Deleted ?? []).toEqual([]);
  expect(served.spaces.keys(Bucket)).toEqual([]);
});

const sseC = { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' };
test.each<[string, string, Record<string, string>, number, string]>([
  ['a key of more than 1,024 bytes', `/photos/${'k'.repeat(1025)}`, {}, 400, 'KeyTooLongError'],
  ['metadata of more than 2 KiB', '/photos/k', { 'x-amz-meta-a': 'x'.repeat(2048) }, 400, 'MetadataTooLarge'],
  ['an unknown ACL', '/photos/k', { 'x-amz-acl': 'public' }, 400, 'InvalidArgument'],
  ['a cipher without its key', '/photos/k', sseC, 400, 'InvalidArgument'],
  ['a bucket that is not there', '/none/k', {}, 404, 'NoSuchBucket'],
])('a PUT with %s stores nothing', async (_, path, headers, status, code) => {
  expect(await served.request({ method: 'PUT', path, body: 'x', headers })).toMatchObject({ status, code });
  expect(served.spaces.keys(Bucket)).toEqual([]);
});

test('an object can be changed behind the back of whoever manages it', async () => {
  await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'mine' }));
  await served.spaces.put(Bucket, 'k', 'theirs', { 'content-type': 'text/plain' });
  const got = await client.send(new GetObjectCommand({ Bucket, Key: 'k' }));
  expect([await got.Body!.transformToString(), got.ContentType]).toEqual(['theirs', 'text/plain']);
  served.spaces.delete(Bucket, 'k');
  expect(await served.spaces.get(Bucket, 'k')).toBeUndefined();
});
