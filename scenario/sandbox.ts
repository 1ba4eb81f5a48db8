import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { BootReport } from '../simulator/machines/fleet';
import { whyNoMachine } from '../simulator/machines/requirements';
import { machineRoot } from '../simulator/machines/root';
import { privateFolder } from '../simulator/private-folder';
import type { CloudStatus } from '../simulator/status';
import { cacheFolder } from './host-settings';

/** What the sandbox's process tells whoever connects, as one line of JSON. */
export interface Welcome {
  readonly env: Record<string, string>;
  readonly status: readonly CloudStatus[];
  /** The options it was started with. */
  readonly options: SandboxOptions;
}

/** What can be asked of it, as a line of JSON. */
export type Question = { readonly ask: 'booted' } | { readonly ask: 'machine'; readonly name: string };

/** What it answers, as a line of JSON. */
export type Answer =
  { readonly answer: unknown; readonly error?: undefined } | { readonly answer?: undefined; readonly error: string };

export interface SandboxOptions {
  readonly faults?: string;
  readonly providers: 'stand-in' | 'registry';
  /** Makes a machine of every droplet (docs/boot.md). */
  readonly boot: boolean;
}

/** A place in a sandbox; the cloud runs for as long as somebody holds one. */
export interface Lease extends Welcome {
  /** Waits until every machine has ended its boot, and tells how. */
  booted(): Promise<BootReport[]>;
  /** The first process of a droplet's machine, as this host counts. */
  machine(name: string): Promise<number>;
  release(): void;
}

export const sandboxFolder = (root: string): string => join(root, '.berth', 'sandbox');

/** A socket's path may have this many characters. */
const longestSocket = 107;

/**
 * Where the sandbox of a folder listens: not in that folder, whose path may be too long, and nowhere that somebody else can listen
 * first. What listens there is believed: it tells commands their environment.
 */
export function controlSocket(folder: string): string {
  const path = join(
    privateFolder(join(cacheFolder(), 'run')),
    `${createHash('sha256').update(folder).digest('hex').slice(0, 16)}.sock`,
  );
  if (path.length > longestSocket)
    throw new Error(
      `${path} is too long for a socket (${path.length} characters, ${longestSocket} at most): set XDG_CACHE_HOME to a shorter path`,
    );
  return path;
}

/**
 * Enters the sandbox: joins the process that runs it, or starts one. It is a process of its own, so that Ctrl-C in one
 * terminal does not take the cloud away from a command in another.
 */
export async function enterSandbox(
  folder: string,
  options: SandboxOptions,
  say?: (line: string) => void,
): Promise<Lease> {
  const running = await joinSandbox(folder);
  if (running) {
    if (isDeepStrictEqual(running.options, JSON.parse(JSON.stringify(options)))) return running;
    running.release();
    throw new Error(
      'this sandbox is in use with other --faults, --providers or --boot: wait until its commands have ended',
    );
  }
  if (options.boot) await prepareBoot(say);
  const server = start(folder, options);
  for (let waited = 0; waited < 20_000; waited += 50) {
    const lease = await joinSandbox(folder);
    if (lease) return lease;
    if (server.exitCode !== null && server.exitCode !== 0) throw new Error(said(folder));
    await sleep(50);
  }
  throw new Error(`the sandbox did not start within 20 s; it says:\n${said(folder)}`);
}

/** What would take longer than a sandbox's process may take to start. */
async function prepareBoot(say?: (line: string) => void): Promise<void> {
  const why = whyNoMachine();
  if (why) throw new Error(why);
  await machineRoot(say);
}

/** Forgets everything; refuses while a command is inside. */
export async function resetSandbox(folder: string): Promise<void> {
  const running = await joinSandbox(folder);
  if (running) {
    running.release();
    throw new Error('a command is in this sandbox: end it first, then --reset');
  }
  rmSync(folder, { recursive: true, force: true });
}

const logFile = (folder: string): string => join(folder, 'sandbox.log');
const said = (folder: string): string => readFileSync(logFile(folder), 'utf8').trim();

function start(folder: string, options: SandboxOptions): ChildProcess {
  privateFolder(folder);
  const log = openSync(logFile(folder), 'w');
  const server = join(__dirname, 'sandbox-server.ts');
  const child = spawn(
    process.execPath,
    ['--require', join(__dirname, '..', 'bin', 'typescript.js'), server, folder, JSON.stringify(options)],
    { detached: true, stdio: ['ignore', log, log] },
  );
  child.unref();
  closeSync(log);
  return child;
}

/** Joins the process that runs a folder's sandbox, if one does. */
export function joinSandbox(folder: string): Promise<Lease | undefined> {
  return new Promise((resolve) => {
    const socket = net.connect(controlSocket(folder));
    const lines = createInterface(socket);
    // an interface of readline passes on the errors of what it reads
    for (const either of [socket, lines]) either.on('error', () => resolve(undefined));
    socket.on('close', () => resolve(undefined));
    const ask = <T>(question: Question): Promise<T> =>
      new Promise((done, fail) => {
        socket.once('close', () => fail(new Error('the sandbox has ended')));
        lines.once('line', (line) => {
          const { answer, error } = JSON.parse(line) as Answer;
          if (error === undefined) done(answer as T);
          else fail(new Error(error));
        });
        socket.write(`${JSON.stringify(question)}\n`);
      });
    lines.once('line', (welcome) =>
      resolve({
        ...(JSON.parse(welcome) as Welcome),
        release: () => void socket.destroy(),
        booted: () => ask({ ask: 'booted' }),
        machine: (name) => ask({ ask: 'machine', name }),
      }),
    );
  });
}
