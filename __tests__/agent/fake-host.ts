import type { Host, Ran, RunOptions } from '../../agent/host';

/** A machine whose disk is a map and whose commands a test answers. */
export class FakeHost implements Host {
  readonly files = new Map<string, string>();
  readonly modes = new Map<string, number>();
  /** Each command line, in the order they came. */
  readonly ran: string[] = [];
  /** What went in by standard input, by command line. */
  readonly inputs: string[] = [];
  /** Answers a command line; without a word it ended with 0. */
  answer: (line: string, options: RunOptions) => Partial<Ran> | undefined = () => undefined;

  async run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const line = [command, ...args].join(' ');
    this.ran.push(line);
    if (options.input !== undefined) this.inputs.push(options.input);
    return Promise.resolve({ code: 0, stdout: '', stderr: '', ...this.answer(line, options) });
  }

  read = (path: string): string | undefined => this.files.get(path);
  exists = (path: string): boolean => this.files.has(path) || this.list(path).length > 0;

  list(folder: string): string[] {
    const inside = [...this.files.keys()].filter((path) => path.startsWith(`${folder}/`));
    return [...new Set(inside.map((path) => path.slice(folder.length + 1).split('/')[0]!))].sort();
  }

  write(path: string, content: string, mode = 0o644): boolean {
    if (this.files.get(path) === content) return false;
    this.files.set(path, content);
    this.modes.set(path, mode);
    return true;
  }

  remove(path: string): void {
    this.files.delete(path);
  }
}
