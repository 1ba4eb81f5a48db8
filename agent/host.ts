import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { replaceFile } from '../lib/durable-file';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Goes in by standard input: the way for what must not be on a command line. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds; 60,000 when left out. */
  readonly timeout?: number;
}

/** The machine under the agent. A test brings its own. */
export interface Host {
  run(command: string, args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** `undefined` when there is no such file. */
  read(path: string): string | undefined;
  exists(path: string): boolean;
  /** Names in a folder; none when there is no such folder. */
  list(folder: string): string[];
  /** Writes a whole file or nothing, whenever the machine stops; true when its content is another than before. */
  write(path: string, content: string, mode?: number): boolean;
  /** A file that is not there is no error. */
  remove(path: string): void;
}

export const host: Host = {
  run: (command, args, { input, env, timeout = 60_000 } = {}) =>
    new Promise((resolve, reject) => {
      const child = execFile(
        command,
        [...args],
        { timeout, maxBuffer: 16 * 1024 * 1024, env: { ...process.env, ...env } },
        (error, stdout, stderr) => {
          if (error && (error as NodeJS.ErrnoException).code === 'ENOENT')
            return reject(new Error(`${command} is not installed on this machine`));
          if (error?.killed)
            return reject(new Error(`${command} ${args[0] ?? ''} did not end within ${timeout / 1000} s`));
          resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
        },
      );
      child.stdin!.on('error', () => undefined);
      child.stdin!.end(input);
    }),
  read: (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
  exists: existsSync,
  list: (folder) => (existsSync(folder) ? readdirSync(folder) : []),
  write(path, content, mode = 0o644) {
    if (existsSync(path) && readFileSync(path, 'utf8') === content) return false;
    replaceFile(path, content, mode);
    return true;
  },
  remove: (path) => rmSync(path, { force: true }),
};

/** Runs a command that has to succeed; its own words otherwise. */
export async function must(
  machine: Pick<Host, 'run'>,
  command: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<string> {
  const { code, stdout, stderr } = await machine.run(command, args, options);
  if (code !== 0)
    throw new Error(
      `${command} ${args[0] ?? ''} ended with ${code}: ${(stderr.trim() || stdout.trim()).split('\n').slice(-3).join(' ')}`,
    );
  return stdout;
}
