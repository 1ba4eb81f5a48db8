import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { ListObjectVersionsCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { serveSpaces } from './served-spaces';
import type { ServedSpaces } from './served-spaces';

let served: ServedSpaces;
let client: S3Client;
const Bucket = 'photos';

beforeEach(async () => {
  served = await serveSpaces();
  served.spaces.createBucket(Bucket);
  client = served.client();
});
afterEach(() => served.close());

const set = (Status: 'Enabled' | 'Suspended') =>
  client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
const put = async (Key: string, Body: string) =>
  (await client.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId!;
const read = async (Key: string, VersionId?: string) =>
  (await client.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body!.transformToString();
const remove = (Key: string, VersionId?: string) => client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
const list = () => client.send(new ListObjectVersionsCommand({ Bucket }));

test('each write of an object stays to be read by its version', async () => {
  await set('Enabled');
  const [one, two] = [await put('k', 'one'), await put('k', 'two')];
  expect(one).not.toBe(two);
  expect([await read('k'), await read('k', one), await read('k', two)]).toEqual(['two', 'one', 'two']);
});

test('a delete leaves a marker, and deleting the marker brings the object back', async () => {
  await set('Enabled');
  const one = await put('k', 'one');
  const { DeleteMarker, VersionId: marker } = await remove('k');
  expect(DeleteMarker).toBe(true);
  const gone = await served.request({ path: '/photos/k' });
  expect(gone).toMatchObject({ status: 404, code: 'NoSuchKey' });
  expect(gone.headers['x-amz-delete-marker']).toBe('true');
  const asked = await served.request({ path: `/photos/k?versionId=${marker}` });
  expect(asked).toMatchObject({ status: 405, code: 'MethodNotAllowed' });
  expect((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  expect(await read('k', one)).toBe('one');
  await remove('k', marker);
  expect(await read('k')).toBe('one');
});

test('a version is deleted for good, and the one before becomes current', async () => {
  await set('Enabled');
  const [one, two] = [await put('k', 'one'), await put('k', 'two')];
  await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'k', VersionId: two }] } }));
  expect(await read('k')).toBe('one');
  expect(await served.request({ path: `/photos/k?versionId=${two}` })).toMatchObject({
    status: 404,
    code: 'NoSuchVersion',
  });
  await remove('k', one);
  expect(served.spaces.bucket(Bucket)!.objects.size).toBe(0);
});

test('what was there before versioning is the version null, which only suspending writes again', async () => {
  await put('k', 'before');
  await set('Enabled');
  const one = await put('k', 'one');
  await set('Suspended');
  expect(await put('k', 'suspended')).toBe('null');
  expect([await read('k'), await read('k', 'null'), await read('k', one)]).toEqual(['suspended', 'suspended', 'one']);
  await remove('k');
  const { Versions, DeleteMarkers } = await list();
  expect(Versions!.map(({ VersionId }) => VersionId)).toEqual([one]);
  expect(DeleteMarkers).toMatchObject([{ Key: 'k', VersionId: 'null', IsLatest: true }]);
});

test('an old version is copied as the new one', async () => {
  await set('Enabled');
  const one = await put('k', 'one');
  await put('k', 'two');
  const CopySource = `${Bucket}/k?versionId=${one}`;
  const copy = await client.send(new CopyObjectCommand({ Bucket, Key: 'k', CopySource }));
  expect(copy.CopySourceVersionId).toBe(one);
  expect(await read('k')).toBe('one');
  expect((await list()).Versions).toHaveLength(3);
});

test('all versions and markers are listed, page by page, by key and the newest first', async () => {
  await set('Enabled');
  const ids: string[] = [];
  for (const [index, key] of ['a', 'a', 'b/x', 'b/y', 'c', 'c'].entries()) ids.push(await put(key, `${index}`));
  const marker = (await remove('a')).VersionId!;
  const all: (readonly [string, string, boolean])[] = [];
  const prefixes: string[] = [];
  let page: Partial<ListObjectVersionsCommandOutput> = {};
  let pages = 0;
  do {
    page = await client.send(
      new ListObjectVersionsCommand({
        Bucket,
        MaxKeys: 2,
        Delimiter: '/',
        KeyMarker: page.NextKeyMarker,
        VersionIdMarker: page.NextVersionIdMarker,
      }),
    );
    const { DeleteMarkers = [], Versions = [] } = page;
    all.push(
      ...[...DeleteMarkers, ...Versions].map(({ Key, VersionId, IsLatest }) => [Key!, VersionId!, IsLatest!] as const),
    );
    prefixes.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix!));
    pages++;
  } while (page.IsTruncated && pages < 10);
  expect(all).toEqual([
    ['a', marker, true],
    ['a', ids[1], false],
    ['a', ids[0], false],
    ['c', ids[5], true],
    ['c', ids[4], false],
  ]);
  expect(prefixes).toEqual(['b/']);
  expect(pages).toBe(3);
});
