import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { machineId } from '../../simulator/machines/machine';

/** What to look for: others boot machines on this host at the same time. */
export interface Traced {
  /** Folders of machines, volumes and networks. */
  readonly folders: readonly string[];
  /** Those of machines alone. */
  readonly machines: readonly string[];
}

/** Everything on this host that these machines and their networks are made of, counted. */
export function traces({ folders, machines }: Traced): Record<string, number> {
  const lines = (of: readonly string[], file: string, ...args: string[]): number =>
    execFileSync(file, args, { encoding: 'utf8' })
      .split('\n')
      .filter((line) => of.some((each) => line.includes(each))).length;
  const ids = machines.map(machineId);
  const commands = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    });
  return {
    mounts: readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => folders.some((folder) => line.includes(folder))).length,
    links: lines(
      ids.map((id) => `m${id}`),
      'ip',
      '-o',
      'link',
    ),
    namespaces: lines(['berth'], 'ip', 'netns', 'list'),
    rules: lines(['inet cloud'], 'nft', 'list', 'tables'),
    loops: lines(folders, 'losetup', '--list', '--noheadings', '--output', 'NAME,BACK-FILE'),
    processes: commands.filter((command) => folders.some((folder) => command.includes(folder))).length,
    groups: lines(
      ids.map((id) => `simulator-${id}`),
      'find',
      '/sys/fs/cgroup',
      '-maxdepth',
      '2',
      '-name',
      'simulator-*',
    ),
  };
}

/** When everything has gone. */
export const noTraces = { mounts: 0, links: 0, namespaces: 0, rules: 0, loops: 0, processes: 0, groups: 0 };
