import { parse } from 'yaml';
import * as z from 'zod';
import { renderUserData } from './user-data';

const name = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/);
const variables = z.strictObject({
  GENERATION: z.string().regex(/^\d{1,6}$/),
  VOLUME_NAME: name,
  SWAP_MIB: z.string().regex(/^\d{1,6}$/),
  SPACES_ENDPOINT: z.string().regex(/^https:\/\/[a-z]{3}\d\.digitaloceanspaces\.com$/),
  CONFIG_BUCKET: name,
  EXCHANGE_BUCKET: name,
  BACKUPS_BUCKET: name,
});
/** A bucket of a stack, as the stack's JSON has it. */
export interface SpacesBucket {
  readonly name?: unknown;
  readonly region?: unknown;
}

const config = z.object({
  hostname: name,
  packages: z.array(z.string()),
  write_files: z.array(z.object({ path: z.string(), content: z.string() })),
});

/** The machine's own key, in the order in which a user-data names it. */
const key = /\$\{digitalocean_spaces_key\.machine-key\.(access|secret)_key\}/g;

/**
 * Whether a stack's user-data is what these templates render from some environment's values, letter for letter: it runs as root, and
 * no plan shows it. The text is as Terraform is given it. Buckets are those that the stack itself makes for that purpose: whoever writes
 * the one that a machine finds its agent in is root there.
 */
export function isOwnUserData(text: string, bucket: (purpose: string) => SpacesBucket | undefined): boolean {
  const rendered = text.replace(key, '@@$1@@').replace(/([$%])\1(?=\{)/g, '$1');
  try {
    const {
      hostname,
      packages,
      write_files: files,
    } = config.parse(parse(rendered, { version: '1.1', maxAliasCount: 0 }));
    const lines =
      files
        .find(({ path }) => path === '/etc/berth/boot.env')
        ?.content.trimEnd()
        .split('\n') ?? [];
    const boot = variables.parse(
      Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])),
    );
    const purposes = [
      ['config', boot.CONFIG_BUCKET],
      ['exchange', boot.EXCHANGE_BUCKET],
      ['backups', boot.BACKUPS_BUCKET],
    ] as const;
    const isOwn = purposes.every(([purpose, wanted]) => {
      const { name: made, region } = bucket(purpose) ?? {};
      return made === wanted && boot.SPACES_ENDPOINT === `https://${String(region)}.digitaloceanspaces.com`;
    });
    return (
      isOwn &&
      rendered ===
        renderUserData({
          hostname,
          generation: Number(boot.GENERATION),
          volume: boot.VOLUME_NAME,
          swap: Number(boot.SWAP_MIB),
          postgres: packages.includes('postgresql-17'),
          redis: packages.includes('redis-server'),
          spaces: {
            endpoint: boot.SPACES_ENDPOINT,
            configBucket: boot.CONFIG_BUCKET,
            exchangeBucket: boot.EXCHANGE_BUCKET,
            backupsBucket: boot.BACKUPS_BUCKET,
            accessKey: '@@access@@',
            secretKey: '@@secret@@',
          },
        })
    );
  } catch {
    return false;
  }
}
