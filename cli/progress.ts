import type { WriteStream } from 'node:tty';
import pc from 'picocolors';

/** Tells what long work is at: one living line on a terminal, one line a step in a pipe. */
export class Progress {
  private title = '';

  constructor(private readonly out: WriteStream | NodeJS.WriteStream) {}

  /** Shows a piece of work from its beginning to its end, whichever that is. */
  async during<T>(title: string, work: () => T | Promise<T>): Promise<T> {
    const started = performance.now();
    this.begin(title);
    let ok = false;
    try {
      const result = await work();
      ok = true;
      return result;
    } finally {
      this.end(ok, (performance.now() - started) / 1000);
    }
  }

  begin(title: string): void {
    this.title = title;
    this.draw('');
  }

  /** What is happening right now; shown on a terminal only. */
  say(line: string): void {
    const text = line.trim();
    if (text !== '') this.draw(text);
  }

  end(ok: boolean, seconds: number): void {
    if (this.out.isTTY) this.out.write('\r\u001b[2K');
    this.out.write(`${ok ? pc.green('✓') : pc.red('✗')} ${this.title} ${pc.dim(`${seconds.toFixed(1)} s`)}\n`);
  }

  private draw(text: string): void {
    if (!this.out.isTTY) return;
    const room = Math.max(20, (this.out.columns ?? 80) - this.title.length - 4);
    this.out.write(`\r\u001b[2K  ${this.title} ${pc.dim(text.slice(0, room))}`);
  }
}
