import { spawn } from 'node:child_process';

export interface Finished {
  readonly code: number;
  /** Standard output alone. */
  readonly stdout: string;
  /** Both streams, in the order they came. */
  readonly output: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Called with each line as it comes. */
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
  /** What it reads from standard input; nothing when absent. */
  readonly input?: string;
}

/** Runs a command to its end. Never the synchronous way: Terraform talks to providers in this very process. */
export function run(
  file: string,
  args: readonly string[],
  { cwd, env, onLine, signal, input }: RunOptions,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
    // it may have ended without reading
    child.stdin.on('error', () => undefined).end(input);
    let stdout = '';
    let output = '';
    let rest = '';
    const take = (chunk: string): void => {
      output += chunk;
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      if (onLine) lines.forEach(onLine);
    };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
      take(chunk);
    });
    child.stderr.setEncoding('utf8').on('data', take);
    const stop = (): void => void child.kill('SIGINT');
    signal?.addEventListener('abort', stop, { once: true });
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(error.code === 'ENOENT' ? `${file} was not found on PATH` : error.message)),
    );
    child.on('close', (code) => {
      signal?.removeEventListener('abort', stop);
      resolve({ code: code ?? -1, stdout, output });
    });
  });
}
