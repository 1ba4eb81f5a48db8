import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import os from 'node:os';
import { promisify } from 'node:util';
import type { Report, Space } from '../contract/report';
import type { Pulled } from './pull';

/** Where a machine's facts are found; a test brings its own. */
export interface Places {
  readonly volume: string;
  readonly mounts: string;
  readonly memory: string;
  readonly rebootRequired: string;
  readonly machineId: string;
  exists(path: string): boolean;
  docker(args: readonly string[]): Promise<string | undefined>;
}

const run = promisify(execFile);

export const machinePlaces: Places = {
  volume: '/mnt/data',
  mounts: '/proc/self/mounts',
  memory: '/proc/meminfo',
  rebootRequired: '/run/reboot-required',
  machineId: '/etc/machine-id',
  exists: existsSync,
  async docker(args) {
    try {
      return (await run('docker', [...args], { timeout: 5_000 })).stdout.trim();
    } catch {
      return undefined;
    }
  },
};

export async function collect(
  pulled: Pulled,
  agent: Report['agent'],
  generation: number,
  places: Places = machinePlaces,
): Promise<Report> {
  const [docker, swarm] = (
    (await places.docker(['info', '--format', '{{.ServerVersion}} {{.Swarm.LocalNodeState}}'])) ?? ''
  ).split(' ');
  return {
    version: 1,
    at: new Date().toISOString(),
    hostname: os.hostname(),
    agent,
    desired: { digest: pulled.digest, problem: pulled.problem },
    machine: {
      id: machineId(places),
      generation,
      uptimeSeconds: Math.round(os.uptime()),
      load: Math.round(os.loadavg()[0]! * 100) / 100,
      memory: memory(readFileSync(places.memory, 'utf8')),
      disk: space('/'),
      volume: isMounted(places) ? space(places.volume) : undefined,
      kernel: os.release(),
      docker: docker || undefined,
      swarm: swarm || undefined,
      rebootPending: existsSync(places.rebootRequired),
    },
  };
}

export const machineId = (places: Pick<Places, 'machineId'>): string => readFileSync(places.machineId, 'utf8').trim();

const mib = 1024 * 1024;

function space(path: string): Space {
  const { blocks, bavail, bsize } = statfsSync(path);
  return { total: Math.round((blocks * bsize) / mib), free: Math.round((bavail * bsize) / mib) };
}

function memory(text: string): Report['machine']['memory'] {
  const kib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
  return { total: Math.round(kib('MemTotal') / 1024), available: Math.round(kib('MemAvailable') / 1024) };
}

const isMounted = ({ mounts, volume }: Places): boolean =>
  readFileSync(mounts, 'utf8')
    .split('\n')
    .some((line) => line.split(' ')[1] === volume);
