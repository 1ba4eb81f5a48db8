import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Desired } from '../contract/desired';
import type { Host } from './host';
import { learnSecret } from '../lib/redact';

/** Passwords that were born on this machine. They are on the volume, and go to the next machine with it. */
export interface Credentials {
  readonly postgres: Readonly<Record<string, string>>;
  /**
   * Each service has a database of its own: Redis knows them by number, and a number is never given to another. In number 0 every
   * connection begins: it is the one that services share, or nobody's.
   */
  readonly redis: Readonly<Record<string, { readonly password: string; readonly database: number }>>;
  /** The agent's own, with which it looks after Redis. */
  readonly agent: string;
}

/** As they are kept: with the number of every database that there ever was. */
interface Kept extends Credentials {
  readonly numbers?: Readonly<Record<string, number>>;
}

/**
 * Those that are there, and new ones for services that have none yet. Of a service that is gone the passwords are forgotten: its data stays, and if it comes back, it
 * gets new ones. Its database in Redis keeps its number, which is how Redis knows the data.
 */
export function credentials(
  machine: Pick<Host, 'read' | 'write'>,
  folder: string,
  { services, datastores }: Pick<Desired, 'services' | 'datastores'>,
): Credentials {
  const file = join(folder, 'credentials.json');
  const text = machine.read(file);
  const kept: Kept = text === undefined ? { postgres: {}, redis: {}, agent: password() } : parsed(file, text);
  const uses = (store: 'postgres' | 'redis'): string[] =>
    Object.keys(services).filter((name) => services[name]!.datastores?.[store] !== undefined);
  const numbers: Record<string, number> = {
    ...kept.numbers,
    ...Object.fromEntries(Object.entries(kept.redis).map(([name, { database }]) => [name, database])),
  };
  for (const name of uses('redis')) if (!own(numbers, name)) numbers[name] = 1 + Math.max(0, ...Object.values(numbers));
  const all: Credentials = {
    postgres: Object.fromEntries(uses('postgres').map((name) => [name, own(kept.postgres, name) ?? password()])),
    redis: Object.fromEntries(
      uses('redis').map((name) => [
        name,
        { password: own(kept.redis, name)?.password ?? password(), database: numbers[name]! },
      ]),
    ),
    agent: kept.agent,
  };
  for (const secret of [
    ...Object.values(all.postgres),
    ...Object.values(all.redis).map((each) => each.password),
    all.agent,
  ])
    learnSecret(secret);
  machine.write(file, `${JSON.stringify({ ...all, numbers }, null, 2)}\n`, 0o600);
  if (!datastores.redis?.shared) return all;
  return {
    ...all,
    redis: Object.fromEntries(Object.entries(all.redis).map(([name, user]) => [name, { ...user, database: 0 }])),
  };
}

const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

/** 192 bits in letters that no URL and no shell has to escape. */
const password = (): string => randomBytes(24).toString('base64url');

/** Passwords cannot be born twice: the databases have the old ones. */
function parsed(file: string, text: string): Kept {
  try {
    const kept = JSON.parse(text) as Partial<Kept> | null;
    const isNumber = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0;
    const sound =
      typeof kept?.agent === 'string' &&
      every(kept.postgres, (value) => typeof value === 'string') &&
      every(kept.numbers ?? {}, isNumber) &&
      every(kept.redis, (value) => typeof value?.password === 'string' && isNumber(value.database));
    if (sound) return kept as Kept;
  } catch {
    // told below
  }
  throw new Error(`${file} is damaged: restore it from a backup, or remove it, and every service gets new passwords`);
}

const every = <T>(record: Readonly<Record<string, T>> | undefined, sound: (value: T) => boolean): boolean =>
  typeof record === 'object' && record !== null && !Array.isArray(record) && Object.values(record).every(sound);
