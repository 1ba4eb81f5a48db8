import { createHash, createHmac } from 'node:crypto';
import { convergePostgres, type PostgresWanted, scramVerifier } from '../../agent/steps/postgres';
import { FakeHost } from './fake-host';

describe('the verifier is what RFC 7677 asks of one', () => {
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
  const nonce = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
  // the conversation of the RFC's section 3
  const said = `n=user,r=rOprNGfwEbeRWgbNEkqO,r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=${nonce}`;
  const proof = Buffer.from('dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=', 'base64');
  const [, stored, server] = /^SCRAM-SHA-256\$4096:W22ZaJ0SNY7soEsUEjb6gQ==\$([^:]+):(.+)$/
    .exec(scramVerifier('pencil', salt))!
    .map((part) => Buffer.from(part, 'base64')) as [Buffer, Buffer, Buffer];
  const hmac = (key: Buffer): Buffer => createHmac('sha256', key).update(said).digest();

  test('a client that knows the password is recognized by it', () => {
    const signature = hmac(stored);
    const clientKey = proof.map((byte, index) => byte ^ signature[index]!);
    expect(createHash('sha256').update(clientKey).digest()).toEqual(stored);
  });

  test('and the server by the client', () => {
    expect(hmac(server).toString('base64')).toBe('6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
  });

  test('two of one password differ', () => expect(scramVerifier('pencil')).not.toBe(scramVerifier('pencil')));
});

/** As much of a server as is asked: its roles with their verifiers, its databases, whether it runs. */
class Server extends FakeHost {
  running = false;
  pendingRestart = false;
  private looks = 0;
  readonly roles = new Map<string, string>([['postgres', '']]);
  readonly databases = new Map<string, string>([['postgres', 'postgres']]);
  readonly statements: string[] = [];

  override answer = (line: string, { input = '' }: { input?: string }): { code?: number; stdout?: string } => {
    if (line.startsWith('setpriv')) return { stdout: this.sql(input.trim()) };
    if (line.startsWith('pg_createcluster')) this.write('/etc/postgresql/17/main/postgresql.conf', '');
    if (line.startsWith('systemctl is-active')) return { code: this.running ? 0 : 3 };
    if (/^systemctl (start|restart)/.test(line)) this.running = true;
    return {};
  };

  private sql(statement: string): string {
    const [, role, verifier] = /^(?:CREATE|ALTER) ROLE "(\w+)" LOGIN PASSWORD '([^']+)';$/.exec(statement) ?? [];
    const [, database, databaseOwner] = /^CREATE DATABASE "(\w+)" OWNER "(\w+)";$/.exec(statement) ?? [];
    if (!statement.startsWith('SELECT')) this.statements.push(statement.replace(/'[^']+'/, '…'));
    if (role !== undefined) this.roles.set(role, verifier!);
    if (database !== undefined) this.databases.set(database, databaseOwner!);
    if (statement.includes('FROM pg_roles')) return `${[...this.roles.keys()].join('\n')}\n`;
    if (statement.includes('FROM pg_database')) return `${[...this.databases.keys()].join('\n')}\n`;
    if (statement.includes('FROM pg_authid'))
      return [...this.roles]
        .filter(([, kept]) => kept !== '')
        .map(([name, kept]) => `${name} ${kept}\n`)
        .join('');
    // it has read its files by the second time that it is asked
    if (statement.includes('pg_conf_load_time')) return `${this.looks++}\n`;
    if (statement.includes('pending_restart')) return this.pendingRestart ? '1\n' : '0\n';
    return '';
  }

  did = (what: RegExp): string[] => this.ran.splice(0).filter((line) => what.test(line));
}

const wanted = (changes: Partial<PostgresWanted> = {}): PostgresWanted => ({
  version: 17,
  folder: '/mnt/data/postgres',
  memory: 512,
  gateway: '172.18.0.1',
  subnet: '172.18.0.0/16',
  users: { 'web-shop': 'canary-one', api: 'canary-two' },
  ...changes,
});
const changing = /systemctl (start|restart|reload)|createcluster|chown|rm /;

let server: Server;
beforeEach(() => {
  server = new Server();
});

test('an empty volume gets a cluster, and each service a role and a database that only it may enter', async () => {
  await convergePostgres(server, wanted());
  expect(server.did(changing)).toEqual([
    'pg_createcluster 17 main --datadir /mnt/data/postgres/17 --start-conf auto',
    'systemctl start postgresql@17-main',
  ]);
  expect(server.statements).toEqual([
    'CREATE ROLE "web_shop" LOGIN PASSWORD …;',
    'CREATE DATABASE "web_shop" OWNER "web_shop";',
    'REVOKE CONNECT, TEMPORARY ON DATABASE "web_shop" FROM PUBLIC;',
    'CREATE ROLE "api" LOGIN PASSWORD …;',
    'CREATE DATABASE "api" OWNER "api";',
    'REVOKE CONNECT, TEMPORARY ON DATABASE "api" FROM PUBLIC;',
  ]);
});

test('a second time, nothing is changed and nothing restarted', async () => {
  await convergePostgres(server, wanted());
  server.did(/./);
  server.statements.length = 0;
  await convergePostgres(server, wanted());
  expect([server.did(changing), server.statements]).toEqual([[], []]);
});

test('the cluster of the machine before is taken over as it lies on the volume', async () => {
  server.write('/mnt/data/postgres/17/PG_VERSION', '17\n');
  await convergePostgres(server, wanted());
  expect(server.did(changing)).toEqual([
    'chown -R postgres:postgres /mnt/data/postgres/17',
    'rm -f /mnt/data/postgres/17/postmaster.pid',
    'pg_createcluster 17 main --datadir /mnt/data/postgres/17 --start-conf auto',
    'systemctl start postgresql@17-main',
  ]);
});

test.each([
  [false, ['systemctl reload postgresql@17-main']],
  [true, ['systemctl reload postgresql@17-main', 'systemctl restart postgresql@17-main']],
])(
  'other settings are read while it runs; connections are cut only when that is not enough (%s)',
  async (pending, expected) => {
    await convergePostgres(server, wanted());
    server.did(/./);
    server.pendingRestart = pending;
    await convergePostgres(server, wanted({ memory: 1024 }));
    expect(server.did(changing)).toEqual(expected);
  },
);

test('a role whose password is another gets the one of the file', async () => {
  await convergePostgres(server, wanted());
  server.roles.set('api', scramVerifier('something else'));
  server.statements.length = 0;
  await convergePostgres(server, wanted());
  expect(server.statements).toEqual(['ALTER ROLE "api" LOGIN PASSWORD …;']);
});

test("a user that Postgres refuses holds up no other, and is told by the service's name", async () => {
  const usual = server.answer;
  server.answer = (line, options) =>
    (options.input?.includes('"pg_backup"')
      ? { code: 3, stderr: 'ERROR:  role name "pg_backup" is reserved\n' }
      : usual.call(server, line, options)) as { code?: number; stdout?: string };
  expect(await convergePostgres(server, wanted({ users: { 'pg-backup': 'canary-one', api: 'canary-two' } }))).toEqual({
    'pg-backup': 'setpriv --reuid ended with 3: ERROR:  role name "pg_backup" is reserved',
  });
  expect([...server.databases.keys()]).toEqual(['postgres', 'api']);
});

test('no password is on a command line, in a statement or in a file', async () => {
  await convergePostgres(server, wanted());
  expect([...server.ran, ...server.inputs, ...server.files.values()].filter((text) => text.includes('canary'))).toEqual(
    [],
  );
});

test("what fails is told in the tool's own words", async () => {
  server.answer = (line) =>
    line.startsWith('systemctl start')
      ? { code: 1, stderr: 'Job for postgresql@17-main.service failed.\n' }
      : line.includes('is-active')
        ? { code: 3 }
        : {};
  await expect(convergePostgres(server, wanted())).rejects.toThrow(
    'systemctl start ended with 1: Job for postgresql@17-main.service failed.',
  );
});
