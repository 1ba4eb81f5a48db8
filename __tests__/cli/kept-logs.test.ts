import http from 'node:http';
import { gzipSync } from 'node:zlib';
import type { AddressInfo } from 'node:net';
import { KeptLogs, type Wanted } from '../../cli/kept-logs';
import { spanOf } from '../../cli/log-span';
import { ObjectStore } from '../../lib/object-store';
import { createSpaces } from '../../simulator/spaces';
import { keep, kept } from './kept-lines';

const key = { accessKeyId: 'OWNER', secretAccessKey: 'secret' };
const spaces = createSpaces({
  keyOf: (accessKey) =>
    accessKey === 'OWNER'
      ? { accessKey, secretKey: 'secret', grants: [{ bucket: '', permission: 'fullaccess' }] }
      : undefined,
});
/** How many of the next calls are answered with a 503, or cut. */
let refused = 0;
let cut = 0;
const server = http.createServer((request, response) => {
  if (cut-- > 0) return void request.socket.destroy();
  if (refused-- > 0) return void response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>');
  spaces.listener(request, response);
});
let endpoint: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

let name: string;
let store: ObjectStore;
let count = 0;
beforeEach(() => {
  refused = cut = 0;
  name = `logs-${++count}`;
  spaces.createBucket(name, 'fra1');
  store = new ObjectStore({ ...key, endpoint });
});

const at = (time: string): number => Date.parse(`2026-11-21T${time}Z`);
const day = spanOf(at('00:00:00'), at('23:59:59'));

async function found(wanted: Partial<Wanted> = {}): Promise<string[]> {
  const logs = new KeptLogs(store, name);
  const all: string[] = [];
  for await (const keys of logs.keys({ ...day, ...wanted }))
    all.push(...(await logs.read(keys, { ...day, ...wanted })).map(({ line }) => line.message));
  return all;
}

describe('of what is kept', () => {
  beforeEach(async () => {
    await keep(spaces, name, [
      kept('2026-11-21T11:59:59.100Z', 'api', 'INFO: started'),
      kept('2026-11-21T11:59:59.300Z', 'api', 'ERROR: no "database" "service":"web"'),
      kept('2026-11-21T11:59:59.400Z', 'web', 'ready', { priority: 3 }),
    ]);
    await keep(
      spaces,
      name,
      [kept('2026-11-21T11:59:59.200Z', 'kernel', 'out of memory', { priority: 3 })],
      'b'.repeat(32),
    );
    await keep(spaces, name, [
      kept('2026-11-21T12:00:00Z', 'redis-server', 'größe'),
      kept('2026-11-21T12:30:00Z', 'api', 'Traceback (most recent call last):'),
    ]);
  });

  const [started, memory, database, ready, size, trace] = [
    'INFO: started',
    'out of memory',
    'ERROR: no "database" "service":"web"',
    'ready',
    'größe',
    'Traceback (most recent call last):',
  ] as const;

  test.each<[string, Partial<Wanted>, string[]]>([
    ['everything', {}, [started, memory, database, ready, size, trace]],
    ['a service', { service: 'api' }, [started, database, trace]],
    ['a service that others speak of', { service: 'web' }, [ready]],
    ['errors', { errors: true }, [memory, database, ready, trace]],
    ['errors of a service', { service: 'api', errors: true }, [database, trace]],
    ['text, as it was printed', { grep: 'no "data' }, [database]],
    ['text in every alphabet', { grep: 'öß' }, [size]],
    ['text of the message, and not of what stands around it', { grep: 'redis' }, []],
    ['what was until a moment', { until: spanOf(0, at('11:59:59.200')).until }, [started, memory]],
    ['what was since a moment', { since: spanOf(at('12:00:00.001'), 0).since }, [trace]],
  ])('%s is found, by time', async (_, wanted, expected) => {
    expect(await found(wanted)).toEqual(expected);
  });

  test('everybody who has spoken is known', async () => {
    expect(await new KeptLogs(store, name).services(day)).toEqual(['api', 'kernel', 'redis-server', 'web']);
  });

  test.each([
    [
      'are refused',
      () => {
        refused = 2;
      },
    ],
    [
      'are cut',
      () => {
        cut = 2;
      },
    ],
  ])('nothing is missing when two calls %s', async (_, go) => {
    go();
    expect(await found({ service: 'redis-server' })).toEqual([size]);
  });

  test('what keeps failing is an error that says what was asked for', async () => {
    refused = Infinity;
    await expect(found()).rejects.toThrow(`${name}/logs/2026-11-21/00/: 503 SlowDown`);
    cut = Infinity;
    await expect(found()).rejects.toThrow(`GET ${name}: socket hang up`);
  });
});

test('what somebody else has put among the logs hides none of them', async () => {
  await keep(spaces, name, [kept('2026-11-21T12:00:00Z', 'api', 'hello')]);
  const [key] = spaces.keys(name).filter((each) => each.startsWith('logs/'));
  const odd = [
    'null',
    '{}',
    'hello',
    '{"time":"2026-11-21T12:00:01Z","service":"api","priority":3}',
    '{"time":1,"service":{},"message":[]}',
    JSON.stringify(kept('2026-11-21T12:00:02Z', 'api', 'world')),
  ];
  await spaces.put(name, key!.replace(/\.gz$/, '0.gz'), gzipSync(odd.join('\n')));
  await spaces.put(name, key!.replace(/\.gz$/, '1.gz'), Buffer.from('no archive'));
  const all = await found();
  expect([all.slice(1), all[0]]).toEqual([
    ['hello', 'world'],
    expect.stringMatching(/ cannot be read as logs: incorrect header check$/) as string,
  ]);
});

test('more objects than one listing shows are all read', async () => {
  for (let n = 0; n < 1_100; n++)
    await keep(spaces, name, [kept(new Date(at('12:00:00') + n * 1000).toISOString(), 'api', `line ${n}`, { seq: n })]);
  expect(await found()).toEqual(Array.from({ length: 1_100 }, (_, n) => `line ${n}`));
});

test('a bucket without logs, one with some, and none at all are told apart', async () => {
  const any = (bucketName: string) => new KeptLogs(store, bucketName).any();
  expect(await any(name)).toBe(false);
  await keep(spaces, name, [kept('2026-11-21T12:00:00Z', 'api', 'x')]);
  expect(await any(name)).toBe(true);
  expect(await any('no-such-bucket')).toBeUndefined();
});
