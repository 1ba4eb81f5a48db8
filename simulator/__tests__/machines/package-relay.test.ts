import http, { type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { packageHosts, packageRelay } from '../../machines/package-relay';

const servers: http.Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(given: RequestListener | http.Server): Promise<number> {
  const server = given instanceof http.Server ? given : http.createServer(given);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const get = (port: number, path: string, host = 'mirrors.digitalocean.com', method = 'GET'): Promise<string> =>
  new Promise((resolve, reject) => {
    http
      .request({ port, host: '127.0.0.1', path, method, headers: { host } }, (response) => {
        let text = `${response.statusCode} `;
        response
          .setEncoding('utf8')
          .on('data', (chunk: string) => {
            text += chunk;
          })
          .on('end', () => resolve(text.trim()));
      })
      .on('error', reject)
      .end();
  });

/** A mirror that says what it was asked for. */
const mirror = () =>
  listen((request, response) => response.end(`${request.headers.host?.replace(/:\d+$/, '')} ${request.url}`));

test("a machine asks for Debian's names and gets what this host's own mirrors have", async () => {
  const port = await mirror();
  const relay = await listen(
    packageRelay({
      debian: new URL(`http://127.0.0.1:${port}/some/debian/`),
      security: new URL(`http://127.0.0.1:${port}/other/debian-security`),
    }),
  );
  expect(await get(relay, '/debian/dists/trixie/InRelease')).toBe('200 127.0.0.1 /some/debian/dists/trixie/InRelease');
  expect(await get(relay, '/debian-security/pool/a+b_1%3a2.deb')).toBe(
    '200 127.0.0.1 /other/debian-security/pool/a+b_1%3a2.deb',
  );
});

test("apt's proxy is gone through where there is one", async () => {
  const port = await mirror();
  const relay = await listen(
    packageRelay({
      debian: new URL('http://mirror.test/debian'),
      security: new URL('http://mirror.test/debian-security'),
      proxy: new URL(`http://127.0.0.1:${port}`),
    }),
  );
  expect(await get(relay, '/debian/dists/x')).toBe('200 mirror.test http://mirror.test/debian/dists/x');
});

test('a connection that the mirror closes is tried again, and given up after four times', async () => {
  let cut = 3;
  const port = await listen((request, response) => (cut-- > 0 ? request.destroy() : response.end('there')));
  const relay = await listen(
    packageRelay({
      debian: new URL(`http://127.0.0.1:${port}/debian`),
      security: new URL(`http://127.0.0.1:${port}/debian-security`),
    }),
  );
  expect(await get(relay, '/debian/x')).toBe('200 there');
  cut = 4;
  expect(await get(relay, '/debian/x')).toMatch(/^502 http:.*(hang up|ECONNRESET)/);
});

test('a download that the machine leaves in the middle is not held on to', async () => {
  let ended = false;
  const port = await listen((_, response) => {
    response.on('close', () => {
      ended = true;
    });
    response.write(Buffer.alloc(8 * 1024 * 1024));
  });
  const relay = packageRelay({
    debian: new URL(`http://127.0.0.1:${port}/debian`),
    security: new URL(`http://127.0.0.1:${port}/debian-security`),
  });
  const asked = http
    .get({ port: await listen(relay), host: '127.0.0.1', path: '/debian/x', headers: { host: packageHosts[0] } })
    .on('error', () => undefined);
  await new Promise((resolve) => asked.once('response', resolve));
  asked.destroy();
  relay.close();
  while (!ended) await new Promise((resolve) => setTimeout(resolve, 10));
});

test.each([
  ['another host', '/debian/x', 'example.com', 'GET'],
  ['another path', '/ubuntu/x', 'mirrors.digitalocean.com', 'GET'],
  ['a way out of the archive', '/debian/../x', 'mirrors.digitalocean.com', 'GET'],
  ['another method', '/debian/x', 'mirrors.digitalocean.com', 'POST'],
])('%s is refused', async (_, path, host, method) => {
  const relay = await listen(
    packageRelay({
      debian: new URL('http://mirror.test/debian'),
      security: new URL('http://mirror.test/debian-security'),
    }),
  );
  expect(await get(relay, path, host, method)).toBe('403 requests are passed on for Debian packages only');
});
