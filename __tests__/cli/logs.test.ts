import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { LogLine } from '../../contract/log';
import { logText } from '../../cli/log-text';
import { type Cloud, startCloud } from '../../scenario/cloud';
import { withoutCredentials } from '../../simulator/credentials';
import { keep, kept } from './kept-lines';
import { Project, root } from './project';

const exchange = 'asset-archive-staging-exchange';

let project: Project;
let cloud: Cloud;
beforeAll(async () => {
  project = new Project();
  cloud = await startCloud();
  cloud.spaces.createBucket(exchange, 'fra1');
});
beforeEach(() => cloud.spaces.keys(exchange).forEach((key) => cloud.spaces.delete(exchange, key)));
afterAll(async () => {
  await cloud.close();
  project.remove();
});

const logs = (...args: string[]) => project.berth(['logs', 'staging', ...args], cloud.env());
const day = ['--since', '2026-11-21', '--until', '2026-11-21T23:59'];

async function aDay(): Promise<void> {
  await keep(cloud.spaces, exchange, [
    kept('2026-11-21T11:59:59.100Z', 'api', 'INFO: started'),
    kept('2026-11-21T11:59:59.300Z', 'api', 'ERROR: no "database"'),
    kept('2026-11-21T11:59:59.400Z', 'web', 'ready', { priority: 3 }),
  ]);
  await keep(
    cloud.spaces,
    exchange,
    [kept('2026-11-21T11:59:59.200Z', 'kernel', 'Out of memory: Killed process 7 (node)', { priority: 3 })],
    'b'.repeat(32),
  );
  await keep(cloud.spaces, exchange, [
    kept('2026-11-21T12:00:00Z', 'redis-server', 'ready'),
    kept('2026-11-21T12:30:00Z', 'api', 'Traceback (most recent call last):\n  File "x"\nValueError: y'),
  ]);
}

test('all of a span is printed by time, whichever machine and hour it is from', async () => {
  await aDay();
  expect(await logs(...day)).toMatchObject({
    code: 0,
    output: [
      '11:59:59 api           INFO: started',
      '11:59:59 kernel        Out of memory: Killed process 7 (node)',
      '11:59:59 api           ERROR: no "database"',
      '11:59:59 web           ready',
      '12:00:00 redis-server  ready',
      '12:30:00 api           Traceback (most recent call last):',
      '                         File "x"',
      '                       ValueError: y',
      '',
    ].join('\n'),
  });
});

test('a datastore is found under the name that its unit has, and whatever else logs under its own', async () => {
  await aDay();
  expect((await logs('redis', ...day)).stdout).toBe('12:00:00 redis-server  ready\n');
  expect((await logs('kernel', '--errors', '--grep', 'memory', ...day)).stdout).toBe(
    '11:59:59 kernel        Out of memory: Killed process 7 (node)\n',
  );
});

test('--json prints lines as they are kept', async () => {
  await aDay();
  const { stdout } = await logs(...day, 'kernel', '--json');
  expect(
    stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as LogLine),
  ).toEqual([kept('2026-11-21T11:59:59.200Z', 'kernel', 'Out of memory: Killed process 7 (node)', { priority: 3 })]);
});

test('over more than a day each line has its date', async () => {
  await aDay();
  expect((await logs('--since', '2026-11-20T23:00', '--until', '2026-11-21T23:00', 'kernel')).stdout).toBe(
    '2026-11-21 11:59:59 kernel        Out of memory: Killed process 7 (node)\n',
  );
});

describe('what is not there is told', () => {
  test('no bucket, no logs yet, nothing in the span', async () => {
    expect(await logs()).toMatchObject({
      code: 1,
      output:
        'staging has no logs yet: its machine has not booted to its end, or cannot reach its bucket; npx berth status staging tells more\n',
    });
    await aDay();
    expect(
      await logs('api', '--grep', 'x"y', '--since', '2026-11-01T10:00', '--until', '2026-11-01T11:00'),
    ).toMatchObject({
      code: 0,
      stdout: '',
      output: 'staging: nothing from api with "x\\"y" between 2026-11-01T10:00:00 and 2026-11-01T11:00:00 UTC\n',
    });
    expect(await project.berth(['logs', 'production'], cloud.env())).toMatchObject({
      code: 1,
      output:
        'production has no bucket asset-archive-production-exchange: deploy it first (npx cdktf deploy production)\n',
    });
  });

  test('a service that nobody knows, with the one that was meant and all there are', async () => {
    await aDay();
    expect(await logs('apii', ...day)).toMatchObject({
      code: 1,
      output:
        'staging has no service "apii"; did you mean "api"?\n  services: web, api, worker, cms, report\n  on its machine: kernel, redis-server\n',
    });
  });

  test('an environment that nobody knows, times that are none, and a span that ends before it begins', async () => {
    expect(await project.berth(['logs', 'stagin'], cloud.env())).toMatchObject({
      code: 1,
      output: 'there is no environment "stagin"; there are: production, staging; did you mean "staging"?\n',
    });
    expect(await logs('--since', 'yesterday')).toMatchObject({
      code: 2,
      output: expect.stringContaining("argument 'yesterday' is invalid. Write how long ago (90s, 15m, 2h, 3d)"),
    });
    await aDay();
    expect(await logs('--since', '12:00', '--until', '11:00')).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^--since \S+ is later than --until \S+: swap them\n$/),
    });
  });
});

test('--follow goes on with what comes, each line once, and ends when it is told to', async () => {
  const line = (message: string, ago: number) =>
    kept(new Date(Date.now() - ago).toISOString(), 'api', message, { seq: 60_000 - ago });
  await keep(cloud.spaces, exchange, [line('long before', 20 * 60_000)]);
  await keep(cloud.spaces, exchange, [line('before', 50)]);
  const child = spawn(process.execPath, [join(root, 'bin/berth.js'), 'logs', 'staging', 'api', '--follow'], {
    cwd: project.folder,
    env: { ...withoutCredentials(process.env), ...cloud.env() },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  let output = '';
  child.stdout.setEncoding('utf8');
  const said = async (text: string): Promise<void> => {
    for await (const chunk of child.stdout.iterator({ destroyOnReturn: false }) as AsyncIterable<string>) {
      output += chunk;
      if (output.includes(text)) return;
    }
  };
  await said('before');
  await keep(cloud.spaces, exchange, [line('after', 10)]);
  await said('after');
  // shipped late, by a machine that could not reach the bucket for a while
  await keep(cloud.spaces, exchange, [line('late', 3 * 60_000)], 'b'.repeat(32));
  await said('late');
  child.kill('SIGINT');
  expect([output.replace(/^\S+ api +/gm, ''), await ended]).toEqual(['before\nafter\nlate\n', 'SIGINT']);
});

describe('a line as text', () => {
  const plain = { colour: false, width: 6, date: false };
  test('can neither colour nor steer the terminal that shows it', () => {
    const line = kept(
      '2026-11-21T11:59:59Z',
      'api',
      '\u001b[31mred\u001b[0m \u001b]0;title\u0007 \u001b[2J\u0008\u009b tab\there\r\nnext\u0000',
    );
    expect(logText(line, plain)).toBe('11:59:59 api     red  \\u0008\\u009b tab\there\n                 next\\u0000');
  });

  test('has a colour for its service, and for errors', () => {
    const text = logText(kept('2026-11-21T11:59:59Z', 'api', 'ERROR: x'), { ...plain, colour: true });
    expect(text).toContain('\u001b[31mERROR: x\u001b[39m');
    expect(text.split('\u001b').length).toBe(7);
  });
});
