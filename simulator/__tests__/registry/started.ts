import { type ChildProcess, spawn } from 'node:child_process';

/** A program that runs, and everything that it has said. Nothing of this process's environment gets in. */
export class Started {
  output = '';
  stdout = '';
  readonly ended: Promise<number>;
  private readonly child: ChildProcess;
  private readonly waiting: (() => void)[] = [];

  constructor(file: string, args: readonly string[], env: Record<string, string> = {}) {
    this.child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
      this.stdout += chunk;
    });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        this.output += chunk;
        this.waiting.forEach((look) => look());
      });
    }
    this.ended = new Promise((resolve, reject) =>
      this.child.on('error', reject).on('close', (code) => {
        resolve(code ?? -1);
        this.waiting.forEach((look) => look());
      }),
    );
  }

  /** Waits for words; fails, with what was said instead, when the program ends without them. */
  says(words: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = words.exec(this.output);
        if (found) resolve(found);
        else if (this.child.exitCode !== null && this.child.stdout!.destroyed)
          reject(new Error(`it ended without ${words.source}:\n${this.output}`));
      };
      this.waiting.push(look);
      look();
    });
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  async end(): Promise<void> {
    if (this.child.exitCode === null) this.child.kill('SIGKILL');
    await this.ended;
  }
}
