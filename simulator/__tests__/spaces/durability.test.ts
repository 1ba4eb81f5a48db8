import { connect } from 'node:net';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { createSpaces } from '../../spaces';
import type { Spaces } from '../../spaces';
import { serveSpaces } from './served-spaces';
import type { ServedSpaces } from './served-spaces';

let folder: string;
let live: string;
let served: ServedSpaces;
const Bucket = 'photos';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-spaces-'));
  live = join(folder, 'live');
  served = await serveSpaces({ folder: live });
  served.spaces.createBucket(Bucket, 'nyc3');
});
afterEach(async () => {
  await served.close();
  await rm(folder, { recursive: true, force: true });
});

/** What a new process finds: it opens a copy of the folder, as it lies there without anybody having closed it. */
async function reopened(change?: (copy: string) => Promise<void>): Promise<{ spaces: Spaces; copy: string }> {
  const copy = join(folder, 'copy');
  await cp(live, copy, { recursive: true });
  await change?.(copy);
  return { spaces: createSpaces({ folder: copy, keyOf: () => undefined }), copy };
}

test('buckets, objects, versions and uploads are there again after a restart', async () => {
  const client = served.client();
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const Key = 'k'.repeat(300) + '/ü';
  for (const Body of ['one', 'two']) {
    await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'text/x', Metadata: { a: 'b' } }));
  }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'begun' }));
  await client.send(new UploadPartCommand({ Bucket, Key: 'begun', UploadId, PartNumber: 1, Body: 'part' }));
  const before = served.spaces.bucket(Bucket)!;
  const { spaces } = await reopened();
  const after = spaces.bucket(Bucket)!;
  expect(spaces.buckets()).toEqual(served.spaces.buckets());
  expect(after.settings).toEqual(before.settings);
  expect([...after.objects.values()]).toEqual([...before.objects.values()]);
  expect([...after.uploads.values()]).toEqual([...before.uploads.values()]);
  expect(await spaces.get(Bucket, Key)).toMatchObject({ bytes: Buffer.from('two'), content: { metadata: { a: 'b' } } });
});

test('an upload that breaks off is not seen, neither then nor after a restart, and its bytes go', async () => {
  const port = Number(new URL(served.endpoint).port);
  await served.client().send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'before', ACL: 'private' }));
  served.spaces.bucket(Bucket)!.set({ acl: 'public-read-write' });
  const socket = connect(port, '127.0.0.1');
  socket.write(`PUT /${Bucket}/k HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 100\r\n\r\nhalf of it`);
  const parts = async () => (await readdir(join(live, 'blobs'))).filter((name) => name.endsWith('.part'));
  while ((await parts()).length === 0) await new Promise((resolve) => setImmediate(resolve));
  const { spaces, copy } = await reopened();
  expect((await spaces.get(Bucket, 'k'))!.bytes.toString()).toBe('before');
  expect(await readdir(join(copy, 'blobs'))).toHaveLength(1);
  socket.destroy();
  while ((await parts()).length > 0) await new Promise((resolve) => setImmediate(resolve));
  expect((await served.spaces.get(Bucket, 'k'))!.bytes.toString()).toBe('before');
});

test('half-written documents and bytes without a name do not keep it from starting, and are cleared away', async () => {
  await served.spaces.put(Bucket, 'k', 'content');
  const { spaces, copy } = await reopened(async (home) => {
    await writeFile(join(home, 'blobs', 'orphan'), 'x');
    await writeFile(join(home, 'buckets', Bucket, 'objects', 'abc.json.next'), '{"key":');
    await cp(join(home, 'buckets', Bucket, 'objects'), join(home, 'buckets', 'half-deleted', 'objects'), {
      recursive: true,
    });
  });
  expect(spaces.buckets().map(({ name }) => name)).toEqual([Bucket]);
  expect(spaces.keys(Bucket)).toEqual(['k']);
  expect(await readdir(join(copy, 'blobs'))).toHaveLength(1);
  expect(await readdir(join(copy, 'buckets'))).toEqual([Bucket]);
});

test('a process killed between making the object and ending its upload leaves the object whole', async () => {
  const client = served.client();
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' }));
  const { ETag } = await client.send(
    new UploadPartCommand({ Bucket, Key: 'k', UploadId, PartNumber: 1, Body: 'content' }),
  );
  const uploads = join(live, 'buckets', Bucket, 'uploads');
  await cp(uploads, join(folder, 'uploads-before'), { recursive: true });
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  await client.send(new CompleteMultipartUploadCommand({ Bucket, Key: 'k', UploadId, MultipartUpload }));
  await cp(join(folder, 'uploads-before'), uploads, { recursive: true });
  const { spaces } = await reopened();
  expect(spaces.bucket(Bucket)!.uploads.size).toBe(0);
  expect((await spaces.get(Bucket, 'k'))!.bytes.toString()).toBe('content');
});

test('replacing and deleting objects and buckets frees their bytes', async () => {
  const blobs = async () => (await readdir(join(live, 'blobs'))).length;
  await served.spaces.put(Bucket, 'k', 'one');
  await served.spaces.put(Bucket, 'k', 'two');
  expect(await blobs()).toBe(1);
  served.spaces.delete(Bucket, 'k');
  expect(await blobs()).toBe(0);
  const client = served.client();
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' }));
  await client.send(new UploadPartCommand({ Bucket, Key: 'k', UploadId, PartNumber: 1, Body: 'part' }));
  expect((await served.request({ method: 'DELETE', path: `/${Bucket}` })).status).toBe(204);
  expect([await blobs(), await readdir(join(live, 'buckets'))]).toEqual([0, []]);
});

test('whoever is reading an object reads it to its end, though it is replaced meanwhile', async () => {
  const body = Buffer.alloc(8 * 1024 * 1024, 'old ');
  await served.spaces.put(Bucket, 'k', body);
  const { Body } = await served.client().send(new GetObjectCommand({ Bucket, Key: 'k' }));
  await served.spaces.put(Bucket, 'k', 'new');
  expect(Buffer.from(await Body!.transformToByteArray()).equals(body)).toBe(true);
  expect((await served.spaces.get(Bucket, 'k'))!.bytes.toString()).toBe('new');
});
