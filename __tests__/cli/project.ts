import { mkdtempSync, rmSync, writeFileSync, chmodSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Finished, run } from '../../simulator/process';
import { withoutCredentials } from '../../simulator/credentials';
import { Workspace } from '../../scenario/workspace';

export const root = join(__dirname, '../..');

/** A copy of the project that a test may change, and `berth` run in it as a person would. */
export class Project {
  private readonly workspace = new Workspace(root, () => ({}));
  readonly folder = this.workspace.folder;
  private readonly tools = mkdtempSync(join(tmpdir(), 'tools-'));

  berth(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
    return this.run(process.execPath, [join(root, 'bin/berth.js'), ...args], env);
  }

  run(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
    return run(file, args, {
      cwd: this.folder,
      env: { ...withoutCredentials(process.env), PATH: `${this.tools}:${process.env.PATH}`, ...env },
    });
  }

  /** Standard input for a command, by way of a shell. */
  berthWithInput(input: string | Buffer, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Finished> {
    const file = join(this.tools, 'input');
    writeFileSync(file, input);
    return this.run('sh', ['-c', '"$@" <"$INPUT"', 'sh', process.execPath, join(root, 'bin/berth.js'), ...args], {
      ...env,
      INPUT: file,
    });
  }

  write(path: string, text: string): void {
    mkdirSync(join(this.folder, path, '..'), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  edit = (file: string, from: string | RegExp, to: string): void => this.workspace.edit(file, from, to);

  /** A program on PATH before all others. */
  tool(name: string, script: string): void {
    const file = join(this.tools, name);
    writeFileSync(file, script);
    chmodSync(file, 0o755);
  }

  remove(): void {
    this.workspace.remove();
    rmSync(this.tools, { recursive: true, force: true });
  }
}
