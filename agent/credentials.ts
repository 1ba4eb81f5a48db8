import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Desired } from '../templates/converge/desired';
import type { Host } from './host';
import { learnSecret } from './redact';

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

/** Those that are there, and new ones for services that have none yet. */
export function credentials(machine: Pick<Host, 'read' | 'write'>, folder: string, { services, datastores }: Pick<Desired, 'services' | 'datastores'>): Credentials {
  const file = join(folder, 'credentials.json');
  const text = machine.read(file);
  const kept = text === undefined ? { postgres: {}, redis: {}, agent: password() } : parsed(file, text);
  const uses = (store: 'postgres' | 'redis'): string[] => Object.keys(services).filter((name) => services[name]!.datastores?.[store] !== undefined);
  const postgres = { ...kept.postgres };
  for (const name of uses('postgres')) postgres[name] ??= password();
  const redis = { ...kept.redis };
  for (const name of uses('redis')) if (!redis[name]?.database) redis[name] = { password: redis[name]?.password ?? password(), database: 1 + Math.max(0, ...Object.values(redis).map(({ database }) => database)) };
  for (const secret of [...Object.values(postgres), ...Object.values(redis).map((each) => each.password), kept.agent]) learnSecret(secret);
  const all: Credentials = { postgres, redis, agent: kept.agent };
  machine.write(file, `${JSON.stringify(all, null, 2)}\n`, 0o600);
  if (!datastores.redis?.shared) return all;
  return { ...all, redis: Object.fromEntries(Object.entries(redis).map(([name, user]) => [name, { ...user, database: 0 }])) };
}

/** 192 bits in letters that no URL and no shell has to escape. */
const password = (): string => randomBytes(24).toString('base64url');

/** Passwords cannot be born twice: the databases have the old ones. */
function parsed(file: string, text: string): Credentials {
  try {
    return JSON.parse(text) as Credentials;
  } catch {
    throw new Error(`${file} is damaged: restore it from a backup, or remove it, and every service gets new passwords`);
  }
}
