import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withoutCredentials } from '../simulator/credentials';
import { type Finished, run } from '../simulator/process';

/** One change that a plan makes, or found made behind its back. */
export interface Change {
  readonly address: string;
  readonly type: string;
  readonly actions: readonly string[];
}

export interface Plan {
  /** What an apply would do; what stays as it is, is left out. */
  readonly changes: readonly Change[];
  /** What somebody else changed since the last apply. */
  readonly drift: readonly Change[];
}

/** What stays the same in every copy of a project; environments are copied, so that a rehearsal may edit them. */
const shared = [
  'agent',
  'bin',
  'constructs',
  'contract',
  'definition',
  'lib',
  'main.ts',
  'provisioners',
  'stacks',
  'templates',
  '.terraform.lock.hcl',
  'package.json',
];

/** A copy of the project to rehearse in, with its own environments, its own cdktf.out and none of anybody's credentials. */
export class Workspace {
  readonly folder: string;

  constructor(
    root: string,
    private readonly cloudEnv: () => Record<string, string>,
    private readonly signal?: AbortSignal,
  ) {
    mkdirSync(join(root, '.berth'), { recursive: true });
    // beneath the project, so that its node_modules are found
    this.folder = mkdtempSync(join(root, '.berth', 'rehearsal-'));
    for (const name of shared) symlinkSync(join(root, name), join(this.folder, name));
    cpSync(join(root, 'cdktf.json'), join(this.folder, 'cdktf.json'));
    cpSync(join(root, 'environments'), join(this.folder, 'environments'), { recursive: true });
  }

  private get env(): NodeJS.ProcessEnv {
    return { ...withoutCredentials(process.env), ...this.cloudEnv(), CI: '1', TF_INPUT: '0', TF_IN_AUTOMATION: '1' };
  }

  /** Changes an environment's file; fails when the text to change is not there. */
  edit(file: string, from: string | RegExp, to: string): void {
    const path = join(this.folder, 'environments', file);
    const before = readFileSync(path, 'utf8');
    const after = before.replace(from, to);
    if (after === before) throw new Error(`environments/${file} holds no ${String(from)} to change`);
    writeFileSync(path, after);
  }

  berth(args: readonly string[], onLine?: (line: string) => void): Promise<Finished> {
    return this.run(process.execPath, [join(__dirname, '..', 'bin', 'berth.js'), ...args], this.folder, onLine);
  }

  /** Like `berth`, but returns how the command ended whatever its exit code. */
  async tryBerth(args: readonly string[], input?: string): Promise<Finished> {
    if (this.signal?.aborted) throw new Error('stopped');
    return run(process.execPath, [join(__dirname, '..', 'bin', 'berth.js'), ...args], {
      cwd: this.folder,
      env: this.env,
      signal: this.signal,
      input,
    });
  }

  cdktf(args: readonly string[], onLine?: (line: string) => void): Promise<Finished> {
    return this.run(
      process.execPath,
      [require.resolve('cdktf-cli/bundle/bin/cdktf'), ...args, '--no-color'],
      this.folder,
      onLine,
    );
  }

  /** Git in the copy, as somebody whom no settings of this host concern. */
  git(args: readonly string[]): Promise<Finished> {
    return this.run(
      'git',
      [
        '-c',
        'user.name=Ada',
        '-c',
        'user.email=ada@acme.example',
        '-c',
        'commit.gpgsign=false',
        '-c',
        'core.hooksPath=',
        ...args,
      ],
      this.folder,
    );
  }

  synth(): Promise<Finished> {
    return this.run(process.execPath, ['--require', './bin/typescript.js', 'main.ts'], this.folder);
  }

  /** The stack's JSON, byte for byte. */
  stackJson(stack: string): string {
    return readFileSync(join(this.stackFolder(stack), 'cdk.tf.json'), 'utf8');
  }

  terraform(stack: string, args: readonly string[], onLine?: (line: string) => void): Promise<Finished> {
    return this.run(this.env.TERRAFORM_BINARY_NAME ?? 'terraform', args, this.stackFolder(stack), onLine);
  }

  /** Once a stack: its providers and its backend stay what they are. */
  async init(stack: string): Promise<void> {
    if (existsSync(join(this.stackFolder(stack), '.terraform', 'terraform.tfstate'))) return;
    await this.terraform(stack, ['init', '-no-color']);
  }

  /** Plans a synthesized stack into a file, and reads it as Terraform tells it. */
  async plan(stack: string, ...options: string[]): Promise<Plan> {
    await this.init(stack);
    await this.terraform(stack, ['plan', '-no-color', '-out=rehearsed.plan', ...options]);
    const { stdout } = await this.terraform(stack, ['show', '-json', 'rehearsed.plan']);
    const json = JSON.parse(stdout) as Record<
      'resource_changes' | 'resource_drift',
      { address: string; type: string; mode: string; change: { actions: string[] } }[] | undefined
    >;
    const read = (list: typeof json.resource_changes): Change[] =>
      (list ?? [])
        .filter(({ mode, change }) => mode === 'managed' && change.actions.join() !== 'no-op')
        .map(({ address, type, change }) => ({ address, type, actions: change.actions }));
    return { changes: read(json.resource_changes), drift: read(json.resource_drift) };
  }

  /** Applies what was planned last. */
  async apply(stack: string, onLine?: (line: string) => void): Promise<void> {
    await this.terraform(stack, ['apply', '-no-color', 'rehearsed.plan'], onLine);
  }

  /** Attributes of everything in a stack's state, by address. */
  async state(stack: string): Promise<Map<string, Record<string, unknown>>> {
    const { stdout } = await this.terraform(stack, ['show', '-json']);
    const { values } = JSON.parse(stdout) as {
      values?: { root_module: { resources?: { address: string; mode: string; values: Record<string, unknown> }[] } };
    };
    return new Map(
      (values?.root_module.resources ?? [])
        .filter(({ mode }) => mode === 'managed')
        .map((resource) => [resource.address, resource.values]),
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private stackFolder(stack: string): string {
    return join(this.folder, 'cdktf.out', 'stacks', stack);
  }

  private async run(
    file: string,
    args: readonly string[],
    cwd: string,
    onLine?: (line: string) => void,
  ): Promise<Finished> {
    const finished = await run(file, args, { cwd, env: this.env, onLine, signal: this.signal });
    if (finished.code === 0) return finished;
    if (this.signal?.aborted) throw new Error('stopped');
    const command = [file === process.execPath ? 'node' : file, ...args].join(' ');
    throw new Error(
      `${command} ended with ${finished.code}:\n${this.scrub(finished.output).trim().split('\n').slice(-25).join('\n')}`,
    );
  }

  /** Even a rehearsal's credentials are not for logs: habits form there. */
  private scrub(text: string): string {
    const secrets = Object.entries(this.cloudEnv())
      .filter(([name]) => /(TOKEN|SECRET_ACCESS_KEY)$/.test(name))
      .map(([, value]) => value);
    return secrets.reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
  }
}
