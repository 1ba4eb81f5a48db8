import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One way to do a thing. */
export interface Variant {
  /** A shell command, as `app` in cdktf.json is one. */
  readonly command: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Puts things as they were before the first run; not timed. */
  readonly before?: () => void;
}

export interface Measured {
  /** Median over the runs. */
  readonly seconds: number;
  readonly fastest: number;
  readonly slowest: number;
  /** Median of the most that any one Node process of the command held, in MiB; programs in other languages are not counted. */
  readonly peakMiB: number;
}

export interface Runs {
  readonly warmUp: number;
  readonly runs: number;
  readonly onRun?: (variant: string) => void;
  /** Ends it after the run that is on, so that what was made for it can be removed. */
  readonly signal?: AbortSignal;
}

/** Measures variants in turn, round by round, so that what disturbs the machine for a while disturbs all of them. */
export async function measure<Name extends string>(
  variants: Record<Name, Variant>,
  { warmUp, runs, onRun, signal }: Runs,
): Promise<Record<Name, Measured>> {
  const names = Object.keys(variants) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Sample[]>;
  for (let round = 0; round < warmUp + runs; round++) {
    for (const name of names) {
      if (signal?.aborted) throw new Error('stopped; nothing is left behind');
      onRun?.(name);
      const sample = await once(name, variants[name]);
      if (round >= warmUp) samples[name].push(sample);
    }
  }
  return Object.fromEntries(names.map((name) => [name, summary(samples[name])])) as Record<Name, Measured>;
}

interface Sample {
  readonly seconds: number;
  readonly peakMiB: number;
}

const preload = join(__dirname, 'peak-memory.js');

/** Not synchronous: Terraform may be talking to the rehearsed cloud in this very process. */
async function once(name: string, { command, cwd, env, before }: Variant): Promise<Sample> {
  before?.();
  const folder = mkdtempSync(join(tmpdir(), 'berth-bench-'));
  const file = join(folder, 'peak-memory');
  try {
    // the CLI gives the app this much room, too
    const options = `--max-old-space-size=4096 --require ${JSON.stringify(preload)}`;
    const started = performance.now();
    const child = spawn(command, {
      cwd,
      shell: true,
      env: { ...env, NODE_OPTIONS: options, BERTH_PEAK_MEMORY_FILE: file },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      output += String(chunk);
    });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject).on('close', resolve);
    });
    const seconds = (performance.now() - started) / 1000;
    if (code !== 0)
      throw new Error(
        `${name}: \`${command}\` in ${cwd} ended with ${code}, so there is nothing to measure:\n${output.trim().split('\n').slice(-20).join('\n')}`,
      );
    return { seconds, peakMiB: peakOf(file) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function peakOf(file: string): number {
  try {
    return Math.max(...readFileSync(file, 'utf8').trim().split('\n').map(Number)) / 1024;
  } catch {
    // no Node process in it
    return 0;
  }
}

function summary(samples: readonly Sample[]): Measured {
  const seconds = samples.map((sample) => sample.seconds);
  return {
    seconds: median(seconds),
    fastest: Math.min(...seconds),
    slowest: Math.max(...seconds),
    peakMiB: median(samples.map((sample) => sample.peakMiB)),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
