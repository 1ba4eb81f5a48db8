import { readAddress } from '../../spaces/address';
import { serveSpaces } from './served-spaces';

test.each([
  ['/', '127.0.0.1:80', {}],
  ['/photos', '127.0.0.1:80', { bucket: 'photos' }],
  ['/photos/', 'localhost', { bucket: 'photos' }],
  ['/photos/a/b', '[::1]:80', { bucket: 'photos', key: 'a/b' }],
  ['/a', 'photos.localhost:80', { bucket: 'photos', key: 'a' }],
  ['/photos//a', '127.0.0.1', { bucket: 'photos', key: '/a' }],
  ['/photos/a/../b', '127.0.0.1', { bucket: 'photos', key: 'a/../b' }],
  ['/photos/a%20b%2Bc%2Fd+e', '127.0.0.1', { bucket: 'photos', key: 'a b+c/d+e' }],
  ['/', 'fra1.spaces.test', { region: 'fra1' }],
  ['/photos/a', 'fra1.spaces.test', { region: 'fra1', bucket: 'photos', key: 'a' }],
  ['/', 'photos.fra1.spaces.test', { region: 'fra1', bucket: 'photos' }],
  ['/a', 'photos.fra1.digitaloceanspaces.com', { region: 'fra1', bucket: 'photos', key: 'a' }],
  ['/a', 'Photos.FRA1.digitaloceanspaces.com:443', { region: 'fra1', bucket: 'photos', key: 'a' }],
  ['/a', 'photos.nyc3.cdn.digitaloceanspaces.com', { region: 'nyc3', bucket: 'photos', key: 'a' }],
  ['http://photos.fra1.spaces.test/a', 'elsewhere.example', { region: 'fra1', bucket: 'photos', key: 'a' }],
  ['http://photos.fra1.spaces.test', 'photos.fra1.spaces.test', { region: 'fra1', bucket: 'photos' }],
])('%s at %s is read as the bucket and key that it names', (target, host, expected) => {
  const { bucket, key, region } = readAddress(target, host);
  expect({ bucket, key, region }).toEqual({ bucket: undefined, key: undefined, region: undefined, ...expected });
});

test('the query is kept apart from the path, with blanks written either way', () => {
  const { path, query } = readAddress('/b/k%20?prefix=a+b%2Bc&list-type=2&x=1?2', '127.0.0.1');
  expect(path).toBe('/b/k%20');
  expect([...query]).toEqual([
    ['prefix', 'a b+c'],
    ['list-type', '2'],
    ['x', '1?2'],
  ]);
});

test.each([
  'example.com',
  'spaces.test',
  'photos.xyz9.spaces.test',
  'a.b.fra1.spaces.test',
  'fra1.digitaloceanspaces.com.evil.example',
  '',
])('the host "%s" is not one of Spaces and is refused', (host) => {
  const message = `The host "${host}" is not a Spaces endpoint, and the simulator forwards nothing.`;
  expect(() => readAddress('/a', host)).toThrow(message);
});

test('a proxy request for a host of the world outside gets a 403 and goes nowhere', async () => {
  const served = await serveSpaces();
  const got = await served.request({ path: 'http://example.com/secret', host: 'example.com', key: null });
  expect(got).toMatchObject({ status: 403, code: 'AccessDenied' });
  expect(got.text).toContain('The host &quot;example.com&quot; is not a Spaces endpoint');
  await served.close();
});

test("a path that is no percent-encoding is the client's error, not ours", () => {
  const message = 'The path /photos/%E0%A4 is not valid percent-encoding of UTF-8.';
  expect(() => readAddress('/photos/%E0%A4', '127.0.0.1')).toThrow(message);
});
