import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Call, type Fault, parseFaults, readFaults, recording, withFaults } from '../faults';
import type { Service, ServiceName } from '../service';
import { createDigitalOcean } from '../digitalocean';
import { serve } from './vendor';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A service that counts what reached it. */
function counter(name: ServiceName = 'digitalocean') {
  const reached: string[] = [];
  const service: Service = {
    name,
    listener(request, response) {
      reached.push(`${request.method} ${request.url}`);
      request
        .resume()
        .on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{"fine":true}'));
    },
  };
  return { service, reached };
}

async function open(service: Service): Promise<(path: string, init?: RequestInit) => Promise<Response>> {
  const server = createServer(service.listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return (path, init) => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, init);
}

async function statuses(plan: Fault[], calls: [method: string, path: string][], name?: ServiceName): Promise<number[]> {
  const call = await open(withFaults(plan, counter(name).service));
  const seen = [];
  for (const [method, path] of calls) seen.push((await call(path, { method })).status);
  return seen;
}

const get = (path: string): [string, string] => ['GET', path];

test.each<[string, Fault, [string, string][], number[]]>([
  ['every call', { status: 503 }, [get('/a'), ['POST', '/b']], [503, 503]],
  ['one method', { method: 'POST', status: 500 }, [get('/a'), ['POST', '/a']], [200, 500]],
  [
    'a path and its query',
    { path: '^/v2/tags\\?page=2$', status: 500 },
    [get('/v2/tags'), get('/v2/tags?page=2')],
    [200, 500],
  ],
  [
    'the second matching call only',
    { path: '/a', nth: 2, status: 500 },
    [get('/a'), get('/b'), get('/a'), get('/a')],
    [200, 200, 500, 200],
  ],
  [
    'two calls in a row from the second',
    { nth: 2, times: 2, status: 500 },
    [get('/a'), get('/a'), get('/a'), get('/a')],
    [200, 500, 500, 200],
  ],
  ['the first two calls', { times: 2, status: 500 }, [get('/a'), get('/a'), get('/a')], [500, 500, 200]],
  ['another service', { service: 'spaces', status: 500 }, [get('/a')], [200]],
])('a fault hits %s', async (_, fault, calls, expected) => {
  expect(await statuses([fault], calls)).toEqual(expected);
});

test('of two faults that fit, the first that is due acts, and both count', async () => {
  expect(
    await statuses(
      [
        { nth: 2, status: 500 },
        { nth: 2, status: 503 },
        { nth: 3, status: 429 },
      ],
      [get('/a'), get('/a'), get('/a')],
    ),
  ).toEqual([200, 500, 429]);
});

test.each<[ServiceName, Record<string, string | null>, RegExp]>([
  [
    'digitalocean',
    { 'ratelimit-remaining': '0', 'retry-after': '1', 'content-type': 'application/json' },
    /"id":"too_many_requests"/,
  ],
  [
    'github',
    { 'x-ratelimit-remaining': '0', 'retry-after': '1', 'content-type': 'application/json' },
    /"message":"API rate limit exceeded".*"status":"429"/,
  ],
  ['spaces', { 'retry-after': '1', 'content-type': 'application/xml' }, /<Code>SlowDown<\/Code>/],
])("a 429 of %s looks like the vendor's", async (name, headers, body) => {
  const call = await open(withFaults([{ status: 429 }], counter(name).service));
  const response = await call('/a');
  expect(Object.fromEntries(Object.keys(headers).map((header) => [header, response.headers.get(header)]))).toEqual(
    headers,
  );
  expect(await response.text()).toMatch(body);
});

test.each<[Fault, Record<string, string | null>, RegExp]>([
  [
    { status: 403, limit: 'primary', retryAfter: 60 },
    { 'x-ratelimit-remaining': '0', 'retry-after': null },
    /"message":"API rate limit exceeded".*"status":"403"/,
  ],
  [
    { status: 403, limit: 'secondary', retryAfter: 60 },
    { 'x-ratelimit-remaining': null, 'retry-after': '60' },
    /secondary rate limit.*"status":"403"/,
  ],
  [{ status: 403 }, { 'x-ratelimit-remaining': null, 'retry-after': null }, /"message":"You do not have access/],
])("GitHub's limits can be told from each other and from a refusal: %j", async (fault, headers, body) => {
  const call = await open(withFaults([fault], counter('github').service));
  const response = await call('/a');
  expect(Object.fromEntries(Object.keys(headers).map((header) => [header, response.headers.get(header)]))).toEqual(
    headers,
  );
  expect(await response.text()).toMatch(body);
});

test('a fault can bring a body of its own, and a HEAD has none', async () => {
  const call = await open(withFaults([{ status: 422, body: { id: 'mine' } }], counter().service));
  expect(await (await call('/a')).json()).toEqual({ id: 'mine' });
  expect(await (await call('/a', { method: 'HEAD' })).text()).toBe('');
});

test.each([
  ['before', 0],
  ['after', 1],
] as const)('a connection that is cut %s the cloud acted gives no answer', async (cut, times) => {
  const { service, reached } = counter();
  const call = await open(withFaults([{ cut, nth: 1 }], service));
  await expect(call('/a', { method: 'POST', body: 'x' })).rejects.toThrow('fetch failed');
  expect(reached).toHaveLength(times);
  expect((await call('/a')).status).toBe(200);
});

test('what was made before the answer was lost is there, and making it again says so', async () => {
  const served = await serve(
    withFaults([{ method: 'POST', path: '^/v2/volumes$', nth: 1, cut: 'after' }], createDigitalOcean()),
  );
  closers.push(served.close);
  const request = { name: 'data', region: 'fra1', size_gigabytes: 1 };
  await expect(served.call('POST', '/v2/volumes', request)).rejects.toThrow('fetch failed');
  expect((await served.expect(200, 'GET', '/v2/volumes')).meta.total).toBe(1);
  await served.expect(409, 'POST', '/v2/volumes', request);
});

test('a delay holds the call up and lets it through then', async () => {
  const { service, reached } = counter();
  const call = await open(withFaults([{ delayMs: 60 }], service));
  const from = performance.now();
  const answer = call('/a');
  expect((await answer).status).toBe(200);
  expect(performance.now() - from).toBeGreaterThan(50);
  expect(reached).toEqual(['GET /a']);
});

test('every call is recorded once, with faults before it or not, and never with its secrets', async () => {
  const log: Call[] = [];
  const call = await open(recording(withFaults([{ nth: 2, cut: 'before' }], counter('spaces').service), log));
  await (
    await call('/a?x-amz-signature=abc&X-Amz-Credential=DO00&b=1', {
      method: 'PUT',
      body: 'secret',
      headers: { authorization: 'AWS4 secret' },
    })
  ).text();
  await expect(call('/b')).rejects.toThrow();
  // The record is written when the connection has closed on the server's side.
  while (log.length < 2)
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  expect(log).toEqual([
    {
      service: 'spaces',
      method: 'PUT',
      path: '/a?x-amz-signature=…&X-Amz-Credential=…&b=1',
      status: 200,
      ms: expect.any(Number),
    },
    { service: 'spaces', method: 'GET', path: '/b', ms: expect.any(Number) },
  ]);
  expect(JSON.stringify(log)).not.toMatch(/secret|abc|DO00/);
});

test('a deploy can be walked through with each of its calls failing in turn', async () => {
  const deploy = async (plan: Fault[], log: Call[]) => {
    const served = await serve(recording(withFaults(plan, createDigitalOcean()), log));
    closers.push(served.close);
    const steps = [
      ['POST', '/v2/tags', { name: 'a' }],
      ['GET', '/v2/tags/a', undefined],
      ['DELETE', '/v2/tags/a', undefined],
    ] as const;
    const outcome = [];
    for (const [method, path, body] of steps) outcome.push((await served.call(method, path, body)).status);
    return outcome;
  };
  const log: Call[] = [];
  expect(await deploy([], log)).toEqual([201, 200, 204]);
  const failures = await Promise.all(log.map((_, index) => deploy([{ nth: index + 1, status: 500 }], [])));
  expect(failures).toEqual([
    [500, 404, 404],
    [201, 500, 204],
    [201, 200, 500],
  ]);
});

describe('fault plans', () => {
  const read = (text: string) => parseFaults(text, 'plan.yaml');

  test.each([
    '- { service: digitalocean, path: "^/v2/droplets", nth: 2, status: 503 }',
    '[{"service":"digitalocean","path":"^/v2/droplets","nth":2,"status":503}]',
  ])('a plan can be YAML or JSON: %s', (text) => {
    expect(read(text)).toEqual([{ service: 'digitalocean', path: '^/v2/droplets', nth: 2, status: 503 }]);
  });

  test('a plan is read from its file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'simulator-test-'));
    closers.push(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'plan.yaml'), '- { status: 500 }');
    expect(readFaults(join(folder, 'plan.yaml'))).toEqual([{ status: 500 }]);
  });

  test('all mistakes are told at once, each with its place', () => {
    const text = [
      '- { status: 200 }',
      '- { servce: spaces, status: 500 }',
      '- { path: "(", cut: later, nth: 0 }',
      '- { nth: 1 }',
      '- { status: 500, cut: after }',
      '- { status: 500, limit: primary }',
    ].join('\n');
    expect(() => read(text)).toThrow(
      new Error(
        [
          'plan.yaml is invalid:',
          '  0.status  Too small: expected number to be >=400',
          '  1  Unrecognized key: "servce"',
          '  2.path  is not a regular expression',
          '  2.nth  Too small: expected number to be >=1',
          '  2.cut  Invalid option: expected one of "before"|"after"',
          '  3  does nothing: give it a status, a delayMs or a cut',
          '  4  has a status and a cut: a connection that is cut has no answer',
          '  5  has a limit: GitHub answers those with 403 or 429',
        ].join('\n'),
      ),
    );
  });

  test('a plan that is no list, no YAML or not there says so', () => {
    expect(() => read('status: 500')).toThrow(/plan.yaml is invalid:\n {2}the plan {2}must be a list of faults/);
    expect(() => read('- {')).toThrow(/^plan.yaml cannot be read as a fault plan: /);
    expect(() => readFaults('/nowhere/plan.yaml')).toThrow(/ENOENT.*\/nowhere\/plan.yaml/);
  });
});
