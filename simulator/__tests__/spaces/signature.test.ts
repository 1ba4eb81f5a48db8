import { createHash } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { sign } from 'aws4';
import { ownerKey, serveSpaces } from './served-spaces';
import type { Sent, ServedSpaces } from './served-spaces';

let served: ServedSpaces;
let now: Date | undefined;

beforeEach(async () => {
  now = undefined;
  served = await serveSpaces({ now: () => now ?? new Date() });
  served.spaces.createBucket('photos');
  await served.spaces.put('photos', 'a', 'hello');
});
afterEach(() => served.close());

const minutes = (count: number) => new Date(Date.now() + count * 60_000);

test('a request that is signed with another secret is refused', async () => {
  const got = await served.request({ path: '/photos/a', key: { ...ownerKey, secretKey: 'guessed' } });
  expect(got).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
});

test('a large upload that is refused is told so, and the connection goes on', async () => {
  const { accessKey: accessKeyId } = ownerKey;
  const client = served.client(ownerKey, { credentials: { accessKeyId, secretAccessKey: 'guessed' } });
  const put = new PutObjectCommand({ Bucket: 'photos', Key: 'large', Body: Buffer.alloc(16 * 1024 * 1024) });
  for (let round = 0; round < 2; round++)
    await expect(client.send(put)).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
});

test('a key that the account has not is refused', async () => {
  const got = await served.request({ path: '/photos/a', key: { ...ownerKey, accessKey: 'NOBODY' } });
  expect(got).toMatchObject({ status: 403, code: 'InvalidAccessKeyId' });
});

test.each(['/photos/a', '/photos', '/'])('without a signature, GET %s is refused', async (path) => {
  expect(await served.request({ path, key: null })).toMatchObject({ status: 403, code: 'AccessDenied' });
});

test.each([
  ['16 minutes later', 16, 403],
  ['16 minutes earlier', -16, 403],
  ['14 minutes later', 14, 200],
])('a signature that arrives %s is judged by the 15 minutes that clocks may differ', async (_, offset, status) => {
  now = minutes(offset);
  const got = await served.request({ path: '/photos/a' });
  expect(got.status).toBe(status);
  if (status === 403) expect(got.code).toBe('RequestTimeTooSkewed');
});

test.each<[string, Partial<Sent>, string]>([
  ['the body', { body: 'changed' }, 'XAmzContentSHA256Mismatch'],
  ['a signed header', { headers: { 'x-amz-meta-a': 'changed' } }, 'SignatureDoesNotMatch'],
  ['the path', { path: '/photos/c' }, 'SignatureDoesNotMatch'],
  ['the query', { path: '/photos/b?versionId=null' }, 'SignatureDoesNotMatch'],
  ['an unsigned x-amz header', { headers: { 'x-amz-acl': 'public-read' } }, 'AccessDenied'],
])('a request is refused when somebody on the way changed %s', async (_, change, code) => {
  const Host = served.endpoint.slice('http://'.length);
  const sent = { method: 'PUT', path: '/photos/b', body: 'content' };
  const signed = sign(
    { service: 's3', region: 'us-east-1', ...sent, headers: { Host, 'x-amz-meta-a': 'b' } },
    { accessKeyId: ownerKey.accessKey, secretAccessKey: ownerKey.secretKey },
  );
  const headers = { ...(signed.headers as Record<string, string>), ...change.headers };
  expect((await served.request({ ...sent, ...change, headers, key: null })).code).toBe(code);
  expect(served.spaces.keys('photos')).toEqual(['a']);
});

const malformed = 'AuthorizationHeaderMalformed';
test.each([
  ['Basic T1dORVI6eA==', 'InvalidRequest'],
  ['AWS4-HMAC-SHA256 Credential=OWNER', malformed],
  ['AWS4-HMAC-SHA256 Credential=OWNER/20260101/x/ec2/aws4_request, SignedHeaders=host, Signature=0', malformed],
  ['AWS4-HMAC-SHA256 Credential=OWNER/20260102/x/s3/aws4_request, SignedHeaders=host, Signature=0', malformed],
  ['AWS4-HMAC-SHA256 Credential=OWNER/20260101/x/s3/aws4_request, SignedHeaders=x-amz-date, Signature=0', malformed],
])('the authorization "%s" is refused as %s', async (Authorization, code) => {
  now = new Date('2026-01-01T00:00:00Z');
  const headers = { Authorization, 'x-amz-date': '20260101T000000Z', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
  expect((await served.request({ path: '/photos/a', key: null, headers })).code).toBe(code);
});

test('a presigned URL gives the object to whoever holds it, until it expires', async () => {
  const command = new GetObjectCommand({ Bucket: 'photos', Key: 'a', ResponseContentType: 'text/x' });
  const url = await getSignedUrl(served.client(), command, { expiresIn: 60 });
  const path = url.slice(served.endpoint.length);
  const got = await served.request({ path, key: null });
  expect(got).toMatchObject({ status: 200, text: 'hello' });
  expect(got.headers['content-type']).toBe('text/x');
  expect((await served.request({ path: path.replace('photos/a', 'photos/b'), key: null })).code).toBe(
    'SignatureDoesNotMatch',
  );
  now = minutes(2);
  const late = await served.request({ path, key: null });
  expect(late).toMatchObject({ status: 403, code: 'AccessDenied' });
  expect(late.text).toContain('Request has expired.');
});

test('a presigned PUT stores what is sent to it', async () => {
  const url = await getSignedUrl(served.client(), new PutObjectCommand({ Bucket: 'photos', Key: 'new' }), {
    expiresIn: 60,
  });
  const got = await served.request({ method: 'PUT', path: url.slice(served.endpoint.length), body: 'sent', key: null });
  expect(got.status).toBe(200);
  expect((await served.spaces.get('photos', 'new'))!.bytes.toString()).toBe('sent');
});

test.each([
  ['content-md5', createHash('md5').update('other').digest('base64'), 'BadDigest'],
  ['content-md5', 'bm90IGFuIG1kNQ==', 'InvalidDigest'],
  ['x-amz-checksum-crc32', 'AAAAAA==', 'BadDigest'],
  ['x-amz-checksum-sha256', 'short', 'InvalidRequest'],
])('a body that %s: %s does not describe is not stored', async (name, value, code) => {
  const got = await served.request({ method: 'PUT', path: '/photos/b', body: 'content', headers: { [name]: value } });
  expect(got).toMatchObject({ status: 400, code });
  expect(served.spaces.keys('photos')).toEqual(['a']);
});
