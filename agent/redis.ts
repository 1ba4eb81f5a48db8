import { join } from 'node:path';
import { redisSettings, redisUsers } from '../templates/converge/redis';
import type { Credentials } from './credentials';
import { type Host, must } from './host';

export interface RedisWanted {
  /** MiB it may use. */
  readonly memory: number;
  readonly gateway: string;
  /** On the volume. */
  readonly folder: string;
  readonly users: Credentials['redis'];
  /** The agent's own password. */
  readonly agent: string;
}

export const redisConfig = '/etc/berth/redis.conf';
const agentUser = 'berth';

/** Brings Redis to what is wanted: users while it runs, settings by a restart, which it survives with its data. */
export async function convergeRedis(machine: Host, { memory, gateway, folder, users, agent }: RedisWanted): Promise<void> {
  await must(machine, 'install', ['-d', '-o', 'redis', '-g', 'redis', '-m', '0750', folder]);
  // users have other numbers on another machine
  await must(machine, 'chown', ['-R', 'redis:redis', folder]);
  const acl = join(folder, 'users.acl');
  const settings = machine.write(redisConfig, redisSettings({ memory, gateway, folder }));
  const people = machine.write(acl, redisUsers(Object.entries(users).map(([name, { password }]) => ({ name, password })), { name: agentUser, password: agent }), 0o640);
  if (people) await must(machine, 'chown', ['redis:redis', acl]);
  const running = (await machine.run('systemctl', ['is-active', '--quiet', 'redis-server'])).code === 0;
  if (!running || settings) await must(machine, 'systemctl', [running ? 'restart' : 'start', 'redis-server']);
  else if (people) await must(machine, 'redis-cli', ['--user', agentUser, 'ACL', 'LOAD'], { env: { REDISCLI_AUTH: agent } });
}
