import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { buildSync } from 'esbuild';
import { FakeBucket, FakeJournal, stateFolder } from './fake-journal';

let server: http.Server;
let killAt: (request: http.IncomingMessage, answered: boolean) => boolean;
let child: ChildProcess;
const program = join(tmpdir(), `ship-logs-${process.pid}.js`);
const journal = new FakeJournal();
const bucket = new FakeBucket();
beforeAll(() =>
  buildSync({
    entryPoints: [join(__dirname, 'ship-logs.ts')],
    bundle: true,
    platform: 'node',
    outfile: program,
    logLevel: 'error',
  }),
);
afterAll(() => {
  rmSync(program);
  journal.remove();
});
beforeEach(async () => {
  server = http.createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const key = request.url!.slice(1);
  const body = await buffer(request).catch(() => undefined);
  if (killAt(request, false)) return void child.kill('SIGKILL');
  if (request.method === 'PUT' && body) bucket.objects.set(key, body);
  if (killAt(request, true)) return void child.kill('SIGKILL');
  response.writeHead(request.method === 'PUT' || bucket.objects.has(key) ? 200 : 404).end();
}

const live = (): Promise<number | string | null> => {
  const options = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    folder: stateFolder(journal),
    command: journal.command,
    entries: 500,
  };
  child = spawn(process.execPath, [program, JSON.stringify(options)], { stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
};

test('killed before a call is acted on and after it, again and again: none of 6,000 lines is missing, none is there twice', async () => {
  const printed = Array.from({ length: 6_000 }, (_, n) => `line ${n}`);
  journal.print('api', ...printed);
  const kills = [true, false, false, true, true, false, true, false];
  let calls = 0;
  killAt = (_, answered) => {
    if (!answered) calls++;
    const due = calls % 2 === 0 && kills[0] === answered;
    if (due) kills.shift();
    return due;
  };
  let lives = 1;
  while ((await live()) === 'SIGKILL') lives++;
  expect([lives, kills]).toEqual([9, []]);
  expect(bucket.lines().map(({ message }) => message)).toEqual(printed);
});
