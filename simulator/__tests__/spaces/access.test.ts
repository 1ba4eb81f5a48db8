import {
  ListBucketsCommand,
  PutBucketAclCommand,
  PutBucketPolicyCommand,
  PutObjectAclCommand,
} from '@aws-sdk/client-s3';
import { ownerKey, readKey, serveSpaces, writeKey } from './served-spaces';
import type { Sent, ServedSpaces } from './served-spaces';

let served: ServedSpaces;

beforeEach(async () => {
  served = await serveSpaces();
  for (const name of ['photos', 'other']) {
    served.spaces.createBucket(name);
    await served.spaces.put(name, 'a', 'hello');
  }
});
afterEach(() => served.close());

const versioning = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
const rule = '<Rule><Status>Enabled</Status><Prefix/><Expiration><Days>1</Days></Expiration></Rule>';
const lifecycle = `<LifecycleConfiguration>${rule}</LifecycleConfiguration>`;
const corsRule = '<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>';
const cors = `<CORSConfiguration>${corsRule}</CORSConfiguration>`;
const policyOf = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const denyDelete = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:DeleteObject*',
  Resource: 'arn:aws:s3:::photos/keep/*',
};

// What each key may do in the bucket that its grant names: by status, for the read, the readwrite and the full-access key.
const rights: [method: string, path: string, body: string | undefined, read: number, write: number, full: number][] = [
  ['GET', '/photos/a', undefined, 200, 200, 200],
  ['HEAD', '/photos/a', undefined, 200, 200, 200],
  ['GET', '/photos?list-type=2', undefined, 200, 200, 200],
  ['GET', '/photos?versions', undefined, 200, 200, 200],
  ['GET', '/photos?location', undefined, 200, 200, 200],
  ['GET', '/photos?versioning', undefined, 200, 200, 200],
  ['HEAD', '/photos', undefined, 200, 200, 200],
  ['PUT', '/photos/b', 'x', 403, 200, 200],
  ['DELETE', '/photos/a', undefined, 403, 204, 204],
  ['POST', '/photos/b?uploads', undefined, 403, 200, 200],
  ['PUT', '/photos/a?acl', undefined, 403, 200, 200],
  ['PUT', '/photos?acl', undefined, 403, 403, 200],
  ['PUT', '/photos?versioning', versioning, 403, 403, 200],
  ['PUT', '/photos?lifecycle', lifecycle, 403, 403, 200],
  ['DELETE', '/photos?lifecycle', undefined, 403, 403, 204],
  ['PUT', '/photos?cors', cors, 403, 403, 200],
  ['PUT', '/photos?policy', policyOf(denyDelete), 403, 403, 204],
  ['DELETE', '/photos?policy', undefined, 403, 403, 204],
  ['PUT', '/new-bucket', undefined, 403, 403, 200],
  ['GET', '/other/a', undefined, 403, 403, 200],
  ['PUT', '/other/b', 'x', 403, 403, 200],
  ['HEAD', '/other', undefined, 403, 403, 200],
  ['GET', '/missing/a', undefined, 403, 403, 404],
];

test.each(rights)('%s %s is for the keys whose grants cover it', async (method, path, body, ...expected) => {
  const statuses: number[] = [];
  // The one with the most rights comes last, so that what it changes is not there for the others.
  for (const key of [readKey, writeKey, ownerKey])
    statuses.push((await served.request({ method, path, body, key })).status);
  expect(statuses).toEqual(expected);
});

test('only full access deletes a bucket', async () => {
  served.spaces.delete('photos', 'a');
  const statuses: number[] = [];
  for (const key of [readKey, writeKey, ownerKey]) {
    statuses.push((await served.request({ method: 'DELETE', path: '/photos', key })).status);
  }
  expect(statuses).toEqual([403, 403, 204]);
});

test('a multi-delete needs the right to write', async () => {
  const body = '<Delete><Object><Key>a</Key></Object></Delete>';
  const got = await served.request({ method: 'POST', path: '/photos?delete', body, key: readKey });
  expect(got.text).toContain('<Error><Key>a</Key><Code>AccessDenied</Code>');
  expect(served.spaces.keys('photos')).toEqual(['a']);
});

test('a copy needs the right to read its source', async () => {
  const copy = (from: string) =>
    served.request({ method: 'PUT', path: '/photos/b', headers: { 'x-amz-copy-source': from }, key: writeKey });
  expect(await copy('/other/a')).toMatchObject({ status: 403, code: 'AccessDenied' });
  expect((await copy('/photos/a')).status).toBe(200);
});

test('a key sees the buckets that it has grants for', async () => {
  const names = async (key = ownerKey) => {
    const { Buckets } = await served.client(key).send(new ListBucketsCommand());
    return Buckets!.map(({ Name }) => Name);
  };
  expect(await names()).toEqual(['other', 'photos']);
  expect(await names(readKey)).toEqual(['photos']);
});

describe('without a signature', () => {
  const anonymous = (sent: Sent) => served.request({ ...sent, key: null });
  const owner = () => served.client();

  test('a public object can be read, and its bucket not listed', async () => {
    await owner().send(new PutObjectAclCommand({ Bucket: 'photos', Key: 'a', ACL: 'public-read' }));
    expect(await anonymous({ path: '/photos/a' })).toMatchObject({ status: 200, text: 'hello' });
    expect((await anonymous({ path: '/photos' })).status).toBe(403);
    expect((await anonymous({ method: 'PUT', path: '/photos/a', body: 'x' })).status).toBe(403);
  });

  test('a public bucket can be listed, and its private objects not read', async () => {
    await owner().send(new PutBucketAclCommand({ Bucket: 'photos', ACL: 'public-read' }));
    expect((await anonymous({ path: '/photos' })).text).toContain('<Key>a</Key>');
    expect((await anonymous({ path: '/photos/a' })).status).toBe(403);
    expect((await anonymous({ path: '/photos?policy' })).status).toBe(403);
  });

  test('a policy may allow what no ACL does', async () => {
    const allow = { Effect: 'Allow', Principal: '*', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::photos/*'] };
    await owner().send(new PutBucketPolicyCommand({ Bucket: 'photos', Policy: policyOf(allow) }));
    expect((await anonymous({ path: '/photos/a' })).status).toBe(200);
    expect((await anonymous({ method: 'DELETE', path: '/photos/a' })).status).toBe(403);
  });
});

test('a bucket that limited-access keys use takes no policy', async () => {
  await served.close();
  served = await serveSpaces({ limitedKeys: (bucket) => (bucket === 'photos' ? ['READER', 'WRITER'] : []) });
  served.spaces.createBucket('photos');
  const got = await served.request({ method: 'PUT', path: '/photos?policy', body: policyOf(denyDelete) });
  expect(got).toMatchObject({ status: 403, code: 'AccessDenied' });
  expect(got.text).toContain(
    'is used by limited-access keys (READER, WRITER): Spaces allows either these or a bucket policy.',
  );
  served.spaces.createBucket('other');
  const policy = policyOf({ ...denyDelete, Resource: 'arn:aws:s3:::other/*' });
  expect((await served.request({ method: 'PUT', path: '/other?policy', body: policy })).status).toBe(204);
});

describe('a policy that denies', () => {
  beforeEach(async () => {
    await served.spaces.put('photos', 'keep/a', 'x');
    await served.request({ method: 'PUT', path: '/photos?policy', body: policyOf(denyDelete) });
  });

  test('holds for everybody, the owner too, and for what it names only', async () => {
    for (const key of [writeKey, ownerKey]) {
      expect((await served.request({ method: 'DELETE', path: '/photos/keep/a', key })).status).toBe(403);
      expect((await served.request({ method: 'DELETE', path: '/photos/keep/a?versionId=null', key })).status).toBe(403);
      expect((await served.request({ method: 'DELETE', path: '/photos/a', key })).status).toBe(204);
      expect((await served.request({ path: '/photos/keep/a', key })).status).toBe(200);
    }
  });

  test('protects its objects within a multi-delete, and no others', async () => {
    const body = '<Delete><Object><Key>a</Key></Object><Object><Key>keep/a</Key></Object></Delete>';
    const { text } = await served.request({ method: 'POST', path: '/photos?delete', body });
    expect(text).toContain('<Deleted><Key>a</Key></Deleted><Error><Key>keep/a</Key><Code>AccessDenied</Code>');
    expect(served.spaces.keys('photos')).toEqual(['keep/a']);
  });

  test('can always be taken away by the owner, even if it denies everything', async () => {
    const Resource = ['arn:aws:s3:::photos', 'arn:aws:s3:::photos/*'];
    const all = { Effect: 'Deny', Principal: { AWS: ['*'] }, Action: 's3:*', Resource };
    await served.request({ method: 'PUT', path: '/photos?policy', body: policyOf(all) });
    expect((await served.request({ path: '/photos/a' })).status).toBe(403);
    expect((await served.request({ path: '/photos?policy', key: writeKey })).status).toBe(403);
    expect((await served.request({ method: 'DELETE', path: '/photos?policy' })).status).toBe(204);
    expect((await served.request({ path: '/photos/a' })).status).toBe(200);
  });
});
