import { join } from 'node:path';
import { redisSettings, redisUsers } from '../render/redis';
import type { Credentials } from '../credentials';
import { type Host, must } from '../host';
import { isApplied, markApplied } from '../applied-config';

export interface RedisWanted {
  /** MiB it may use. */
  readonly memory: number;
  readonly gateway: string;
  /** On the volume. */
  readonly folder: string;
  readonly users: Credentials['redis'];
  /** Whether they share one database and its channels. */
  readonly shared?: boolean;
  /** The agent's own password. */
  readonly agent: string;
}

export const redisConfig = '/etc/berth/redis.conf';
const agentUser = 'berth';
const applied = { settings: `${redisConfig}.taken`, users: '/etc/berth/redis-users.taken' } as const;

/** Brings Redis to what is wanted: users while it runs, settings by a restart, which it survives with its data. */
export async function convergeRedis(
  machine: Host,
  { memory, gateway, folder, users, shared, agent }: RedisWanted,
): Promise<void> {
  await must(machine, 'install', ['-d', '-o', 'redis', '-g', 'redis', '-m', '0750', folder]);
  // users have other numbers on another machine
  await must(machine, 'chown', ['-R', 'redis:redis', folder]);
  const acl = join(folder, 'users.acl');
  const settings = redisSettings({ memory, gateway, folder });
  const people = redisUsers(
    Object.entries(users).map(([name, user]) => ({ name, ...user })),
    { name: agentUser, password: agent },
    shared,
  );
  machine.write(redisConfig, settings);
  if (machine.write(acl, people, 0o640)) await must(machine, 'chown', ['redis:redis', acl]);
  const running = (await machine.run('systemctl', ['is-active', '--quiet', 'redis-server'])).code === 0;
  if (!running || !isApplied(machine, applied.settings, settings))
    await must(machine, 'systemctl', [running ? 'restart' : 'start', 'redis-server']);
  // without -e a refusal would be no error
  else if (!isApplied(machine, applied.users, people))
    await must(machine, 'redis-cli', ['-e', '--user', agentUser, 'ACL', 'LOAD'], { env: { REDISCLI_AUTH: agent } });
  markApplied(machine, applied.settings, settings);
  markApplied(machine, applied.users, people);
}
