import { createHash } from 'node:crypto';

export interface RedisProps {
  /** MiB of data at most; what does not fit is refused, not forgotten. */
  readonly memory: number;
  readonly gateway: string;
  readonly folder: string;
}

/** redis.conf: data on the volume, each write on disk within a second. */
export const redisSettings = ({ memory, gateway, folder }: RedisProps): string => [
  '# Written by the agent: the environment\'s file decides.',
  `bind 127.0.0.1 ${gateway}`,
  'port 6379',
  'protected-mode yes',
  `dir ${folder}`,
  'appendonly yes',
  'appendfsync everysec',
  // the data set itself: buffers and the copy while saving need the rest
  `maxmemory ${Math.floor(memory * 0.75)}mb`,
  // queues must not lose jobs; whoever caches sets times to live
  'maxmemory-policy noeviction',
  `aclfile ${folder}/users.acl`,
  'databases 1024',
  'logfile ""',
  'syslog-enabled no',
  '',
].join('\n');

export interface RedisUser {
  readonly name: string;
  readonly password: string;
}

/** users.acl: nobody without a password, services without the commands that administer the server. Passwords only as SHA-256. */
export const redisUsers = (users: readonly RedisUser[], agent: RedisUser): string => [
  'user default off',
  `user ${agent.name} on #${sha256(agent.password)} ~* +@all`,
  ...users.map(({ name, password }) => `user ${name} on #${sha256(password)} ~* &* +@all -@admin -flushall -flushdb -swapdb -debug`),
  '',
].join('\n');

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
