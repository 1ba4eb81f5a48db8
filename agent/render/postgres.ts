/** What of Postgres follows from the machine; everything else stays as Debian and Postgres have it. */
export interface PostgresProps {
  /** MiB it may use. */
  readonly memory: number;
  /** Where containers reach the machine, and which network they come from. */
  readonly gateway: string;
  readonly subnet: string;
}

/** conf.d/berth.conf. Shares follow postgresql.org's own advice: a quarter for the cache, three quarters assumed cached in all. */
export function postgresSettings({ memory, gateway }: PostgresProps): string {
  const share = (part: number): number => Math.max(1, Math.floor(memory * part));
  return [
    "# Written by the agent: the environment's file decides.",
    // containers and the machine itself, nobody else
    `listen_addresses = '127.0.0.1,${gateway}'`,
    'max_connections = 100',
    `shared_buffers = ${share(0.25)}MB`,
    `effective_cache_size = ${share(0.75)}MB`,
    `maintenance_work_mem = ${Math.min(1024, share(0.0625))}MB`,
    `work_mem = ${Math.max(1, Math.floor(memory / 400))}MB`,
    'wal_buffers = 8MB',
    'max_wal_size = 1GB',
    'checkpoint_completion_target = 0.9',
    // the volume is a network's solid-state disk
    'random_page_cost = 1.1',
    'effective_io_concurrency = 100',
    'password_encryption = scram-sha-256',
    // no statement of a service, with whatever is in it, comes into a log because it failed
    'log_min_error_statement = panic',
    // the journal, and with it the bucket
    "log_destination = 'syslog'",
    "syslog_ident = 'postgresql'",
    "log_line_prefix = '%u@%d '",
    '',
  ].join('\n');
}

/** pg_hba.conf: the machine's own users by who they are, each service to the database of its name by its password. */
export const postgresAccess = ({ subnet }: Pick<PostgresProps, 'subnet'>): string =>
  ['# Written by the agent.', 'local all all peer', `host sameuser all ${subnet} scram-sha-256`, ''].join('\n');
