import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Runs a command as if it had been typed: same terminal, same signals, and its exit code. */
export function runInPlace([file, ...args]: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn(file!, args, { env, stdio: 'inherit' });
    // a terminal sends Ctrl-C to the command too: it decides what that means, and we wait for it
    const ignore = (): void => undefined;
    const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
    process.on('SIGINT', ignore).on('SIGTERM', forward).on('SIGHUP', forward);
    child.on('error', (error: NodeJS.ErrnoException) =>
      fail(
        new Error(
          error.code === 'ENOENT' ? `${file} was not found on PATH` : `${file} could not be started: ${error.message}`,
        ),
      ),
    );
    child.on('exit', (code, signal) => {
      process.off('SIGINT', ignore).off('SIGTERM', forward).off('SIGHUP', forward);
      done(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}
