import http from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildProgram } from '../../registry/go-program';
import { suiteOfPrograms } from './programs';
import { Started } from './started';

suiteOfPrograms('the stand-in service', () => {
  let program: string;
  const running: { end(): Promise<unknown> }[] = [];

  beforeAll(async () => {
    program = await buildProgram('service');
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.end()));
  });

  const start = (env: Record<string, string> = {}, ...args: string[]): Started => {
    const started = new Started(program, args, { SERVICE: 'web', VERSION: 'v3', ...env });
    running.push(started);
    return started;
  };

  /** Starts it as a server and gives where it listens. */
  async function serve(env: Record<string, string> = {}): Promise<{ started: Started; port: number; at: string }> {
    const started = start({ PORT: '0', ...env });
    const port = Number((await started.says(/listens on port (\d+)/))[1]);
    return { started, port, at: `http://127.0.0.1:${port}` };
  }

  const get = async (url: string): Promise<[number, string]> => {
    const answer = await fetch(url, { headers: { connection: 'close' } });
    return [answer.status, (await answer.text()).trim()];
  };

  describe('a server', () => {
    test('says who it is, on every path and in a header', async () => {
      const { at } = await serve();
      const answer = await fetch(`${at}/any/path?x=1`);
      expect([answer.status, await answer.text(), answer.headers.get('x-version')]).toEqual([200, 'web v3\n', 'v3']);
      expect(await get(`${at}/api/v1/health`)).toEqual([200, 'web v3']);
    });

    test('that is never healthy says why on its health paths, and serves all others', async () => {
      const { at } = await serve({ NEVER_HEALTHY: 'migrations pending' });
      expect(await get(`${at}/api/health`)).toEqual([503, 'web v3: migrations pending']);
      expect(await get(`${at}/`)).toEqual([503, 'web v3: migrations pending']);
      expect(await get(`${at}/page`)).toEqual([200, 'web v3']);
    });

    test('that starts up is not healthy before its time', async () => {
      const { at } = await serve({ HEALTHY_AFTER_MS: '600000' });
      expect(await get(`${at}/health`)).toEqual([503, expect.stringMatching(/^web v3: starting: \d+\.\d s left$/)]);
    });

    test('that starts up is healthy in the end', async () => {
      const { at } = await serve({ HEALTHY_AFTER_MS: '200' });
      while ((await get(`${at}/`))[0] === 503) await sleep(20);
      expect(await get(`${at}/`)).toEqual([200, 'web v3']);
    });

    test('that is told to stop is unhealthy and serves on, then ends well', async () => {
      const { started, at } = await serve({ DRAIN_MS: '600000' });
      started.signal('SIGTERM');
      await started.says(/web v3 drains/);
      expect(await get(`${at}/health`)).toEqual([503, 'web v3: draining: told to stop']);
      expect(await get(`${at}/`)).toEqual([200, 'web v3']);
      // told again, it waits no longer
      started.signal('SIGTERM');
      expect(await started.ended).toBe(0);
      expect(started.output).toMatch(/web v3 stopped\n$/);
    });

    test('drains for as long as it was told', async () => {
      const { started } = await serve({ DRAIN_MS: '0' });
      started.signal('SIGTERM');
      expect(await started.ended).toBe(0);
    });

    test('tells what reached it: headers, address and the size of the body', async () => {
      const { at } = await serve();
      const answer = await fetch(`${at}/api/echo?q=1`, {
        method: 'POST',
        body: 'x'.repeat(70_000),
        headers: { 'x-forwarded-for': '198.51.100.7' },
      });
      expect(await answer.json()).toMatchObject({
        service: 'web',
        version: 'v3',
        method: 'POST',
        path: '/api/echo?q=1',
        bodyBytes: 70_000,
        remoteAddress: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
        headers: { 'x-forwarded-for': '198.51.100.7', host: at.slice('http://'.length) },
      });
    });

    test('counts nothing where it was given no datastore, and says that rows need one', async () => {
      const { at } = await serve();
      expect(await get(`${at}/visits`)).toEqual([200, '{"hits":null,"rows":null,"service":"web","version":"v3"}']);
      expect(await get(`${at}/rows`)).toEqual([
        500,
        '{"error":"DATABASE_URL is not set","service":"web","version":"v3"}',
      ]);
    });

    test.each([
      ['DATABASE_URL', 'is of another kind', 'mysql://u:s3cret@host/db'],
      ['DATABASE_URL', 'leads nowhere', 'postgres://u:s3cret@127.0.0.1:1/db'],
      ['DATABASE_URL', 'is no address', 'postgres://u:s3cret@h ost/db'],
      ['REDIS_URL', 'is no address', 'redis://u:s3cret@h ost'],
      ['REDIS_URL', 'leads nowhere', 'redis://u:s3cret@127.0.0.1:1'],
    ])('whose %s %s says so without the password in it', async (name, _, value) => {
      const { started, at } = await serve({ [name]: value });
      const [status, body] = await get(`${at}/visits`);
      expect([status, `${body}${started.output}`]).toEqual([500, expect.not.stringContaining('s3cret')]);
    });
  });

  describe('streams', () => {
    test('events come one after the other, and end well when the service stops', async () => {
      const { started, port } = await serve({ DRAIN_MS: '0' });
      const text = await new Promise<string>((resolve, reject) => {
        http
          .get({ port, host: '127.0.0.1', path: '/api/events', agent: false }, (response) => {
            let seen = '';
            response.setEncoding('utf8').on('data', (chunk: string) => {
              seen += chunk;
              if (seen.includes('id: 2')) started.signal('SIGTERM');
            });
            response.on('error', reject).on('end', () => resolve(seen));
          })
          .on('error', reject);
      });
      expect(text).toMatch(/^id: 1\ndata: web v3 1\n\nid: 2\ndata: web v3 2\n\n/);
      expect(await started.ended).toBe(0);
    });

    test('a WebSocket echoes, and is told that the service goes away', async () => {
      const { started, port } = await serve({ DRAIN_MS: '0' });
      const socket = net.connect(port, '127.0.0.1');
      let seen = Buffer.alloc(0);
      const closed = new Promise((resolve) => socket.on('close', resolve));
      socket.on('error', () => undefined);
      let look = (): void => undefined;
      socket.on('data', (chunk: Buffer) => {
        seen = Buffer.concat([seen, chunk]);
        look();
      });
      const sees = (words: string): Promise<void> =>
        new Promise((resolve, reject) => {
          look = () => {
            if (seen.includes(Buffer.from(words, 'latin1'))) resolve();
          };
          look();
          void closed.then(() => reject(new Error(`it closed after ${seen.toString('latin1')}`)));
        });
      socket.write(
        `GET /api/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`,
      );
      await sees('\r\n\r\n');
      expect(seen.toString('latin1')).toMatch(/^HTTP\/1.1 101 /);
      // "hi" as a client sends it, masked with zeros, and as a server does
      socket.write(Buffer.from('\x81\x82\0\0\0\0hi', 'latin1'));
      await sees('\x81\x02hi');
      started.signal('SIGTERM');
      // 1001, going away
      await sees('\x03\xe9');
      socket.end();
      await closed;
      expect(await started.ended).toBe(0);
    });
  });

  describe('Redis', () => {
    /** As much of Redis as is asked for; each connection has to introduce itself. */
    async function redis(): Promise<{ port: number; asked: string[] }> {
      const asked: string[] = [];
      let hits = 0;
      const server = net.createServer((socket) => {
        socket
          .setEncoding('utf8')
          .on('error', () => undefined)
          .on('data', (chunk: string) => {
            const words = chunk.split('\r\n').filter((line) => line !== '' && !/^[*$]\d+$/.test(line));
            asked.push(words.join(' '));
            if (words[0] === 'AUTH')
              socket.write(words.at(-1) === 's3cret' ? '+OK\r\n' : '-WRONGPASS invalid username-password pair\r\n');
            else socket.write(words[0] === 'INCR' ? `:${++hits}\r\n` : '+OK\r\n');
          });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      running.push({ end: () => new Promise((resolve) => server.close(resolve)) });
      return { port: (server.address() as net.AddressInfo).port, asked };
    }

    test('is told user, password and database before a hit is counted', async () => {
      const { port, asked } = await redis();
      const { at } = await serve({ REDIS_URL: `redis://web:s3cret@127.0.0.1:${port}/2` });
      await get(`${at}/api/visits`);
      expect(await get(`${at}/api/visits`)).toEqual([200, '{"hits":2,"rows":null,"service":"web","version":"v3"}']);
      expect(asked.slice(0, 3)).toEqual(['AUTH web s3cret', 'SELECT 2', 'INCR visits']);
    });

    test('that refuses is quoted', async () => {
      const { port } = await redis();
      const { at } = await serve({ REDIS_URL: `redis://:wrong@127.0.0.1:${port}` });
      expect(await get(`${at}/visits`)).toEqual([500, expect.stringContaining('redis refused AUTH: WRONGPASS')]);
    });
  });

  describe('what is no server', () => {
    test('a worker keeps a heartbeat until it is told to stop', async () => {
      const worker = start();
      await worker.says(/^web v3 heartbeat 1\n/);
      worker.signal('SIGTERM');
      expect([await worker.ended, worker.output]).toEqual([0, 'web v3 heartbeat 1\nweb v3 stopped\n']);
    });

    test('a worker without its database says so and waits for it', async () => {
      const worker = start({ DATABASE_URL: 'postgres://u:s3cret@127.0.0.1:1/db' });
      await worker.says(/heartbeat 1 failed: .*connection refused/);
      worker.signal('SIGTERM');
      expect([await worker.ended, worker.output]).toEqual([0, expect.not.stringContaining('s3cret')]);
    });

    test('a job runs whatever it is called, once', async () => {
      const job = start({}, 'python', '-m', 'asset_archive.report');
      expect([await job.ended, job.output]).toEqual([
        0,
        'web v3 runs python -m asset_archive.report\nweb v3 did python -m asset_archive.report\n',
      ]);
    });

    test('a job that fails ends with 3', async () => {
      const job = start({ JOB_FAILS: '1' }, 'report');
      expect([await job.ended, job.output]).toEqual([3, expect.stringContaining('FATAL report: JOB_FAILS is set')]);
    });

    test('a service that has a port and a command of its own is a server', async () => {
      const server = start({ PORT: '0' }, 'node', 'server.js');
      await server.says(/listens on port/);
    });

    test('a release that crashes says what its last words are, whatever it was to be', async () => {
      for (const env of [{ PORT: '0' }, {}] as Record<string, string>[]) {
        const crashed = start({ ...env, CRASH: 'config: DATABASE_URL is not set' });
        expect([await crashed.ended, crashed.output]).toEqual([1, 'FATAL config: DATABASE_URL is not set\n']);
      }
    });
  });
});
