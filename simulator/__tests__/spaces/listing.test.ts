import { ListObjectsCommand, ListObjectsV2Command, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { ListObjectsCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { serveSpaces } from './served-spaces';
import type { ServedSpaces } from './served-spaces';

let served: ServedSpaces;
let client: S3Client;
const Bucket = 'photos';
// In the order of UTF-8 bytes: the last two come the other way round in JavaScript's order.
const keys = ['a', 'b/1', 'b/2', 'b/c/3', 'd', 'e/4', 'z', '\uff5e', '\u{1f600}'];

/** Keys first, then prefixes, as an answer has them. */
function namesIn({ Contents = [], CommonPrefixes = [] }: Omit<ListObjectsCommandOutput, '$metadata'>): string[] {
  return [...Contents.map(({ Key }) => Key!), ...CommonPrefixes.map(({ Prefix }) => Prefix!)];
}

beforeAll(async () => {
  served = await serveSpaces();
  served.spaces.createBucket(Bucket);
  client = served.client();
  for (const key of [...keys].reverse()) await served.spaces.put(Bucket, key, 'x');
});
afterAll(() => served.close());

test.each<[string, object, string[], string[]]>([
  ['everything', {}, keys, []],
  ['a prefix', { Prefix: 'b/' }, ['b/1', 'b/2', 'b/c/3'], []],
  ['the top', { Delimiter: '/' }, ['a', 'd', 'z', '\uff5e', '\u{1f600}'], ['b/', 'e/']],
  ['a folder', { Prefix: 'b/', Delimiter: '/' }, ['b/1', 'b/2'], ['b/c/']],
  ['a prefix that is no folder', { Prefix: 'b', Delimiter: '/' }, [], ['b/']],
  ['what comes after a key', { StartAfter: 'd' }, ['e/4', 'z', '\uff5e', '\u{1f600}'], []],
  ['nothing, when no key begins so', { Prefix: 'none' }, [], []],
])('a listing gives %s', async (_, input, contents, prefixes) => {
  const got = await client.send(new ListObjectsV2Command({ Bucket, ...input }));
  expect((got.Contents ?? []).map(({ Key }) => Key)).toEqual(contents);
  expect((got.CommonPrefixes ?? []).map(({ Prefix }) => Prefix)).toEqual(prefixes);
  expect(got).toMatchObject({ IsTruncated: false, KeyCount: contents.length + prefixes.length });
});

test.each([1, 2, 3, 7])('pages of %s join to the whole, with no key twice', async (pageSize) => {
  for (const Delimiter of [undefined, '/']) {
    const seen: string[] = [];
    for await (const page of paginateListObjectsV2({ client, pageSize }, { Bucket, Delimiter })) {
      const found = namesIn(page);
      expect(found.length).toBeLessThanOrEqual(pageSize);
      seen.push(...found);
    }
    const whole = Delimiter ? ['a', 'b/', 'd', 'e/', 'z', '\uff5e', '\u{1f600}'] : keys;
    expect(seen.sort()).toEqual([...whole].sort());
  }
});

test('old clients go on after a marker, which may be a prefix that ended the last page', async () => {
  const seen: string[] = [];
  let Marker: string | undefined;
  do {
    const page = await client.send(new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 2, Marker }));
    seen.push(...namesIn(page));
    Marker = page.NextMarker;
  } while (Marker && seen.length < 20);
  expect(seen).toEqual(['a', 'b/', 'd', 'e/', 'z', '\uff5e', '\u{1f600}']);
});

test('keys that XML cannot hold are listed percent-encoded', async () => {
  served.spaces.createBucket('odd');
  await served.spaces.put('odd', 'a b/\u0001&', 'x');
  expect((await served.request({ path: '/odd' })).text).toContain('<Key>a b/&#x1;&amp;</Key>');
  const { text } = await served.request({ path: '/odd?list-type=2&encoding-type=url&prefix=a%20' });
  expect(text).toContain('<Key>a%20b%2F%01%26</Key>');
  expect(text).toContain('<Prefix>a%20</Prefix>');
  expect(text).toContain('<EncodingType>url</EncodingType>');
});

test.each([
  ['max-keys=many', 'InvalidArgument'],
  ['max-keys=-1', 'InvalidArgument'],
  ['encoding-type=base64', 'InvalidArgument'],
  ['continuation-token=%21', 'InvalidArgument'],
])('a listing with %s is refused', async (query, code) => {
  expect(await served.request({ path: `/photos?list-type=2&${query}` })).toMatchObject({ status: 400, code });
});

test('a listing of no keys is empty and complete', async () => {
  const got = await client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }));
  expect(got).toMatchObject({ KeyCount: 0, IsTruncated: false });
});
