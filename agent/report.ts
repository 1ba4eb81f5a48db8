import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import os from 'node:os';
import { promisify } from 'node:util';
import type { CertificateReport } from './certificates';
import type { Pulled } from './pull';

/** What a machine tells about itself. Kept small: it is written every minute. */
export interface Report {
  readonly version: 1;
  /** When it was written, ISO 8601. Older than three minutes: the agent does not run, or cannot reach the bucket. */
  readonly at: string;
  readonly hostname: string;
  readonly agent: { readonly digest: string; readonly startedAt: string };
  readonly desired: { readonly digest?: string; readonly problem?: string };
  /** How bringing the machine to what is desired went last; nothing before the first time. */
  readonly converge?: ConvergeReport;
  /** What secrets of this environment are sealed to (age); nothing while the volume is missing. */
  readonly recipient?: string;
  readonly services?: Readonly<Record<string, ServiceReport>>;
  /** By name that visitors come by; nothing before the machine has converged. */
  readonly certificates?: Readonly<Record<string, CertificateReport>>;
  /** How far the journal is in the bucket, and what keeps it from getting there. */
  readonly logs?: { readonly problem?: string; readonly shippedTo?: string };
  readonly machine: {
    /** Born with it (machine-id(5)): another machine has another, whatever its name. */
    readonly id: string;
    /** The environment's `platform.generation` when it was made. */
    readonly generation: number;
    readonly uptimeSeconds: number;
    readonly load: number;
    /** MiB */
    readonly memory: { readonly total: number; readonly available: number };
    /** MiB; `undefined` when the volume is not mounted. */
    readonly disk: Space;
    readonly volume?: Space;
    readonly kernel: string;
    readonly docker?: string;
    /** `active` once the machine is a swarm of its own. */
    readonly swarm?: string;
    readonly rebootPending: boolean;
  };
}

export interface ConvergeReport {
  /** Of the desired state that it was about. */
  readonly digest: string;
  /** The deploy that asked for it last. */
  readonly attempt?: string;
  readonly state: 'converging' | 'converged' | 'failed';
  /** Each with where; the last lines of a container that failed among them. */
  readonly problems: readonly string[];
  readonly at: string;
  readonly seconds: number;
}

export interface ServiceReport {
  /** What runs, by digest; nothing before the first release. */
  readonly image?: string;
  readonly revision?: string;
  /** Containers that run and are healthy, and how many there shall be. */
  readonly running?: number;
  readonly wanted?: number;
  /** Of a cron service: how its last run ended, and when it runs next. */
  readonly job?: { readonly last?: string; readonly exitCode?: number; readonly endedAt?: string; readonly next?: string };
  /** The newest release, when it is not the one that runs. */
  readonly last?: { readonly revision: string; readonly state: string };
}

export interface Space {
  readonly total: number;
  readonly free: number;
}

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

export async function collect(pulled: Pulled, agent: Report['agent'], generation: number, places: Places = machinePlaces): Promise<Report> {
  const [docker, swarm] = ((await places.docker(['info', '--format', '{{.ServerVersion}} {{.Swarm.LocalNodeState}}'])) ?? '').split(' ');
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

const isMounted = ({ mounts, volume }: Places): boolean => readFileSync(mounts, 'utf8').split('\n').some((line) => line.split(' ')[1] === volume);
