import { readFileSync } from 'node:fs';
import { ObjectStore } from '../lib/object-store';

/** What the boot layer left for the agent: where the buckets are, and the machine's own key to them. */
export interface Settings {
  /** `https://fra1.digitaloceanspaces.com` */
  readonly endpoint: string;
  readonly configBucket: string;
  readonly exchangeBucket: string;
  readonly backupsBucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Which of the environment's machines this is; it was born with the number. */
  readonly generation: number;
  /** Name of the data volume at DigitalOcean. */
  readonly volume: string;
  /** Where the agent keeps what it knows, across restarts. */
  readonly folder: string;
}

export const bootFiles = {
  environment: '/etc/berth/boot.env',
  key: '/etc/berth/spaces.curlrc',
  folder: '/var/lib/berth',
} as const;

/** Reads the two files that cloud-init wrote. The key is in one that only root can read. */
export function readSettings(files: { environment: string; key: string; folder: string } = bootFiles): Settings {
  const lines = readFileSync(files.environment, 'utf8')
    .split('\n')
    .filter((line) => line.includes('='));
  const variables = new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  const variable = (name: string): string => {
    const value = variables.get(name);
    if (!value) throw new Error(`${files.environment} has no ${name}`);
    return value;
  };
  const key = /^user = "([^":]+):([^"]+)"$/m.exec(readFileSync(files.key, 'utf8'));
  if (!key) throw new Error(`${files.key} holds no key`);
  return {
    endpoint: variable('SPACES_ENDPOINT'),
    configBucket: variable('CONFIG_BUCKET'),
    exchangeBucket: variable('EXCHANGE_BUCKET'),
    backupsBucket: variable('BACKUPS_BUCKET'),
    generation: Number(variable('GENERATION')),
    volume: variable('VOLUME_NAME'),
    accessKeyId: key[1]!,
    secretAccessKey: key[2]!,
    folder: files.folder,
  };
}

/**
 * The environment's buckets, opened with the machine's key. One attempt per request: whatever fails is tried again by the loop that asked.
 * The limit is far above anything the agent reads, and below what would exhaust the machine's memory.
 */
export const objectStore = (settings: Settings): ObjectStore =>
  new ObjectStore({ ...settings, attempts: 1, timeout: 20_000, maxBytes: 32 * 1024 * 1024 });
