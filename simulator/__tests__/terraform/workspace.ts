import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Run {
  code: number;
  output: string;
}

/** A folder that real Terraform runs in, with nothing of the person who runs the tests in its environment. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'simulator-test-'));

  /** `env` is asked before each run: it may change between runs. */
  constructor(private readonly env: () => Record<string, string>) {
    writeFileSync(join(this.folder, 'cli.tfrc'), '');
  }

  /** Replaces the configuration. */
  write(configuration: object): void {
    writeFileSync(join(this.folder, 'main.tf.json'), JSON.stringify(configuration));
  }

  start(...args: string[]): { child: ChildProcess; done: Promise<Run> } {
    const child = spawn(process.env.TERRAFORM_BINARY_NAME ?? 'terraform', args, {
      cwd: this.folder,
      env: {
        PATH: process.env.PATH,
        HOME: this.folder,
        CHECKPOINT_DISABLE: '1',
        CI: '1',
        TF_IN_AUTOMATION: '1',
        TF_CLI_CONFIG_FILE: join(this.folder, 'cli.tfrc'),
        ...this.env(),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const done = new Promise<Run>((resolve) => child.on('close', (code) => resolve({ code: code ?? -1, output })));
    return { child, done };
  }

  run(...args: string[]): Promise<Run> {
    return this.start(...args, '-no-color').done;
  }

  /** Runs a command that must succeed. */
  async ok(...args: string[]): Promise<string> {
    const { code, output } = await this.run(...args);
    // The plan that Terraform prints first is long, and seldom what went wrong.
    const said = output.slice(Math.max(0, output.search(/^(│ )?Error: /m)));
    if (code !== 0) throw new Error(`terraform ${args.join(' ')} ended with ${code}:\n${said}`);
    return output;
  }

  apply(...args: string[]): Promise<string> {
    return this.ok('apply', '-auto-approve', ...args);
  }

  /** What a plan would do to each resource that it would touch, for example { 'toy_box.a': 'delete,create' }. */
  async plan(...args: string[]): Promise<Record<string, string>> {
    await this.ok('plan', '-out=plan.bin', ...args);
    const plan = JSON.parse(await this.ok('show', '-json', 'plan.bin')) as {
      resource_changes?: { address: string; change: { actions: string[] } }[];
    };
    const touched = (plan.resource_changes ?? []).filter((one) => one.change.actions.join() !== 'no-op');
    return Object.fromEntries(touched.map((one) => [one.address, one.change.actions.join()]));
  }

  /** The attributes in the state, by address. */
  async state(): Promise<Record<string, Record<string, unknown>>> {
    const shown = JSON.parse(await this.ok('show', '-json')) as {
      values?: {
        root_module: { resources?: { address: string; values: Record<string, unknown>; tainted?: boolean }[] };
      };
    };
    const all = shown.values?.root_module.resources ?? [];
    return Object.fromEntries(
      all.map((one) => [one.address, one.tainted ? { ...one.values, tainted: true } : one.values]),
    );
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
