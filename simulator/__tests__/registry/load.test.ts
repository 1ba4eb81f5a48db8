import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http, { type RequestListener } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '../../machines/authority';
import { buildLoad } from '../../registry';
import { suiteOfPrograms } from './programs';
import { Started } from './started';

suiteOfPrograms('the load generator', () => {
  let load: string;
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    load = await buildLoad();
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  async function listen(server: http.Server | https.Server): Promise<number> {
    closing.push(() => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  /** A server that answers its nth request, counted from 1, as it is told. */
  async function answering(
    answer: (nth: number, ...call: Parameters<RequestListener>) => void,
  ): Promise<{ port: number; asked: () => number }> {
    let count = 0;
    const port = await listen(http.createServer((request, response) => answer(++count, request, response)));
    return { port, asked: () => count };
  }

  const start = (...args: string[]): Started => {
    const started = new Started(load, args);
    closing.push(() => started.end());
    return started;
  };

  interface Report {
    readonly requests: number;
    readonly connections: number;
    readonly failed: { socket: number; status: number; body: number };
    readonly statuses: Record<string, number>;
    readonly versions: Record<string, number>;
    readonly examples: { second: number; what: string }[];
    readonly milliseconds: { p50: number; p99: number; max: number };
  }

  /** Lets it ask until the server has told it to stop, and reads its figures. */
  async function figures(started: Started): Promise<Report> {
    expect([await started.ended, started.output]).toEqual([0, started.stdout]);
    return JSON.parse(started.stdout) as Report;
  }

  const good: RequestListener = (_, response) => response.setHeader('x-version', 'v3').end('web v3\n');

  test('every answer is counted, on connections that are kept, until it is told to stop', async () => {
    const { port, asked } = await answering((nth, request, response) => {
      if (nth === 100) started.signal('SIGTERM');
      good(request, response);
    });
    const started = start(
      '--url',
      `http://127.0.0.1:${port}/`,
      '--connections',
      '3',
      '--seconds',
      '600',
      '--expect',
      '^web v\\d+\\n$',
      '--json',
    );
    const report = await figures(started);
    expect(report).toMatchObject({
      requests: asked(),
      connections: 3,
      failed: { socket: 0, status: 0, body: 0 },
      statuses: { 200: asked() },
      versions: { v3: asked() },
      examples: [],
    });
    expect(asked()).toBeGreaterThanOrEqual(100);
    expect(report.milliseconds.p50).toBeGreaterThan(0);
    expect(report.milliseconds.p50).toBeLessThanOrEqual(report.milliseconds.p99);
    expect(report.milliseconds.p99).toBeLessThanOrEqual(report.milliseconds.max);
  });

  test('what goes wrong is counted by kind, and nothing is asked a second time', async () => {
    const { port, asked } = await answering((nth, request, response) => {
      if (nth === 10) started.signal('SIGTERM');
      if (nth === 2) response.writeHead(503).end('starting\n');
      else if (nth === 4) response.end('another page\n');
      // on a connection that was used before, where a forgiving client would try again
      else if (nth === 6) request.socket.destroy();
      else if (nth === 8) response.writeHead(200, { 'content-length': 100 }).write('web v3', () => response.destroy());
      else good(request, response);
    });
    const started = start(
      '--url',
      `http://127.0.0.1:${port}/`,
      '--connections',
      '1',
      '--seconds',
      '600',
      '--expect',
      '^web',
      '--json',
    );
    const report = await figures(started);
    expect(report).toMatchObject({
      requests: asked(),
      connections: 3,
      failed: { socket: 2, status: 1, body: 1 },
      statuses: { 200: asked() - 3, 503: 1 },
    });
    expect(report.examples.map(({ what }) => what)).toEqual([
      '503 Service Unavailable: starting',
      'another page',
      expect.stringMatching(/^no answer: /),
      expect.stringMatching(/^half an answer: /),
    ]);
  });

  test('an address where nothing listens is a failure too', async () => {
    const report = await figures(
      start('--url', 'http://127.0.0.1:1/', '--connections', '1', '--seconds', '0.1', '--json'),
    );
    expect([report.failed.socket, report.statuses]).toEqual([report.requests, {}]);
    expect(report.examples[0]!.what).toContain('connection refused');
  });

  test('a rate spreads requests over time', async () => {
    const { port } = await answering((_, ...call) => good(...call));
    const report = await figures(
      start('--url', `http://127.0.0.1:${port}/`, '--connections', '4', '--seconds', '0.5', '--rate', '20', '--json'),
    );
    // 20 a second, and what was late is not made up for; on a busy machine the end comes late, and without a rate it would be thousands
    expect(report.requests).toBeLessThan(100);
    expect(report.requests).toBeGreaterThan(0);
  });

  test('a name is asked at the address that it is told, with the authority that it is told to trust', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'simulator-load-'));
    closing.push(async () => rmSync(folder, { recursive: true, force: true }));
    const authority = await createAuthority(join(folder, 'authority'));
    let host: string | undefined;
    const port = await listen(
      https.createServer(await authority.issue(['www.acme.example']), (request, response) => {
        host = request.headers.host;
        trusting.signal('SIGTERM');
        good(request, response);
      }),
    );
    writeFileSync(join(folder, 'ca.crt'), authority.certificate);
    const args = [
      '--url',
      `https://www.acme.example:${port}/`,
      '--resolve',
      `www.acme.example:${port}:127.0.0.1`,
      '--connections',
      '1',
      '--json',
    ];
    const wary = await figures(start(...args, '--seconds', '0.1'));
    expect(wary.failed.socket).toBe(wary.requests);
    expect(wary.examples[0]!.what).toContain('certificate signed by unknown authority');
    const trusting = start(...args, '--seconds', '600', '--ca', join(folder, 'ca.crt'));
    expect((await figures(trusting)).failed).toEqual({ socket: 0, status: 0, body: 0 });
    expect(host).toBe(`www.acme.example:${port}`);
  });

  test('without --json it is told in words', async () => {
    const { port } = await answering((_, __, response) => {
      started.signal('SIGTERM');
      response.setHeader('x-version', 'v2').end('other');
    });
    const started = start(
      '--url',
      `http://127.0.0.1:${port}/`,
      '--connections',
      '1',
      '--expect',
      'web',
      '--seconds',
      '600',
    );
    await started.ended;
    expect(started.output).toMatch(
      /^\d+ requests in .*\nfailed: 0 without an answer, 0 not 2xx, [1-9]\d* with another body\nmilliseconds: .*\nversion v2: \d+\nat 0\.\d+ s: other\n/,
    );
  });

  test.each([
    [['--url', 'www.acme.example'], '--url is "www.acme.example", and has to be like https://www.acme.example/'],
    [
      ['--url', 'http://a.example/', '--resolve', 'b.example:80:127.0.0.1'],
      '--resolve is for b.example:80, and --url asks a.example:80',
    ],
    [
      ['--url', 'http://a.example/', '--resolve', 'a.example:80'],
      '--resolve is "a.example:80", and has to be like www.acme.example:443:203.0.113.5',
    ],
    [['--url', 'http://a.example/', '--expect', '('], '--expect: error parsing regexp'],
    [['--url', 'https://a.example/', '--ca', '/nowhere'], '--ca: open /nowhere: no such file'],
    [['--url', 'http://a.example/', '--connections', '0'], '--connections and --seconds are above 0'],
  ])('%j is refused', async (args, why) => {
    const started = start(...args);
    expect([await started.ended, started.output]).toEqual([2, expect.stringContaining(why)]);
  });
});
