import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildProgram } from '../../registry/go-program';
import { suiteOfPrograms } from './programs';
import { Started } from './started';

suiteOfPrograms('what health checks find in an image', () => {
  let folder: string;
  let at: string;
  const server = http.createServer(
    (request, response) => void response.writeHead(request.url === '/good' ? 200 : 503).end(),
  );

  beforeAll(async () => {
    const program = await buildProgram('probe');
    folder = mkdtempSync(join(tmpdir(), 'simulator-probe-'));
    for (const name of ['sh', 'wget', 'curl']) symlinkSync(program, join(folder, name));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(name: string, ...args: string[]): Promise<[number, string]> {
    const started = new Started(join(folder, name), args);
    return [await started.ended, started.output.trim()];
  }

  // the very command that templates/ gives a container
  const healthTest = (path: string) => `wget -q -O /dev/null ${at}${path} || curl -fsS -o /dev/null ${at}${path}`;

  test('a health check that is written for a shell runs in a stand-in, and fails when the service says so', async () => {
    expect(await run('sh', '-c', healthTest('/good'))).toEqual([0, '']);
    expect(await run('sh', '-c', healthTest('/bad'))).toEqual([
      22,
      [
        'wget: server returned error: HTTP/1.1 503 Service Unavailable',
        'curl: (22) The requested URL returned error: 503 Service Unavailable',
      ].join('\n'),
    ]);
  });

  test.each([
    ['wget', ['--spider', '/good'], 0],
    ['wget', ['-qO-', '/bad'], 1],
    ['curl', ['--fail', '/bad'], 22],
    ['curl', ['-s', '/bad'], 0],
  ])('%s %j ends as the real one does', async (name, args, code) => {
    expect((await run(name, ...args.map((word) => (word.startsWith('/') ? at + word : word))))[0]).toBe(code);
  });

  test.each([
    [`wget -q ${'http://127.0.0.1:1/'} || exit 1`, 1, /^wget: .*connection refused$/],
    ['node health.js', 127, /^sh: node: not found$/],
    ['curl -f', 22, /^curl: no address that begins with http:\/\/$/],
  ])('sh -c "%s" ends with %i and says why', async (command, code, why) => {
    expect(await run('sh', '-c', command)).toEqual([code, expect.stringMatching(why)]);
  });
});
