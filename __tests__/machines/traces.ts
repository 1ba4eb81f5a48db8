import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cacheFolder } from '../../rehearsal/machines/root';

/** Everything on this host that machines and their network are made of; what others do here meanwhile does not count. */
export function traces(): Record<string, number> {
  const lines = (what: RegExp, file: string, ...args: string[]): number => execFileSync(file, args, { encoding: 'utf8' }).split('\n').filter((line) => what.test(line)).length;
  const ours = new RegExp(cacheFolder().replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const commands = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    } catch {
      return '';
    }
  });
  return {
    mounts: readFileSync('/proc/self/mountinfo', 'utf8').split('\n').filter((line) => ours.test(line) || /berth-network-/.test(line)).length,
    links: lines(/: m[0-9a-f]{8}\b/, 'ip', '-o', 'link'),
    namespaces: lines(/berth/, 'ip', 'netns', 'list'),
    rules: lines(/table inet cloud/, 'nft', 'list', 'tables'),
    loops: lines(ours, 'losetup', '--list', '--noheadings', '--output', 'NAME,BACK-FILE'),
    processes: commands.filter((command) => ours.test(command) || /machines\/gate|berth-network-/.test(command)).length,
    groups: lines(/berth-/, 'find', '/sys/fs/cgroup', '-maxdepth', '2', '-name', 'berth-*'),
  };
}
