import { createHash } from 'node:crypto';
import {
  CreateBucketCommand,
  GetBucketAclCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
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
});
afterEach(() => served.close());

const location = (constraint: string) =>
  `<CreateBucketConfiguration><LocationConstraint>${constraint}</LocationConstraint></CreateBucketConfiguration>`;

test.each([
  ['that of the host', '/', 'photos.nyc3.spaces.test', location('ams3'), 'nyc3'],
  ['that of the host, by path', '/photos', 'nyc3.digitaloceanspaces.com', undefined, 'nyc3'],
  ['that of the LocationConstraint', '/photos', undefined, location('ams3'), 'ams3'],
  ['fra1 for want of any', '/photos', undefined, undefined, 'fra1'],
  ['fra1 where the SDK names its own default', '/photos', undefined, location('us-east-1'), 'fra1'],
])("a new bucket's region is %s", async (_, path, host, body, region) => {
  expect((await served.request({ method: 'PUT', path, host, body })).status).toBe(200);
  expect(served.spaces.buckets()).toMatchObject([{ name: Bucket, region, objects: 0, bytes: 0, versioning: 'Off' }]);
  expect((await client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe(region);
});

test('a region that Spaces has not is refused, with those that it has', async () => {
  const got = await served.request({ method: 'PUT', path: '/photos', body: location('eu-central-1') });
  expect(got).toMatchObject({ status: 400, code: 'InvalidLocationConstraint' });
  expect(got.text).toContain('got &quot;eu-central-1&quot;; allowed are ams3, atl1,');
});

test.each(['ab', 'A_b', 'photos.eu', '-photos', 'photos-', 'x'.repeat(64)])(
  'the bucket name "%s" is refused',
  async (name) => {
    expect(await served.request({ method: 'PUT', path: `/${name}` })).toMatchObject({
      status: 400,
      code: 'InvalidBucketName',
    });
  },
);

test('a name is taken once for all regions, and a bucket is found in its own only', async () => {
  served.spaces.createBucket(Bucket, 'nyc3');
  const create = await served.request({ method: 'PUT', path: '/', host: 'photos.fra1.spaces.test' });
  expect(create).toMatchObject({ status: 409, code: 'BucketAlreadyOwnedByYou' });
  const got = await served.request({ path: '/', host: 'photos.fra1.spaces.test' });
  expect(got).toMatchObject({ status: 404, code: 'NoSuchBucket' });
  expect(got.text).toContain('There is no bucket &quot;photos&quot; in fra1: it is in nyc3.');
  expect((await served.request({ path: '/', host: 'photos.nyc3.spaces.test' })).status).toBe(200);
});

test('an answer to HEAD has a status and no body', async () => {
  const got = await served.request({ method: 'HEAD', path: '/missing' });
  expect(got).toMatchObject({ status: 404, text: '' });
  expect(got.headers['x-amz-request-id']).toMatch(/^tx[0-9a-f]{20}-[0-9a-f]{10}-[0-9a-f]{8}-fra1$/);
});

test('a bucket is deleted only when nothing is left in it, old versions and delete markers included', async () => {
  served.spaces.createBucket(Bucket);
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await served.spaces.put(Bucket, 'a', 'x');
  const remove = () => served.request({ method: 'DELETE', path: '/photos' });
  expect(await remove()).toMatchObject({ status: 409, code: 'BucketNotEmpty' });
  served.spaces.delete(Bucket, 'a');
  expect(served.spaces.keys(Bucket)).toEqual([]);
  expect(await remove()).toMatchObject({ status: 409, code: 'BucketNotEmpty' });
  for (const { id } of [...served.spaces.bucket(Bucket)!.objects.get('a')!.versions]) {
    await served.request({ method: 'DELETE', path: `/photos/a?versionId=${id}` });
  }
  expect((await remove()).status).toBe(204);
  expect(await remove()).toMatchObject({ status: 404, code: 'NoSuchBucket' });
});

test("the DigitalOcean provider's calls for a bucket are answered as it expects", async () => {
  const host = 'photos.fra1.spaces.test';
  const put = (query: string) =>
    served.request({ method: 'PUT', path: `http://${host}/${query}`, host, headers: { 'x-amz-acl': 'private' } });
  const get = (query: string) => served.request({ path: `http://${host}/${query}`, host });
  expect((await put('')).status).toBe(200);
  expect((await served.request({ method: 'HEAD', path: `http://${host}/`, host })).status).toBe(200);
  expect((await put('?acl')).status).toBe(200);
  expect(await get('?lifecycle')).toMatchObject({ status: 404, code: 'NoSuchLifecycleConfiguration' });
  expect(await get('?policy')).toMatchObject({ status: 404, code: 'NoSuchBucketPolicy' });
  expect(await get('?cors')).toMatchObject({ status: 404, code: 'NoSuchCORSConfiguration' });
  expect((await get('?versioning')).text).not.toContain('<Status>');
  const byPath = await served.request({ path: 'http://fra1.spaces.test/photos?location', host: 'fra1.spaces.test' });
  expect(byPath.text).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>' +
      '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">fra1</LocationConstraint>',
  );
});

test('a lifecycle comes back as it was sent', async () => {
  served.spaces.createBucket(Bucket);
  const Rules = [
    {
      ID: 'old',
      Status: 'Enabled' as const,
      Filter: { Prefix: 'logs/' },
      Expiration: { Days: 7 },
      NoncurrentVersionExpiration: { NoncurrentDays: 3 },
    },
  ];
  await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
  expect((await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules).toEqual(Rules);
  expect((await served.request({ method: 'DELETE', path: '/photos?lifecycle' })).status).toBe(204);
  expect(await served.request({ path: '/photos?lifecycle' })).toMatchObject({ status: 404 });
});

const rule = (content: string) => `<LifecycleConfiguration><Rule>${content}</Rule></LifecycleConfiguration>`;
test.each([
  ['that is no XML', '<Lifecycle', 'MalformedXML'],
  ['with another root', '<Lifecycle/>', 'MalformedXML'],
  ['without rules', '<LifecycleConfiguration/>', 'MalformedXML'],
  [
    'with an unknown status',
    rule('<Status>On</Status><Prefix/><Expiration><Days>1</Days></Expiration>'),
    'MalformedXML',
  ],
  ['of no days', rule('<Status>Enabled</Status><Prefix/><Expiration><Days>0</Days></Expiration>'), 'MalformedXML'],
  ['that does nothing', rule('<Status>Enabled</Status><Prefix/>'), 'MalformedXML'],
  [
    'by tags',
    rule('<Status>Enabled</Status><Filter><Tag/></Filter><Expiration><Days>1</Days></Expiration>'),
    'NotImplemented',
  ],
])('a lifecycle %s is refused', async (_, body, code) => {
  served.spaces.createBucket(Bucket);
  expect((await served.request({ method: 'PUT', path: '/photos?lifecycle', body })).code).toBe(code);
  expect(served.spaces.bucket(Bucket)!.settings.lifecycle).toBeUndefined();
});

test("a configuration whose Content-MD5 is another's is refused", async () => {
  served.spaces.createBucket(Bucket);
  const headers = { 'content-md5': createHash('md5').update('other').digest('base64') };
  const body = rule('<Status>Enabled</Status><Prefix/><Expiration><Days>1</Days></Expiration>');
  expect((await served.request({ method: 'PUT', path: '/photos?lifecycle', body, headers })).code).toBe('BadDigest');
  expect(served.spaces.bucket(Bucket)!.settings.lifecycle).toBeUndefined();
});

test('a policy comes back as it was sent, and a malformed one does not replace it', async () => {
  served.spaces.createBucket(Bucket);
  const Statement = { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::photos/x' };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement }, null, 3);
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  const bad = await served.request({
    method: 'PUT',
    path: '/photos?policy',
    body: Policy.replace('2012-10-17', '2012-12-12'),
  });
  expect(bad).toMatchObject({ status: 400, code: 'MalformedPolicy' });
  expect((await client.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy);
});

test('versioning and ACL come back as they were set', async () => {
  await client.send(new CreateBucketCommand({ Bucket, ACL: 'public-read' }));
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  expect((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
  const { Grants } = await client.send(new GetBucketAclCommand({ Bucket }));
  expect(Grants!.map(({ Permission, Grantee }) => [Permission, Grantee!.URI ?? Grantee!.ID])).toEqual([
    ['FULL_CONTROL', 'rehearsal'],
    ['READ', 'http://acs.amazonaws.com/groups/global/AllUsers'],
  ]);
});

test.each([
  'GET /photos?encryption',
  'PUT /photos?encryption',
  'PUT /photos/a?retention',
  'POST /photos?versioning',
  'PATCH /photos',
])('%s is not done, rather than taken for something else', async (line) => {
  served.spaces.createBucket(Bucket);
  const [method, path = ''] = line.split(' ');
  expect(await served.request({ method, path, body: 'x' })).toMatchObject({ status: 501, code: 'NotImplemented' });
  expect(served.spaces.keys(Bucket)).toEqual([]);
});
