import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identifier, sqlText } from '../../lib/text/postgres';
import { arbitraryText } from '../arbitrary-text';
import { buildProgram, whyNoGo } from '../../simulator/registry/go-program';
import { Started } from '../../simulator/__tests__/registry/started';

// Debian's own, as a machine has it
const versions = '/usr/lib/postgresql';
const binaries = (existsSync(versions) ? readdirSync(versions) : [])
  .map((version) => join(versions, version, 'bin'))
  .find((folder) => existsSync(join(folder, 'postgres')));
const why = whyNoGo() ?? (binaries && process.getuid?.() === 0 ? undefined : 'apt-get install postgresql, and be root');
const suite = why ? describe.skip : describe;

suite(`a service and its Postgres${why ? ` (skipped: ${why})` : ''}`, () => {
  let folder: string;
  let program: string;
  let postgres: Started;
  let url: string;
  const running: Started[] = [];

  // Postgres refuses to be root
  const asPostgres = ['--reuid=postgres', '--regid=postgres', '--clear-groups', '--no-new-privs'];
  const startPostgres = async (): Promise<void> => {
    postgres = new Started(
      '/usr/bin/setpriv',
      [
        ...asPostgres,
        join(binaries!, 'postgres'),
        '-D',
        join(folder, 'data'),
        '-c',
        `unix_socket_directories=${folder}`,
        '-c',
        'listen_addresses=',
        '-c',
        'fsync=off',
      ],
      { LC_ALL: 'C.UTF-8' },
    );
    await postgres.says(/ready to accept connections/);
  };
  const start = (env: Record<string, string>, ...args: string[]): Started => {
    const started = new Started(program, args, { SERVICE: 'api', VERSION: 'v3', DATABASE_URL: url, ...env });
    running.push(started);
    return started;
  };
  const serve = async (): Promise<string> =>
    `http://127.0.0.1:${(await start({ PORT: '0' }).says(/listens on port (\d+)/))[1]}`;
  const post = (at: string, id: string) => fetch(`${at}/rows`, { method: 'POST', body: JSON.stringify({ id }) });
  const count = async (at: string): Promise<unknown> =>
    ((await (await fetch(`${at}/visits`)).json()) as { rows: number }).rows;

  beforeAll(async () => {
    program = await buildProgram('service');
    // not where only we may look: Postgres is another user
    folder = mkdtempSync('/dev/shm/berth-postgres-');
    execFileSync('chown', ['postgres', folder]);
    writeFileSync(join(folder, 'password'), 's3cret', { mode: 0o644 });
    execFileSync(
      '/usr/bin/setpriv',
      [
        ...asPostgres,
        join(binaries!, 'initdb'),
        '-D',
        join(folder, 'data'),
        '--no-sync',
        '--auth=scram-sha-256',
        '--username=api',
        `--pwfile=${join(folder, 'password')}`,
      ],
      { cwd: '/', env: { LC_ALL: 'C.UTF-8' }, stdio: 'ignore' },
    );
    url = `postgres://api:s3cret@/postgres?host=${folder}`;
    await startPostgres();
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.end()));
  });
  afterAll(async () => {
    (postgres as Started | undefined)?.signal('SIGQUIT');
    await (postgres as Started | undefined)?.ended;
    rmSync(folder, { recursive: true, force: true });
  });

  test('Postgres reads texts and names letter by letter', () => {
    const texts = fc.sample(arbitraryText(), { numRuns: 500, seed: 9 });
    const names = [
      ...new Set(
        texts.filter((text) => text !== '' && Buffer.byteLength(text) <= 63 && !/^(pg_|public$|none$)/.test(text)),
      ),
    ];
    const sql = [
      ...texts.map((text) => `SELECT encode(convert_to(${sqlText(text)}, 'UTF8'), 'hex');`),
      ...names.map((name) => `CREATE ROLE ${identifier(name)} NOLOGIN;`),
      ...names.map(
        (name) => `SELECT encode(convert_to(rolname, 'UTF8'), 'hex') FROM pg_roles WHERE rolname = ${sqlText(name)};`,
      ),
      ...names.map((name) => `DROP ROLE ${identifier(name)};`),
    ].join('\n');
    const said = execFileSync(
      'psql',
      [
        '--no-psqlrc',
        '--quiet',
        '--tuples-only',
        '--no-align',
        '--set',
        'ON_ERROR_STOP=1',
        '--host',
        folder,
        '--username',
        'api',
        'postgres',
      ],
      { input: sql, encoding: 'utf8', env: { ...process.env, PGPASSWORD: 's3cret', PGCLIENTENCODING: 'UTF8' } },
    );
    expect(
      said
        .split('\n')
        .slice(0, -1)
        .map((hex) => Buffer.from(hex, 'hex').toString()),
    ).toEqual([...texts, ...names]);
  });

  test('finds no tables and makes them, whoever of several comes first', async () => {
    const sites = await Promise.all([serve(), serve(), serve()]);
    const counts = await Promise.all(sites.map(count));
    expect(counts.every((rows) => typeof rows === 'number')).toBe(true);
    expect(await count(sites[0]!)).toBe(4);
  });

  test('acknowledges a row that is there, and outlives a restart of its database', async () => {
    const at = await serve();
    const answer = await post(at, 'one');
    expect([answer.status, await answer.json()]).toEqual([201, { id: 'one', service: 'api', version: 'v3' }]);
    // what is sent again is one row
    expect((await post(at, 'one')).status).toBe(201);
    postgres.signal('SIGINT');
    await postgres.ended;
    const refused = await post(at, 'two');
    expect([refused.status, await refused.text()]).toEqual([500, expect.not.stringContaining('s3cret')]);
    await startPostgres();
    while ((await post(at, 'three')).status !== 201);
    expect(await (await fetch(`${at}/rows`)).json()).toMatchObject({ ids: ['one', 'three'] });
  });

  test('says what a row looks like', async () => {
    const answer = await fetch(`${await serve()}/rows`, { method: 'POST', body: 'one' });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { error: 'the body is JSON like {"id": "one"}', service: 'api', version: 'v3' },
    ]);
  });

  test("keeps a worker's heartbeats and a job's runs", async () => {
    await start({}).says(/heartbeat 1\n/);
    const job = start({}, 'python', '-m', 'report');
    expect([await job.ended, job.output]).toEqual([0, 'api v3 runs python -m report\napi v3 did python -m report\n']);
    const rows = execFileSync(
      join(binaries!, 'psql'),
      [url, '-tA', '-c', 'SELECT (SELECT count(*) > 0 FROM heartbeats), (SELECT array_agg(command) FROM runs)'],
      { encoding: 'utf8' },
    );
    expect(rows).toBe('t|{"python -m report"}\n');
  });

  test('ends a job whose database refuses it with 1, and tells nobody the password', async () => {
    const job = start({ DATABASE_URL: url.replace('s3cret', 'wr0ng') }, 'report');
    expect([await job.ended, job.output]).toEqual([
      1,
      expect.stringContaining('FATAL report: pq: password authentication failed'),
    ]);
    expect(job.output).not.toContain('wr0ng');
  });
});
