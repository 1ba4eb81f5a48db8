import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { ObjectStore, ObjectStoreError, type ObjectStoreOptions } from '../../lib/object-store';
import { createSpaces } from '../../simulator/spaces';

const key = { accessKeyId: 'OWNER', secretAccessKey: 'secret' };
const spaces = createSpaces({
  keyOf: (accessKey) =>
    accessKey === 'OWNER'
      ? { accessKey, secretKey: 'secret', grants: [{ bucket: '', permission: 'fullaccess' }] }
      : undefined,
});
/** How many of the next requests are answered with a 503. */
let failures = 0;
let requests = 0;
let silent = false;
const server = http.createServer((request, response) => {
  requests++;
  if (silent) return;
  if (failures-- > 0) return void response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>');
  spaces.listener(request, response);
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  spaces.createBucket('bucket', 'fra1');
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  failures = requests = 0;
  silent = false;
});

const store = (options: Partial<ObjectStoreOptions> = {}): ObjectStore =>
  new ObjectStore({ ...key, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ...options });

test('keys and prefixes are signed as they are sent, whatever is in them', async () => {
  const odd = 'a folder/ü & (1)+2%.txt';
  await store().put('bucket', odd, 'text', 'text/plain');
  expect((await store().read('bucket', odd))?.toString()).toBe('text');
  expect(await store().list('bucket', 'a folder/')).toEqual([odd]);
  expect([await store().has('bucket', odd), await store().has('bucket', 'another')]).toEqual([true, false]);
  await store().delete('bucket', odd);
  await store().delete('bucket', odd);
  expect(await store().read('bucket', odd)).toBeUndefined();
});

test('an object is not sent again while it has its ETag', async () => {
  await store().put('bucket', 'kept', 'text', 'text/plain');
  const { etag } = await store().get('bucket', 'kept');
  expect((await store().get('bucket', 'kept', etag)).status).toBe(304);
});

test('what fails on the side of the store is tried again, three times in all; one attempt can be asked for', async () => {
  failures = 2;
  await store().put('bucket', 'a', '1', 'text/plain');
  expect(requests).toBe(3);
  failures = 3;
  await expect(store().list('bucket', '')).rejects.toThrow('GET bucket?prefix=: 503 SlowDown');
  failures = 1;
  await expect(store({ attempts: 1 }).read('bucket', 'a')).rejects.toThrow('GET bucket/a: 503 SlowDown');
});

test("a refusal carries the store's own code", async () => {
  const error: unknown = await store({ accessKeyId: 'NOBODY' })
    .read('bucket', 'a')
    .catch((refusal: unknown) => refusal);
  expect(error).toBeInstanceOf(ObjectStoreError);
  expect(error).toMatchObject({ status: 403, code: 'InvalidAccessKeyId', reason: '403 InvalidAccessKeyId' });
  expect(requests).toBe(1);
});

test('an answer that never comes or is too large is an error', async () => {
  await store().put('bucket', 'large', 'x'.repeat(2 * 1024 * 1024), 'text/plain');
  await expect(store({ attempts: 1, maxBytes: 1024 * 1024 }).read('bucket', 'large')).rejects.toThrow(
    'GET bucket/large: the answer has more than 1 MiB',
  );
  silent = true;
  await expect(store({ attempts: 1, timeout: 20 }).read('bucket', 'large')).rejects.toThrow(
    /^GET bucket\/large: no answer from 127\.0\.0\.1:\d+ within 0\.02 s$/,
  );
});
