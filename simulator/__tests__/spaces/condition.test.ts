import { PutBucketVersioningCommand, PutObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { serveSpaces } from './served-spaces';
import type { ServedSpaces } from './served-spaces';

let served: ServedSpaces;
const Bucket = 'photos';
const etag = '5d41402abc4b2a76b9719d911017c592';
const wrong = '0'.repeat(32);
const modified = new Date('2026-02-03T04:05:06.789Z');

beforeEach(async () => {
  served = await serveSpaces();
  served.spaces.createBucket(Bucket);
});
afterEach(() => served.close());

const versions = async (Status: 'Enabled' | 'Suspended') =>
  served.client().send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));

describe.each([
  ['without versions', undefined],
  ['with versions', 'Enabled'],
  ['with versions suspended', 'Suspended'],
] as const)('in a bucket %s', (_, status) => {
  beforeEach(async () => {
    if (status) await versions(status);
  });

  test('of 20 conditional writes at once, one wins, and its content stays', async () => {
    const client = served.client();
    for (const Key of ['first', 'second', 'third']) {
      const writes = Array.from({ length: 20 }, async (_each, index) => {
        try {
          await client.send(new PutObjectCommand({ Bucket, Key, Body: `writer ${index}`, IfNoneMatch: '*' }));
          return `writer ${index}`;
        } catch (error) {
          if (error instanceof S3ServiceException && error.name === 'PreconditionFailed')
            return error.$metadata.httpStatusCode;
          throw error;
        }
      });
      const results = await Promise.all(writes);
      const winners = results.filter((result) => typeof result === 'string');
      expect(winners).toHaveLength(1);
      expect(results.filter((result) => result === 412)).toHaveLength(19);
      expect((await served.spaces.get(Bucket, Key))!.bytes.toString()).toBe(winners[0]);
    }
  });

  test('a lock can be taken again after it was released', async () => {
    const take = () =>
      served.request({ method: 'PUT', path: '/photos/lock', body: 'x', headers: { 'if-none-match': '*' } });
    expect((await take()).status).toBe(200);
    expect((await take()).status).toBe(412);
    expect((await served.request({ method: 'DELETE', path: '/photos/lock' })).status).toBe(204);
    expect((await take()).status).toBe(200);
    expect((await take()).status).toBe(412);
  });
});

// Spaces takes the ETag without its quotes only: https://github.com/slatedb/slatedb/pull/1818
test.each([
  ['if-match', etag, 200],
  ['if-match', `"${etag}"`, 412],
  ['if-match', wrong, 412],
  ['if-match', '*', 200],
  ['if-none-match', '*', 412],
  ['if-none-match', `"${etag}"`, 412],
  ['if-none-match', `"${wrong}"`, 200],
])('a PUT with %s: %s over an object is answered %s', async (name, value, status) => {
  await served.spaces.put(Bucket, 'k', 'hello');
  const got = await served.request({ method: 'PUT', path: '/photos/k', body: 'new', headers: { [name]: value } });
  expect(got.status).toBe(status);
  expect((await served.spaces.get(Bucket, 'k'))!.bytes.toString()).toBe(status === 200 ? 'new' : 'hello');
});

test('a PUT that expects an object does not make it', async () => {
  const got = await served.request({ method: 'PUT', path: '/photos/k', body: 'new', headers: { 'if-match': etag } });
  expect(got).toMatchObject({ status: 412, code: 'PreconditionFailed' });
  expect(served.spaces.keys(Bucket)).toEqual([]);
});

test.each([
  ['ignores', 'ignored', 200, 'new'],
  ['refuses', 'refused', 501, 'hello'],
] as const)('a Spaces that %s conditional writes can be rehearsed too', async (_, conditionalWrites, status, text) => {
  await served.close();
  served = await serveSpaces({ conditionalWrites });
  served.spaces.createBucket(Bucket);
  await served.spaces.put(Bucket, 'k', 'hello');
  const got = await served.request({
    method: 'PUT',
    path: '/photos/k',
    body: 'new',
    headers: { 'if-none-match': '*' },
  });
  expect(got.status).toBe(status);
  expect((await served.spaces.get(Bucket, 'k'))!.bytes.toString()).toBe(text);
  expect((await served.request({ method: 'PUT', path: '/photos/other', body: 'new' })).status).toBe(200);
});

const before = 'Tue, 03 Feb 2026 04:05:05 GMT';
const same = 'Tue, 03 Feb 2026 04:05:06 GMT';
test.each<[Record<string, string>, number]>([
  [{ 'if-match': `"${etag}"` }, 200],
  [{ 'if-match': `"${wrong}", "${etag}"` }, 200],
  [{ 'if-match': `"${wrong}"` }, 412],
  [{ 'if-none-match': `"${etag}"` }, 304],
  [{ 'if-none-match': `W/"${etag}"` }, 304],
  [{ 'if-none-match': '*' }, 304],
  [{ 'if-none-match': `"${wrong}"` }, 200],
  [{ 'if-modified-since': same }, 304],
  [{ 'if-modified-since': before }, 200],
  [{ 'if-unmodified-since': same }, 200],
  [{ 'if-unmodified-since': before }, 412],
  [{ 'if-match': `"${etag}"`, 'if-unmodified-since': before }, 200],
  [{ 'if-none-match': `"${wrong}"`, 'if-modified-since': same }, 200],
  [{ 'if-modified-since': 'yesterday' }, 200],
])('a GET with %j is answered %s', async (headers, status) => {
  await served.close();
  served = await serveSpaces({ now: () => modified });
  served.spaces.createBucket(Bucket);
  await served.spaces.put(Bucket, 'k', 'hello');
  served.spaces.bucket(Bucket)!.current('k')!.acl = 'public-read';
  const got = await served.request({ path: '/photos/k', headers, key: null });
  expect(got.status).toBe(status);
  if (status === 304) expect([got.text, got.headers.etag]).toEqual(['', `"${etag}"`]);
});
