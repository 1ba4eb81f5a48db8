import { serveSpaces } from './served-spaces';
import type { ServedSpaces } from './served-spaces';

let served: ServedSpaces;
const cors =
  '<CORSConfiguration><CORSRule><AllowedOrigin>https://*.acme.example</AllowedOrigin><AllowedMethod>GET</AllowedMethod>' +
  '<AllowedMethod>PUT</AllowedMethod><AllowedHeader>x-amz-*</AllowedHeader><ExposeHeader>ETag</ExposeHeader>' +
  '<MaxAgeSeconds>60</MaxAgeSeconds></CORSRule></CORSConfiguration>';

beforeEach(async () => {
  served = await serveSpaces();
  served.spaces.createBucket('photos');
  await served.request({ method: 'PUT', path: '/photos?cors', body: cors });
});
afterEach(() => served.close());

const preflight = (origin: string, method: string, headers: string) =>
  served.request({
    method: 'OPTIONS',
    path: '/photos/a',
    key: null,
    headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': headers },
  });

test('a page that a rule names may ask before it sends, without a key', async () => {
  const got = await preflight('https://www.acme.example', 'PUT', 'X-Amz-Date, x-amz-acl');
  expect(got.status).toBe(200);
  expect(got.headers).toMatchObject({
    'access-control-allow-origin': 'https://www.acme.example',
    'access-control-allow-methods': 'GET, PUT',
    'access-control-allow-headers': 'X-Amz-Date, x-amz-acl',
    'access-control-expose-headers': 'ETag',
    'access-control-max-age': '60',
  });
});

test.each([
  ['https://evil.example', 'PUT', 'x-amz-date'],
  ['https://www.acme.example', 'DELETE', 'x-amz-date'],
  ['https://www.acme.example', 'PUT', 'x-other'],
])('a page at %s may not %s with %s', async (origin, method, headers) => {
  const got = await preflight(origin, method, headers);
  expect(got).toMatchObject({ status: 403, code: 'AccessDenied' });
  expect(got.headers['access-control-allow-origin']).toBeUndefined();
});

test('an answer says that the page may read it, a refusal too', async () => {
  const headers = { origin: 'https://www.acme.example' };
  const got = await served.request({ path: '/photos/none', headers });
  expect(got.status).toBe(404);
  expect(got.headers['access-control-allow-origin']).toBe('https://www.acme.example');
  expect(
    (await served.request({ path: '/photos', headers: { origin: 'https://evil.example' } })).headers.vary,
  ).toBeUndefined();
});

test('the configuration comes back as it was sent, until it is deleted', async () => {
  expect((await served.request({ path: '/photos?cors' })).text).toBe(cors);
  const wrong = await served.request({ method: 'PUT', path: '/photos?cors', body: cors.replace('GET', 'PATCH') });
  expect(wrong.code).toBe('MalformedXML');
  expect((await served.request({ method: 'DELETE', path: '/photos?cors' })).status).toBe(204);
  expect((await served.request({ path: '/photos?cors' })).code).toBe('NoSuchCORSConfiguration');
});
