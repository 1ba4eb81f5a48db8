import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findMirrors } from './mirror';

/** The commands and files that a machine is made with, and the Debian package that each is in. */
const commands: Record<string, string> = {
  'systemd-nspawn': 'systemd-container',
  mmdebstrap: 'mmdebstrap',
  'apt-get': 'apt',
  ip: 'iproute2',
  losetup: 'mount',
  flock: 'util-linux',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
  unshare: 'util-linux',
  'mkfs.ext4': 'e2fsprogs',
  nft: 'nftables',
  openssl: 'openssl',
  pebble: 'pebble',
  '/usr/share/keyrings/debian-archive-keyring.gpg': 'debian-archive-keyring',
};

/** Why no machine can be booted here, and what to do about it; nothing when it can. */
export function whyNoMachine(
  { platform, uid } = { platform: process.platform as string, uid: process.getuid?.() },
): string | undefined {
  if (process.env.SIMULATOR_BOOT === 'off') return 'SIMULATOR_BOOT=off asks that no machine is booted';
  if (platform !== 'linux')
    return `--boot needs Linux, and this is ${platform}: run it in a Linux virtual machine or in CI`;
  if (uid !== 0) return '--boot makes mounts, namespaces and loop devices, for which it must be root: run it with sudo';
  const missing = Object.keys(commands).filter((command) =>
    command.startsWith('/') ? !existsSync(command) : !onPath(command),
  );
  if (missing.length === 0) return whyNoMirror();
  const packages = [...new Set(missing.map((command) => commands[command]))].sort();
  return `--boot needs ${missing.join(', ')}: apt-get install --no-install-recommends ${packages.join(' ')}`;
}

function whyNoMirror(): string | undefined {
  try {
    findMirrors();
    return undefined;
  } catch (error) {
    return `--boot needs Debian's packages: ${(error as Error).message}`;
  }
}

// sudo and cron leave the system's folders out
const folders = () => [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];

const onPath = (command: string): boolean =>
  folders().some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
