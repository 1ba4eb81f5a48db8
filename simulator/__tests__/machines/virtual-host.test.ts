import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventually, serveHosts, type VirtualHost } from '../../machines/virtual-host';

const servers: http.Server[] = [];
afterEach(() =>
  servers.splice(0).forEach((server) => {
    server.close();
    server.closeAllConnections();
  }),
);

async function ask(listener: http.RequestListener, host: string): Promise<string> {
  const server = http.createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    http
      .get(
        { host: '127.0.0.1', port, headers: { host } },
        (answer) => void text(answer).then((body) => resolve(`${answer.statusCode} ${body.trim()}`), reject),
      )
      .on('error', reject);
  });
}

const named = (name: string, ...names: string[]): VirtualHost => ({
  names,
  listener: (_, response) => response.end(name),
});
const world = serveHosts([
  named('spaces', '*.digitaloceanspaces.com'),
  named('registry', 'ghcr.io', 'registry-1.docker.io'),
]);

test.each([
  ['ghcr.io', '200 registry'],
  ['registry-1.docker.io:443', '200 registry'],
  ['GHCR.io', '200 registry'],
  ['fra1.digitaloceanspaces.com', '200 spaces'],
  ['shop.fra1.digitaloceanspaces.com', '200 spaces'],
  ['digitaloceanspaces.com', '421 no host here has the name digitaloceanspaces.com'],
  ['notghcr.io', '421 no host here has the name notghcr.io'],
])('who asks for %s gets %s', async (host, expected) => {
  expect(await ask(world, host)).toBe(expected);
});

test('who asks before a listener is made is answered once it is', async () => {
  let made: (listener: http.RequestListener) => void = () => undefined;
  const answer = ask(
    eventually(
      new Promise((resolve) => {
        made = resolve;
      }),
    ),
    'ghcr.io',
  );
  made((_, response) => response.end('made'));
  expect(await answer).toBe('200 made');
});

test('a listener that could not be made says why', async () => {
  expect(await ask(eventually(Promise.reject(new Error('Go is not installed'))), 'ghcr.io')).toBe(
    '503 Go is not installed',
  );
});
