import { readAddress } from '../../spaces/address';
import { checksummer } from '../../spaces/checksum';
import { decodeChunks } from '../../spaces/chunked';
import { authenticateV4 } from '../../spaces/signature-v4';
import { serveSpaces } from './served-spaces';

/** The example of https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html, with the signatures printed there. */
const example = {
  accessKey: 'AKIAIOSFODNN7EXAMPLE',
  secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  headers: {
    'x-amz-date': '20130524T000000Z',
    'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,' +
      'SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;' +
      'x-amz-decoded-content-length;x-amz-storage-class,' +
      'Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'content-encoding': 'aws-chunked',
    'x-amz-decoded-content-length': '66560',
    'content-length': '66824',
  } as Record<string, string>,
  body: (letter: string) =>
    `10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n${'a'.repeat(65536)}\r\n` +
    `400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n${letter.repeat(1024)}\r\n` +
    '0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n',
};

/** Its sibling with a trailer: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html */
const trailerExample = {
  headers: {
    ...example.headers,
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,' +
      'SignedHeaders=content-encoding;host;x-amz-content-sha256;x-amz-date;' +
      'x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer,' +
      'Signature=106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
    'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
    'x-amz-trailer': 'x-amz-checksum-crc32c',
  },
  body: (checksum: string) =>
    `10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n${'a'.repeat(65536)}\r\n` +
    `400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n${'a'.repeat(1024)}\r\n` +
    '0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n' +
    `x-amz-checksum-crc32c:${checksum}\r\n` +
    'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n',
};

function chain(headers: Record<string, string> = example.headers) {
  const { path, query } = readAddress('/examplebucket/chunkObject.txt', 'localhost');
  const message = { method: 'PUT', host: 's3.amazonaws.com', path, query, headerNames: Object.keys(headers) };
  const key = { accessKey: example.accessKey, secretKey: example.secretKey, grants: [] };
  return authenticateV4({ ...message, header: (name) => headers[name] }, () => key, new Date('2013-05-24T00:00:00Z'))!
    .chain;
}

async function* pieces(text: string, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size), 'latin1');
}

async function decode(text: string, size = 1000, ...rest: [ReturnType<typeof chain>?, boolean?]) {
  const source = decodeChunks(pieces(text, size), ...rest);
  let decoded = '';
  for (;;) {
    const { value, done } = await source.next();
    if (done) return { decoded, trailers: Object.fromEntries(value) };
    decoded += value.toString('latin1');
  }
}

test.each([1, 7, 1000, 100_000])(
  'signed chunks are decoded, in whatever pieces of %s bytes they arrive',
  async (size) => {
    const { decoded } = await decode(example.body('a'), size, chain());
    expect(decoded).toBe('a'.repeat(66_560));
  },
);

test('a signed chunk that was changed on the way is refused', async () => {
  await expect(decode(example.body('b'), 1000, chain())).rejects.toThrow(
    'the signature of a chunk of 1024 bytes is not right',
  );
});

test('a chunk cut from the chain is refused, though its own signature is right', async () => {
  const cut = example.body('a').replace(/400;.*?\r\n.*?\r\n/, '');
  await expect(decode(cut, 1000, chain())).rejects.toThrow('the signature of a chunk of 0 bytes is not right');
});

test('trailers without a signature are read', async () => {
  const body = '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n';
  expect(await decode(body)).toEqual({ decoded: 'hello', trailers: { 'x-amz-checksum-crc32': 'NhCmhg==' } });
});

test('a signed trailer is read, and refused when it was changed on the way', async () => {
  const { trailers } = await decode(trailerExample.body('sOO8/Q=='), 1000, chain(trailerExample.headers), true);
  expect(trailers).toEqual({ 'x-amz-checksum-crc32c': 'sOO8/Q==' });
  await expect(decode(trailerExample.body('AAAAAA=='), 1000, chain(trailerExample.headers), true)).rejects.toThrow(
    'the signature of the trailer is not right',
  );
});

test.each([
  ['5\r\nhell', 'the body ends 1 bytes before the end of a chunk'],
  ['5\r\nhello\r\n', 'the body ends before its last chunk'],
  ['3\r\nhello\r\n0\r\n\r\n', 'a chunk is longer than its head says'],
  ['hello\r\n', '"hello" is not the head of a chunk'],
])('the broken framing %j is refused', async (body, message) => {
  await expect(decode(body)).rejects.toThrow(message);
});

test.each([
  ['crc32', 'y/Q5Jg=='],
  ['crc32c', '4waSgw=='],
  ['crc64nvme', 'rosUhgp5mIg='],
  ['sha1', '98O8HYCOBHMq32eZZczDTKeuNEE='],
] as const)('%s of 123456789 is the published check value', (algorithm, value) => {
  const sum = checksummer(algorithm);
  sum.update(Buffer.from('1234'));
  sum.update(Buffer.from('56789'));
  expect(sum.digest()).toBe(value);
});

test.each([
  ['right', 'NhCmhg==', 200, ['k']],
  ['wrong', 'AAAAAA==', 400, []],
])(
  'a %s checksum in the trailer of an unsigned stream decides whether it is stored',
  async (_, checksum, status, keys) => {
    const served = await serveSpaces();
    served.spaces.createBucket('photos');
    const body = `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${checksum}\r\n\r\n`;
    const got = await served.request({
      method: 'PUT',
      path: '/photos/k',
      body,
      headers: {
        'X-Amz-Content-Sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-trailer': 'x-amz-checksum-crc32',
        'x-amz-decoded-content-length': '5',
        'content-encoding': 'aws-chunked',
      },
    });
    expect(got.status).toBe(status);
    expect(served.spaces.keys('photos')).toEqual(keys);
    await served.close();
  },
);
