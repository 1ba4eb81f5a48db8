import { spawn } from 'node:child_process';

export interface Watched {
  readonly code: number;
  /** All that it said, on both streams. */
  readonly output: string;
}

export interface WatchOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where both of its streams are shown; each on its own when absent. */
  readonly out?: NodeJS.WriteStream;
}

/** Runs a command to its end, shows what it says, and keeps it. Ctrl-C reaches it too: it ends by itself, and we wait. */
export function runWatched([file, ...args]: readonly string[], { cwd, env, out }: WatchOptions): Promise<Watched> {
  return new Promise((resolve, reject) => {
    const child = spawn(file!, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const pass =
      (to: NodeJS.WriteStream) =>
      (chunk: string): void => {
        output += chunk;
        to.write(chunk);
      };
    child.stdout.setEncoding('utf8').on('data', pass(out ?? process.stdout));
    child.stderr.setEncoding('utf8').on('data', pass(out ?? process.stderr));
    const ignore = (): void => undefined;
    const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
    process.on('SIGINT', ignore).on('SIGTERM', forward).on('SIGHUP', forward);
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new Error(`${file} was not found on PATH`) : error),
    );
    child.on('close', (code) => {
      process.off('SIGINT', ignore).off('SIGTERM', forward).off('SIGHUP', forward);
      resolve({ code: code ?? 1, output });
    });
  });
}
