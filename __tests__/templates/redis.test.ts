import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { credentials } from '../../agent/credentials';
import { datastoreEnvironment } from '../../agent/datastore-environment';
import { redisSettings, redisUsers } from '../../agent/render/redis';
import { arbitraryText } from '../arbitrary-text';

const isHere =
  spawnSync('redis-server', ['--version']).status === 0 && spawnSync('redis-cli', ['--version']).status === 0;

// words of the ACL language, of redis.conf and of SQL, and whatever else a service may be called
const odd = [
  'on',
  'off',
  'reset',
  'nopass',
  'allkeys',
  'allcommands',
  'resetkeys',
  'sanitize-payload',
  'user',
  'users',
  'select',
  'all',
  'constructor',
  'default-2',
  'berth-1',
  'x'.repeat(60),
];
const names = [
  ...new Set([...odd, ...fc.sample(fc.stringMatching(/^[a-z][a-z0-9-]{0,40}[a-z0-9]$/), { numRuns: 60, seed: 6 })]),
];
const texts = fc.sample(arbitraryText(), { numRuns: 40, seed: 7 });

(isHere ? describe : describe.skip)(
  `Redis, read by redis-server and redis-cli${isHere ? '' : " (skipped: Debian's redis-server is not installed)"}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'redis-'));
    const services = Object.fromEntries(names.map((name) => [name, { datastores: { redis: 'REDIS_URL' } }])) as never;
    const own = credentials({ read: () => undefined, write: () => true }, folder, { services, datastores: {} });
    const users = names.map((name) => ({ name, ...own.redis[name]! }));
    let server: ChildProcess;
    let port: number;

    const urlOf = (name: string): string =>
      datastoreEnvironment(name, [['redis', 'REDIS_URL']], own).REDIS_URL!.replace(
        '@redis:6379/',
        `@127.0.0.1:${port}/`,
      );
    const redis = (name: string, args: readonly string[], input?: string): string =>
      execFileSync('redis-cli', ['-u', urlOf(name), '--no-auth-warning', ...args], { encoding: 'utf8', input });
    const asAgent = (...args: string[]): string =>
      execFileSync('redis-cli', ['-p', String(port), '--user', 'berth', '--no-auth-warning', ...args], {
        encoding: 'utf8',
        env: { ...process.env, REDISCLI_AUTH: own.agent },
      });

    beforeAll(async () => {
      const free = createServer().listen(0, '127.0.0.1');
      await once(free, 'listening');
      port = (free.address() as AddressInfo).port;
      free.close();
      await once(free, 'close');
      writeFileSync(join(folder, 'redis.conf'), redisSettings({ memory: 64, gateway: '127.0.0.1', folder }));
      writeFileSync(join(folder, 'users.acl'), redisUsers(users, { name: 'berth', password: own.agent }));
      server = spawn('redis-server', [join(folder, 'redis.conf'), '--port', String(port), '--bind', '127.0.0.1'], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let said = '';
      await new Promise<void>((resolve, reject) => {
        const heard = (text: Buffer): void => {
          if ((said += String(text)).includes('Ready to accept connections')) resolve();
        };
        server.stdout!.on('data', heard);
        server.stderr!.on('data', heard);
        server.once('exit', () => reject(new Error(`redis-server ended: ${said}`)));
      });
    });
    afterAll(async () => {
      if (server.exitCode === null && server.kill()) await once(server, 'exit');
      rmSync(folder, { recursive: true, force: true });
    });

    test('knows each service by its name, whatever that is, by the URL that the service gets, and in the database of that service alone', () => {
      expect(users.map(({ name }) => redis(name, ['ACL', 'WHOAMI']).trim())).toEqual(names);
      const clients = users.map(({ name }) => redis(name, ['CLIENT', 'INFO']));
      expect(clients.map((info) => [/ db=(\d+)/.exec(info)?.[1], / user=(\S+)/.exec(info)?.[1]])).toEqual(
        users.map(({ name, database }) => [String(database), name]),
      );
      expect(new Set(users.map(({ database }) => database)).size).toBe(users.length);
      const [first, second] = users as [(typeof users)[number], (typeof users)[number]];
      expect(redis(first.name, ['SELECT', String(second.database)])).toMatch(/NOPERM/);
    });

    test('has nobody else: what it loaded is what was written, and nobody gets in without a password', () => {
      expect(asAgent('ACL', 'USERS').trim().split('\n').sort()).toEqual([...names, 'berth', 'default'].sort());
      expect(execFileSync('redis-cli', ['-p', String(port), 'PING'], { encoding: 'utf8' })).toMatch(/NOAUTH/);
    });

    test('keeps any text as it was', () => {
      const found = texts.map((text) => {
        redis(names[0]!, ['-x', 'SET', 'text'], text);
        return redis(names[0]!, ['--raw', '-D', '', 'GET', 'text']);
      });
      expect(found).toEqual(texts);
    });
  },
);
