import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What a machine is made with, and the Debian package that each command is in. */
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
  openssl: 'openssl',
};

/** Why no machine can be booted here, and what to do about it; nothing when it can. */
export function whyNoMachine(): string | undefined {
  if (process.platform !== 'linux') return `--boot needs Linux, and this is ${process.platform}: run it in a Linux virtual machine or in CI`;
  if (process.getuid?.() !== 0) return '--boot makes mounts, namespaces and loop devices, for which it must be root: run it with sudo';
  const missing = Object.keys(commands).filter((command) => !onPath(command));
  if (missing.length === 0) return undefined;
  const packages = [...new Set(missing.map((command) => commands[command]))].sort();
  return `--boot needs ${missing.join(', ')}: apt-get install --no-install-recommends ${packages.join(' ')}`;
}

// sudo and cron leave the system's folders out
const folders = () => [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];

const onPath = (command: string): boolean => folders().some((folder) => {
  try {
    accessSync(join(folder, command), constants.X_OK);
    return true;
  } catch {
    return false;
  }
});
