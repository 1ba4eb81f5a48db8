import { stringify } from 'yaml';
import { type BootFile, bootFiles } from './files';

/** What a machine is told when it is made, and never again: everything that may change later comes with the converge layer. */
export interface Boot {
  readonly hostname: string;
  /** Which of the environment's machines it is: from the second on, another one has the volume when it boots. */
  readonly generation: number;
  readonly volume: string;
  /** MiB; 0 for none. */
  readonly swap: number;
  /** Datastores whose packages belong on this machine. */
  readonly postgres: boolean;
  readonly redis: boolean;
  readonly spaces: {
    readonly endpoint: string;
    readonly configBucket: string;
    readonly exchangeBucket: string;
    readonly backupsBucket: string;
    /** The machine's own key. Plain strings: a mark stands for what Terraform fills in. */
    readonly accessKey: string;
    readonly secretKey: string;
  };
}

/** The modules of cloud-init that are used (docs.cloud-init.io/en/25.1.4/reference/modules.html). */
interface CloudConfig {
  hostname: string;
  timezone: 'Etc/UTC';
  package_update: boolean;
  package_upgrade: boolean;
  packages: string[];
  write_files: { path: string; content: string; permissions: string; owner: 'root:root' }[];
  runcmd: string[][];
}

const everyMachine = [
  'age',
  'busybox-static',
  'ca-certificates',
  'curl',
  'dbus',
  'docker-cli',
  'docker.io',
  'e2fsprogs',
  'jq',
  'nftables',
  'nodejs',
  'systemd-timesyncd',
  'unattended-upgrades',
];

/** cloud-config for Debian 13: a pure function of its input. */
export function renderUserData(boot: Boot): string {
  const config: CloudConfig = {
    hostname: boot.hostname,
    timezone: 'Etc/UTC',
    package_update: true,
    package_upgrade: true,
    packages: [
      ...everyMachine,
      ...(boot.postgres ? ['pgbackrest', 'postgresql-17'] : []),
      ...(boot.redis ? ['redis-server'] : []),
    ].sort(),
    // written before the packages are installed, so that no service starts with its distribution's settings
    write_files: [...bootFiles(), environmentFile(boot), keyFile(boot)].map((file) => ({
      ...file,
      owner: 'root:root' as const,
    })),
    runcmd: [['/usr/local/lib/berth/boot']],
  };
  // cloud-init reads YAML 1.1, where a bare yes is a boolean
  return `#cloud-config\n${stringify(config, { lineWidth: 0, version: '1.1' })}`;
}

function environmentFile({ generation, volume, swap, spaces }: Boot): BootFile {
  const variables = {
    GENERATION: String(generation),
    VOLUME_NAME: volume,
    SWAP_MIB: String(swap),
    SPACES_ENDPOINT: spaces.endpoint,
    CONFIG_BUCKET: spaces.configBucket,
    EXCHANGE_BUCKET: spaces.exchangeBucket,
    BACKUPS_BUCKET: spaces.backupsBucket,
  };
  return {
    path: '/etc/berth/boot.env',
    permissions: '0644',
    content: Object.entries(variables)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  };
}

const keyFile = ({ spaces }: Boot): BootFile => ({
  path: '/etc/berth/spaces.curlrc',
  permissions: '0600',
  content: `user = "${spaces.accessKey}:${spaces.secretKey}"\n`,
});
