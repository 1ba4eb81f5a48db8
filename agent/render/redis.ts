import { createHash } from 'node:crypto';

export interface RedisProps {
  /** MiB of data at most; what does not fit is refused, not forgotten. */
  readonly memory: number;
  readonly gateway: string;
  readonly folder: string;
}

/** redis.conf: data on the volume, each write on disk within a second. */
export const redisSettings = ({ memory, gateway, folder }: RedisProps): string =>
  [
    "# Written by the agent: the environment's file decides.",
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

export interface RedisService extends RedisUser {
  /** The one database that it may select. */
  readonly database: number;
}

/** Everything but what administers the server or reaches beyond one database. */
const commands = [
  '+@all',
  '-@admin',
  '-@dangerous',
  '+info',
  '+sort',
  '+sort_ro',
  // into another database
  '-select',
  '-move',
  '-copy',
  // what the whole server has one of: libraries, scripts, the list of channels, and who has touched which key
  '-function',
  '-fcall',
  '-fcall_ro',
  '-script|flush',
  '-script|kill',
  '-script|debug',
  '-pubsub',
  '+pubsub|numsub',
  '-client|tracking',
];

/**
 * users.acl: nobody without a password, and a service in its own database only. Redis has one set of channels for all databases: where
 * several services use it and do not share it, each has those that begin with its name and a colon. Passwords only as SHA-256.
 */
export const redisUsers = (users: readonly RedisService[], agent: RedisUser, shared = false): string =>
  [
    'user default off',
    `user ${agent.name} on #${sha256(agent.password)} ~* +@all`,
    ...users.map(({ name, password, database }) =>
      [
        `user ${name} on #${sha256(password)} resetchannels &${shared || users.length === 1 ? '' : `${name}:`}* ~*`,
        ...commands,
        `+select|${database}`,
      ].join(' '),
    ),
    '',
  ].join('\n');

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
