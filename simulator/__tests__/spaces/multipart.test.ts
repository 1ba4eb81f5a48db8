import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { CompletedPart, CreateMultipartUploadCommandInput, S3Client } from '@aws-sdk/client-s3';
import { serveSpaces } from './served-spaces';
import type { ServedSpaces } from './served-spaces';

let served: ServedSpaces;
let client: S3Client;
const Bucket = 'photos';
const Key = 'backup/full.tar';
const part = Buffer.alloc(5 * 1024 * 1024, 'part ');
const tail = Buffer.from('the end');

beforeEach(async () => {
  served = await serveSpaces();
  served.spaces.createBucket(Bucket);
  client = served.client();
});
afterEach(() => served.close());

async function begin(input: Partial<CreateMultipartUploadCommandInput> = {}) {
  const UploadId = (await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...input }))).UploadId!;
  return {
    UploadId,
    put: async (PartNumber: number, Body: Buffer): Promise<CompletedPart> => {
      const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
      return { PartNumber, ETag };
    },
    complete: (Parts: CompletedPart[], IfNoneMatch?: string) =>
      client.send(
        new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, IfNoneMatch }),
      ),
    abort: () => client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })),
  };
}

test('parts become one object, in the order of their numbers, with the ETag of parts', async () => {
  const upload = await begin({ ContentType: 'application/x-tar', Metadata: { from: 'vm' } });
  await upload.put(1, Buffer.from('replaced'));
  await upload.put(9, Buffer.from('not chosen'));
  const third = await upload.put(3, tail);
  const { ETag } = await upload.complete([await upload.put(1, part), await upload.put(2, part), third]);
  const md5 = (data: Buffer) => createHash('md5').update(data).digest();
  expect(ETag).toBe(`"${md5(Buffer.concat([part, part, tail].map(md5))).toString('hex')}-3"`);
  const got = await client.send(new GetObjectCommand({ Bucket, Key }));
  expect(Buffer.from(await got.Body!.transformToByteArray()).equals(Buffer.concat([part, part, tail]))).toBe(true);
  expect(got).toMatchObject({ ETag, ContentType: 'application/x-tar', Metadata: { from: 'vm' } });
  expect((await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toBeUndefined();
});

test('a range may reach across parts, and a part be asked for by its number', async () => {
  const upload = await begin();
  await upload.complete([await upload.put(1, part), await upload.put(2, tail)]);
  const Range = `bytes=${part.length - 3}-${part.length + 2}`;
  const range = await client.send(new GetObjectCommand({ Bucket, Key, Range }));
  expect(await range.Body!.transformToString()).toBe(part.toString().slice(-3) + 'the');
  const second = await client.send(new GetObjectCommand({ Bucket, Key, PartNumber: 2 }));
  expect([await second.Body!.transformToString(), second.PartsCount, second.ContentRange]).toEqual([
    'the end',
    2,
    `bytes ${part.length}-${part.length + 6}/${part.length + 7}`,
  ]);
});

test.each([
  ['COMPOSITE', 'CRC32', /^[\w+/]{6}==-2$/],
  ['FULL_OBJECT', 'CRC64NVME', /^[\w+/]{11}=$/],
] as const)(
  'the checksum of the whole is %s when the client wants it',
  async (ChecksumType, ChecksumAlgorithm, pattern) => {
    const upload = await begin({ ChecksumAlgorithm, ChecksumType });
    const parts: CompletedPart[] = [];
    for (const [index, Body] of [part, tail].entries()) {
      const number = { Bucket, Key, UploadId: upload.UploadId, PartNumber: index + 1 };
      const { ETag } = await client.send(new UploadPartCommand({ ...number, Body, ChecksumAlgorithm }));
      parts.push({ PartNumber: index + 1, ETag });
    }
    await upload.complete(parts);
    const head = await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
    expect(head.ChecksumType).toBe(ChecksumType);
    expect(head[`Checksum${ChecksumAlgorithm}`]).toMatch(pattern);
  },
);

test.each<[string, (one: CompletedPart, small: CompletedPart) => CompletedPart[], string]>([
  ['a part that was not uploaded', (one) => [one, { PartNumber: 7, ETag: one.ETag }], 'InvalidPart'],
  ['another ETag', (one) => [{ ...one, ETag: '"0"' }], 'InvalidPart'],
  ['parts in the wrong order', (one, small) => [small, one], 'InvalidPartOrder'],
  ['a part twice', (one) => [one, one], 'InvalidPartOrder'],
  ['a small part before the last', (_one, small) => [small, { PartNumber: 3, ETag: small.ETag }], 'EntityTooSmall'],
])('a completion with %s is refused, and the upload goes on', async (_, choose, name) => {
  const upload = await begin();
  const [one, small] = [await upload.put(1, part), await upload.put(2, tail)];
  await upload.put(3, tail);
  await expect(upload.complete(choose(one, small))).rejects.toMatchObject({ name });
  expect(served.spaces.keys(Bucket)).toEqual([]);
  await upload.complete([one, small]);
  expect(served.spaces.keys(Bucket)).toEqual([Key]);
});

test('what was aborted or completed is gone', async () => {
  const upload = await begin();
  const one = await upload.put(1, tail);
  await upload.abort();
  for (const attempt of [() => upload.put(1, tail), () => upload.complete([one]), () => upload.abort()]) {
    await expect(attempt()).rejects.toMatchObject({ name: 'NoSuchUpload' });
  }
});

test('a completion may be told not to replace an object', async () => {
  const upload = await begin();
  const one = await upload.put(1, tail);
  await served.spaces.put(Bucket, Key, 'there');
  await expect(upload.complete([one], '*')).rejects.toMatchObject({ name: 'PreconditionFailed' });
  expect((await served.spaces.get(Bucket, Key))!.bytes.toString()).toBe('there');
});

test('a part may be copied from an object, or from a range of it', async () => {
  await served.spaces.put(Bucket, 'source', '0123456789');
  const upload = await begin();
  const target = { Bucket, Key, UploadId: upload.UploadId, PartNumber: 1 };
  const source = { CopySource: `${Bucket}/source`, CopySourceRange: 'bytes=2-5' };
  const { CopyPartResult } = await client.send(new UploadPartCopyCommand({ ...target, ...source }));
  await upload.complete([{ PartNumber: 1, ETag: CopyPartResult!.ETag }]);
  expect((await served.spaces.get(Bucket, Key))!.bytes.toString()).toBe('2345');
});

test('uploads and parts are listed page by page', async () => {
  const upload = await begin();
  await begin({ Key: 'a' });
  await begin({ Key: 'z' });
  for (const number of [1, 2, 10]) await upload.put(number, tail);
  const first = await client.send(new ListPartsCommand({ Bucket, Key, UploadId: upload.UploadId, MaxParts: 2 }));
  expect(first.Parts).toMatchObject([{ PartNumber: 1, Size: 7 }, { PartNumber: 2 }]);
  const { UploadId } = upload;
  const rest = await client.send(
    new ListPartsCommand({ Bucket, Key, UploadId, PartNumberMarker: first.NextPartNumberMarker }),
  );
  expect([rest.Parts!.map(({ PartNumber }) => PartNumber), rest.IsTruncated]).toEqual([[10], false]);
  const page = await client.send(new ListMultipartUploadsCommand({ Bucket, MaxUploads: 2 }));
  expect(page.Uploads!.map((each) => each.Key)).toEqual(['a', Key]);
  const markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  const more = await client.send(new ListMultipartUploadsCommand({ Bucket, ...markers }));
  expect(more.Uploads!.map((each) => each.Key)).toEqual(['z']);
});

test.each(['0', '10001', 'x'])('the part number %s is refused', async (number) => {
  const { UploadId } = await begin();
  const path = `/photos/${Key}?partNumber=${number}&uploadId=${UploadId}`;
  const got = await served.request({ method: 'PUT', path, body: 'x' });
  expect(got).toMatchObject({ status: 400, code: 'InvalidArgument' });
});
