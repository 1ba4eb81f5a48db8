import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudStatus } from './status';

/** What the sandbox's process tells whoever connects, as one line of JSON. */
export interface Welcome {
  readonly env: Record<string, string>;
  readonly status: readonly CloudStatus[];
  /** The options it was started with. */
  readonly options: SandboxOptions;
}

export interface SandboxOptions {
  readonly faults?: string;
  readonly providers: 'stand-in' | 'registry';
}

/** A place in a sandbox; the cloud runs for as long as somebody holds one. */
export interface Lease extends Welcome {
  release(): void;
}

export const sandboxFolder = (root: string): string => join(root, '.berth', 'sandbox');

/** Where the sandbox of a folder listens: a short path, because a socket's may have 107 characters at most. */
export const controlSocket = (folder: string): string => join(tmpdir(), `berth-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}.sock`);

/**
 * Enters the sandbox: joins the process that runs it, or starts one. It is a process of its own, so that Ctrl-C in one
 * terminal does not take the cloud away from a command in another.
 */
export async function enterSandbox(folder: string, options: SandboxOptions): Promise<Lease> {
  const running = await connect(folder);
  if (running) {
    if (running.options.faults === options.faults && running.options.providers === options.providers) return running;
    running.release();
    throw new Error('this sandbox is in use with other --faults or --providers: wait until its commands have ended');
  }
  start(folder, options);
  for (let waited = 0; waited < 20_000; waited += 50) {
    const lease = await connect(folder);
    if (lease) return lease;
    await sleep(50);
  }
  throw new Error(`the sandbox did not start within 20 s; it says:\n${readFileSync(logFile(folder), 'utf8').trim()}`);
}

/** Forgets everything; refuses while a command is inside. */
export async function resetSandbox(folder: string): Promise<void> {
  const running = await connect(folder);
  if (running) {
    running.release();
    throw new Error('a command is in this sandbox: end it first, then --reset');
  }
  rmSync(folder, { recursive: true, force: true });
}

const logFile = (folder: string): string => join(folder, 'sandbox.log');

function start(folder: string, options: SandboxOptions): void {
  mkdirSync(folder, { recursive: true });
  const log = openSync(logFile(folder), 'w');
  const server = join(__dirname, 'sandbox-server.ts');
  const child = spawn(process.execPath, ['--require', require.resolve('tsx/cjs'), server, folder, JSON.stringify(options)], { detached: true, stdio: ['ignore', log, log] });
  child.unref();
  closeSync(log);
}

function connect(folder: string): Promise<Lease | undefined> {
  return new Promise((resolve) => {
    const socket = net.connect(controlSocket(folder));
    let text = '';
    socket.setEncoding('utf8');
    socket.on('error', () => resolve(undefined));
    socket.on('close', () => resolve(undefined));
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (text.endsWith('\n')) resolve({ ...(JSON.parse(text) as Welcome), release: () => void socket.destroy() });
    });
  });
}
