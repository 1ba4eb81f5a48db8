import { existsSync } from 'node:fs';

/** Where control groups of version 2 are: all of them, or beside those of version 1. */
export function cgroupRoot(): string {
  const found = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].find((folder) => existsSync(`${folder}/cgroup.procs`));
  if (!found)
    throw new Error(
      'this host has no control groups of version 2 (no cgroup.procs in /sys/fs/cgroup): mount -t cgroup2 none /sys/fs/cgroup/unified',
    );
  return found;
}
