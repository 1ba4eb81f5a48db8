import { createHmac } from 'node:crypto';
import { readAddress } from '../../spaces/address';
import { authenticateV2 } from '../../spaces/signature-v2';
import { ownerKey, serveSpaces } from './served-spaces';
import type { ServedSpaces } from './served-spaces';

let served: ServedSpaces;

beforeEach(async () => {
  served = await serveSpaces();
  served.spaces.createBucket('photos');
  await served.spaces.put('photos', 'a', 'hello');
});
afterEach(() => served.close());

const sign = (...lines: (string | number)[]) =>
  createHmac('sha1', ownerKey.secretKey).update(lines.join('\n')).digest('base64');

test('the example of the vendor is understood', () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html#ConstructingTheAuthenticationHeader
  const headers: Record<string, string> = {
    date: 'Tue, 27 Mar 2007 19:36:42 +0000',
    authorization: 'AWS AKIAIOSFODNN7EXAMPLE:qgk2+6Sv9/oM7G3qLEjTH1a1l1g=',
  };
  const { path, query } = readAddress('/photos/puppy.jpg', 'localhost');
  const message = { method: 'GET', host: 'localhost', bucketOfHost: 'awsexamplebucket1', path, query };
  const key = { accessKey: 'AKIAIOSFODNN7EXAMPLE', secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', grants: [] };
  const signed = { ...message, header: (name: string) => headers[name], headerNames: Object.keys(headers) };
  const now = new Date(headers['date']!);
  expect(authenticateV2(signed, () => key, now)?.key).toBe(key);
  expect(() => authenticateV2({ ...signed, path: '/photos/kitten.jpg' }, () => key, now)).toThrow(
    'The signature of this',
  );
});

test('a header signs the method, the date, the x-amz headers and what is asked for', async () => {
  const date = new Date().toUTCString();
  const signature = sign('PUT', '', '', '', 'x-amz-acl:public-read', `x-amz-date:${date}`, '/photos/a?acl');
  const authorization = `AWS OWNER:${signature}`;
  const headers = { 'x-amz-date': date, 'x-amz-acl': 'public-read', authorization };
  const put = (path: string, more = {}) =>
    served.request({ method: 'PUT', path, key: null, headers: { ...headers, ...more } });
  expect(await put('/photos/b?acl')).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
  expect(await put('/photos/a?acl', { 'x-amz-acl': 'private' })).toMatchObject({
    status: 403,
    code: 'SignatureDoesNotMatch',
  });
  expect((await put('/photos/a?acl')).status).toBe(200);
});

test('a header of yesterday is refused', async () => {
  const date = new Date(Date.now() - 24 * 60 * 60 * 1000).toUTCString();
  const authorization = `AWS OWNER:${sign('GET', '', '', date, '/photos/a')}`;
  const got = await served.request({ path: '/photos/a', key: null, headers: { date, authorization } });
  expect(got.code).toBe('RequestTimeTooSkewed');
});

test.each([
  ['in an hour', 3600, 200, undefined],
  ['a minute ago', -60, 403, 'AccessDenied'],
])('a presigned URL that expires %s is answered by that', async (_, seconds, status, code) => {
  const expires = Math.floor(Date.now() / 1000) + seconds;
  const signature = encodeURIComponent(sign('GET', '', '', expires, '/photos/a'));
  const query = `AWSAccessKeyId=OWNER&Signature=${signature}&Expires=${expires}`;
  expect(await served.request({ path: `/photos/a?${query}`, key: null })).toMatchObject({ status, code });
  const vhost = { host: 'photos.fra1.spaces.test', key: null };
  expect(await served.request({ path: `/a?${query}`, ...vhost })).toMatchObject({ status, code });
});
