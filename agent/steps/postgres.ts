import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { poll, PollTimeout } from '../../lib/poll';
import { identifier } from '../../lib/text/postgres';
import { postgresAccess, type PostgresProps, postgresSettings } from '../render/postgres';
import { type Host, must } from '../host';
import { isApplied, markApplied } from '../applied-config';

export interface PostgresWanted extends PostgresProps {
  readonly version: number;
  /** Where the cluster lies on the volume. */
  readonly folder: string;
  /** Passwords by service. */
  readonly users: Readonly<Record<string, string>>;
}

/** The database and the user of a service: its own name, as on a laptop. */
export const databaseOf = (service: string): string => service.replaceAll('-', '_');

/**
 * Brings Postgres to what is wanted. The cluster of a former machine is taken over as it lies on the volume. Gives back which services could not get their
 * user or database, and why: that holds up no other.
 */
export async function convergePostgres(machine: Host, wanted: PostgresWanted): Promise<Record<string, string>> {
  const { version, folder, users } = wanted;
  const data = join(folder, String(version));
  const config = `/etc/postgresql/${version}/main`;
  const unit = `postgresql@${version}-main`;
  await must(machine, 'install', ['-d', '-o', 'postgres', '-g', 'postgres', '-m', '0700', folder]);
  if (!machine.exists(`${config}/postgresql.conf`)) await createCluster(machine, version, data);
  const [settings, access] = [postgresSettings(wanted), postgresAccess(wanted)];
  machine.write(`${config}/conf.d/berth.conf`, settings);
  machine.write(`${config}/pg_hba.conf`, access);
  const applied = `${config}/berth.taken`;
  if ((await machine.run('systemctl', ['is-active', '--quiet', unit])).code !== 0) {
    await must(machine, 'systemctl', ['start', unit]);
    await untilReady(machine);
  } else if (!isApplied(machine, applied, settings + access)) {
    const before = await sql(machine, 'SELECT pg_conf_load_time()');
    await must(machine, 'systemctl', ['reload', unit]);
    // it reads its files a moment later, and knows only then what it cannot take up as it runs
    await poll(async () => (await sql(machine, 'SELECT pg_conf_load_time()')) !== before || undefined, {
      timeout: 5_000,
      interval: 100,
    }).catch((error: unknown) => {
      if (!(error instanceof PollTimeout)) throw error;
    });
    // only what cannot be changed while it runs takes the connections down
    if ((await sql(machine, 'SELECT count(*) FROM pg_settings WHERE pending_restart')) !== '0') {
      await must(machine, 'systemctl', ['restart', unit]);
      await untilReady(machine);
    }
  }
  markApplied(machine, applied, settings + access);
  return convergeUsers(machine, users);
}

async function createCluster(machine: Host, version: number, data: string): Promise<void> {
  if (machine.exists(`${data}/PG_VERSION`)) {
    // users have other numbers on another machine; Debian takes a cluster over when its configuration lies with it
    await must(machine, 'chown', ['-R', 'postgres:postgres', data]);
    for (const name of ['postgresql.conf', 'pg_hba.conf', 'pg_ident.conf']) machine.write(`${data}/${name}`, '');
    // left behind by a machine that went down without a word
    await must(machine, 'rm', ['-f', `${data}/postmaster.pid`]);
  }
  await must(machine, 'pg_createcluster', [String(version), 'main', '--datadir', data, '--start-conf', 'auto'], {
    timeout: 120_000,
  });
  await must(machine, 'pg_conftool', [String(version), 'main', 'set', 'include_dir', 'conf.d']);
  await must(machine, 'systemctl', ['daemon-reload']);
}

async function untilReady(machine: Host): Promise<void> {
  await must(
    machine,
    'sh',
    [
      '-c',
      'for i in $(seq 600); do pg_isready --quiet --username postgres && exit 0; sleep 0.1; done; echo "Postgres does not accept connections" >&2; exit 1',
    ],
    { timeout: 90_000 },
  );
}

async function convergeUsers(machine: Host, users: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const roles = new Set((await sql(machine, 'SELECT rolname FROM pg_roles')).split('\n'));
  const databases = new Set((await sql(machine, 'SELECT datname FROM pg_database')).split('\n'));
  // whether a role's password is the one in the file is asked of its verifier: nothing is written when it is
  const verifiers = new Map(
    (await sql(machine, "SELECT rolname || ' ' || rolpassword FROM pg_authid WHERE rolpassword IS NOT NULL"))
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
  const refused: Record<string, string> = {};
  for (const [service, password] of Object.entries(users)) {
    const name = databaseOf(service);
    try {
      if (!roles.has(name))
        await sql(machine, `CREATE ROLE ${identifier(name)} LOGIN PASSWORD '${scramVerifier(password)}'`);
      else if (!fits(password, verifiers.get(name)))
        await sql(machine, `ALTER ROLE ${identifier(name)} LOGIN PASSWORD '${scramVerifier(password)}'`);
      if (databases.has(name)) continue;
      await sql(machine, `CREATE DATABASE ${identifier(name)} OWNER ${identifier(name)}`);
      await sql(machine, `REVOKE CONNECT, TEMPORARY ON DATABASE ${identifier(name)} FROM PUBLIC`);
    } catch (error) {
      refused[service] = (error as Error).message;
    }
  }
  return refused;
}

/** One statement, as the server's own user; rows without decoration. The statement goes in by standard input. */
async function sql(machine: Host, statement: string): Promise<string> {
  return (
    await must(
      machine,
      'setpriv',
      [
        '--reuid',
        'postgres',
        '--regid',
        'postgres',
        '--init-groups',
        '--',
        'psql',
        '--no-psqlrc',
        '--quiet',
        '--tuples-only',
        '--no-align',
        '--set',
        'ON_ERROR_STOP=1',
        '--dbname',
        'postgres',
      ],
      { input: `${statement};\n` },
    )
  ).trim();
}

const iterations = 4096;

/** What Postgres keeps instead of a password (RFC 5803): made here, so that the password itself is in no statement. */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16), rounds: number = iterations): string {
  const salted = pbkdf2Sync(password, salt, rounds, 32, 'sha256');
  const hmac = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(hmac('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${rounds}:${salt.toString('base64')}$${stored}:${hmac('Server Key').toString('base64')}`;
}

function fits(password: string, verifier: string | undefined): boolean {
  const match = /^SCRAM-SHA-256\$(\d+):([^$]+)\$/.exec(verifier ?? '');
  return match !== null && scramVerifier(password, Buffer.from(match[2]!, 'base64'), Number(match[1])) === verifier;
}
