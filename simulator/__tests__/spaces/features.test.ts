import { createHash } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteBucketTaggingCommand,
  DeleteBucketWebsiteCommand,
  DeleteObjectTaggingCommand,
  GetBucketLoggingCommand,
  GetBucketTaggingCommand,
  GetBucketWebsiteCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  PutBucketLoggingCommand,
  PutBucketTaggingCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { readKey, serveSpaces, type ServedSpaces } from './served-spaces';

const Bucket = 'photos';
let served: ServedSpaces;
let client: S3Client;
beforeEach(async () => {
  served = await serveSpaces();
  served.spaces.createBucket(Bucket);
  client = served.client();
});
afterEach(() => served.close());

const TagSet = [
  { Key: 'team', Value: 'web & co' },
  { Key: 'env', Value: '' },
];

test("a bucket's tags are set, read and taken away", async () => {
  await expect(client.send(new GetBucketTaggingCommand({ Bucket }))).rejects.toMatchObject({ name: 'NoSuchTagSet' });
  await client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  expect((await client.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(TagSet);
  await client.send(new DeleteBucketTaggingCommand({ Bucket }));
  await expect(client.send(new GetBucketTaggingCommand({ Bucket }))).rejects.toMatchObject({ name: 'NoSuchTagSet' });
});

test("an object's tags come with it or later, are copied, and belong to a version", async () => {
  await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x', Tagging: 'team=web%20%26%20co&env=' }));
  expect((await client.send(new GetObjectTaggingCommand({ Bucket, Key: 'a' }))).TagSet).toEqual(TagSet);
  expect((await client.send(new GetObjectCommand({ Bucket, Key: 'a' }))).TagCount).toBe(2);
  await client.send(new CopyObjectCommand({ Bucket, Key: 'b', CopySource: 'photos/a' }));
  expect((await client.send(new GetObjectTaggingCommand({ Bucket, Key: 'b' }))).TagSet).toEqual(TagSet);
  await client.send(
    new PutObjectTaggingCommand({ Bucket, Key: 'b', Tagging: { TagSet: [{ Key: 'new', Value: '1' }] } }),
  );
  expect((await client.send(new GetObjectTaggingCommand({ Bucket, Key: 'b' }))).TagSet).toEqual([
    { Key: 'new', Value: '1' },
  ]);
  await client.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'b' }));
  expect((await client.send(new GetObjectTaggingCommand({ Bucket, Key: 'b' }))).TagSet).toEqual([]);
  expect((await served.spaces.get(Bucket, 'b'))!.bytes.toString()).toBe('x');
  await expect(client.send(new GetObjectTaggingCommand({ Bucket, Key: 'none' }))).rejects.toMatchObject({
    name: 'NoSuchKey',
  });
  await expect(
    served.client(readKey).send(new PutObjectTaggingCommand({ Bucket, Key: 'a', Tagging: { TagSet } })),
  ).rejects.toMatchObject({ name: 'AccessDenied' });
});

test.each([
  ['eleven tags', Array.from({ length: 11 }, (_, n) => ({ Key: `k${n}`, Value: '' }))],
  [
    'the same tag twice',
    [
      { Key: 'a', Value: '1' },
      { Key: 'a', Value: '2' },
    ],
  ],
  ['a key that is too long', [{ Key: 'k'.repeat(129), Value: '' }]],
  ['a value that is too long', [{ Key: 'k', Value: 'v'.repeat(257) }]],
])('an object with %s is refused', async (_, tags) => {
  await served.spaces.put(Bucket, 'a', 'x');
  await expect(
    client.send(new PutObjectTaggingCommand({ Bucket, Key: 'a', Tagging: { TagSet: tags } })),
  ).rejects.toMatchObject({ name: 'InvalidTag' });
});

test('the access log of a bucket goes to another bucket of its region, and none is written', async () => {
  served.spaces.createBucket('logs');
  served.spaces.createBucket('far', 'nyc3');
  expect((await client.send(new GetBucketLoggingCommand({ Bucket }))).LoggingEnabled).toBeUndefined();
  const log = (TargetBucket: string) =>
    client.send(
      new PutBucketLoggingCommand({
        Bucket,
        BucketLoggingStatus: { LoggingEnabled: { TargetBucket, TargetPrefix: 'l/' } },
      }),
    );
  await log('logs');
  expect((await client.send(new GetBucketLoggingCommand({ Bucket }))).LoggingEnabled).toEqual({
    TargetBucket: 'logs',
    TargetPrefix: 'l/',
  });
  for (const target of [Bucket, 'none', 'far'])
    await expect(log(target)).rejects.toMatchObject({ name: 'InvalidTargetBucketForLogging' });
  await client.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: {} }));
  expect((await client.send(new GetBucketLoggingCommand({ Bucket }))).LoggingEnabled).toBeUndefined();
});

test('a bucket can be set up as a website', async () => {
  await expect(client.send(new GetBucketWebsiteCommand({ Bucket }))).rejects.toMatchObject({
    name: 'NoSuchWebsiteConfiguration',
  });
  const WebsiteConfiguration = { IndexDocument: { Suffix: 'index.html' }, ErrorDocument: { Key: '404.html' } };
  await client.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }));
  expect(await client.send(new GetBucketWebsiteCommand({ Bucket }))).toMatchObject(WebsiteConfiguration);
  await client.send(new DeleteBucketWebsiteCommand({ Bucket }));
  await expect(client.send(new GetBucketWebsiteCommand({ Bucket }))).rejects.toMatchObject({
    name: 'NoSuchWebsiteConfiguration',
  });
});

test('a policy for a bucket that is not there is answered with the code that the provider looks for', async () => {
  const body = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' }],
  });
  expect(await served.request({ method: 'PUT', path: '/unknown?policy', body })).toMatchObject({
    status: 404,
    code: 'NoSuchKey',
  });
  expect(await served.request({ method: 'PUT', path: '/photos?policy', body })).toMatchObject({ status: 204 });
  expect(await served.request({ path: '/unknown?policy' })).toMatchObject({ status: 404, code: 'NoSuchBucket' });
});

const keyOf = (fill: number) => {
  const key = Buffer.alloc(32, fill);
  return {
    SSECustomerAlgorithm: 'AES256',
    SSECustomerKey: key.toString('base64'),
    SSECustomerKeyMD5: createHash('md5').update(key).digest('base64'),
  };
};

test('an object that a client encrypts with its own key is given to nobody without that key', async () => {
  await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'secret', ...keyOf(1) }));
  expect(
    await (await client.send(new GetObjectCommand({ Bucket, Key: 'a', ...keyOf(1) }))).Body!.transformToString(),
  ).toBe('secret');
  await expect(client.send(new GetObjectCommand({ Bucket, Key: 'a' }))).rejects.toMatchObject({
    name: 'InvalidRequest',
  });
  await expect(client.send(new GetObjectCommand({ Bucket, Key: 'a', ...keyOf(2) }))).rejects.toMatchObject({
    name: 'AccessDenied',
  });
  await expect(client.send(new CopyObjectCommand({ Bucket, Key: 'b', CopySource: 'photos/a' }))).rejects.toMatchObject({
    name: 'InvalidRequest',
  });
  const {
    SSECustomerAlgorithm: CopySourceSSECustomerAlgorithm,
    SSECustomerKey: CopySourceSSECustomerKey,
    SSECustomerKeyMD5: CopySourceSSECustomerKeyMD5,
  } = keyOf(1);
  await client.send(
    new CopyObjectCommand({
      Bucket,
      Key: 'b',
      CopySource: 'photos/a',
      CopySourceSSECustomerAlgorithm,
      CopySourceSSECustomerKey,
      CopySourceSSECustomerKeyMD5,
    }),
  );
  expect(await (await client.send(new GetObjectCommand({ Bucket, Key: 'b' }))).Body!.transformToString()).toBe(
    'secret',
  );
  await expect(client.send(new GetObjectCommand({ Bucket, Key: 'b', ...keyOf(1) }))).rejects.toMatchObject({
    name: 'InvalidRequest',
  });
});

test('every part of an upload comes with the key that the upload was begun with', async () => {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'a', ...keyOf(1) }));
  const part = { Bucket, Key: 'a', UploadId, PartNumber: 1, Body: 'x' };
  await expect(client.send(new UploadPartCommand(part))).rejects.toMatchObject({ name: 'InvalidRequest' });
  const { ETag } = await client.send(new UploadPartCommand({ ...part, ...keyOf(1) }));
  await client.send(
    new CompleteMultipartUploadCommand({
      Bucket,
      Key: 'a',
      UploadId,
      MultipartUpload: { Parts: [{ ETag, PartNumber: 1 }] },
    }),
  );
  await expect(client.send(new GetObjectCommand({ Bucket, Key: 'a' }))).rejects.toMatchObject({
    name: 'InvalidRequest',
  });
  expect(
    await (await client.send(new GetObjectCommand({ Bucket, Key: 'a', ...keyOf(1) }))).Body!.transformToString(),
  ).toBe('x');
});
