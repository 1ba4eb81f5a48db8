import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger, Revision } from '../contract/release';
import type { Report } from '../contract/report';
import { type Cloud, startCloud } from '../scenario/cloud';
import type { Machine } from '../simulator/machines/machine';
import type { OutsideOptions } from '../simulator/machines/outside';
import { type Finished } from '../simulator/process';
import { buildLoad } from '../simulator/registry';
import { Workspace } from '../scenario/workspace';

const root = join(__dirname, '..');

/** What the load generator counted. */
export interface Load {
  readonly requests: number;
  /** How many it took: more than were asked for when some were closed. */
  readonly connections: number;
  readonly seconds: number;
  readonly failed: { readonly socket: number; readonly status: number; readonly body: number };
  readonly milliseconds: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly versions: Readonly<Record<string, number>>;
  /** Of what failed: when, and how. */
  readonly examples: readonly { readonly second: number; readonly what: string }[];
}

/** The product of `environments/`, deployed to a machine that really boots, in a world where its names lead to it. */
export class BootedProduct {
  readonly domain = 'staging.acme.example';
  private readonly exchange = 'asset-archive-staging-exchange';

  private constructor(
    readonly cloud: Cloud,
    readonly workspace: Workspace,
  ) {}

  /** Everything from the state bucket to a converged machine: about 40 s with the cached packages. Services are not released yet. `edit` changes the environment's file before. */
  static async deploy(edit?: (workspace: Workspace) => void): Promise<BootedProduct> {
    const cloud = await startCloud({ boot: true });
    const workspace = new Workspace(root, () => cloud.env());
    const product = new BootedProduct(cloud, workspace);
    try {
      await workspace.berth(['bootstrap']);
      await product.apply(edit);
      return product;
    } catch (error) {
      await product.remove();
      throw error;
    }
  }

  /** Makes what the environment's file says now; `edit` changes it before. */
  async apply(edit?: (workspace: Workspace) => void, onLine?: (line: string) => void): Promise<void> {
    edit?.(this.workspace);
    await this.workspace.synth();
    await this.workspace.plan('staging');
    await this.workspace.apply('staging', onLine);
  }

  /** The machine that is there now: another one after a generation was raised. */
  get machine(): Machine {
    const droplet = Object.values(this.cloud.digitalocean.state.droplets)
      .filter(({ name }) => name === 'asset-archive-staging')
      .at(-1)!;
    return this.cloud.fleet!.machine(droplet.id)!;
  }

  /** Runs a command on the machine and gives what it says; fails when it fails. */
  async on(command: string): Promise<string> {
    const { code, output } = await this.machine.run(['sh', '-c', command]);
    if (code !== 0) throw new Error(`${command} ended with ${code} on the machine:\n${output}`);
    return output.trim();
  }

  /** Sets a secret of a service and hands it to the machine. */
  async setSecret(name: string, value: string): Promise<void> {
    const { code, output } = await this.workspace.tryBerth(['secret', 'set', 'staging', name], `${value}\n`);
    if (code !== 0) throw new Error(output);
    await this.apply();
  }

  async image(service: string, tag: string): Promise<string> {
    const repository = service === 'report' ? 'api' : service;
    return `ghcr.io/acme/asset-archive-${repository}@${(await this.cloud.images!).digestOf(tag)}`;
  }

  /** `berth release`, which waits; whatever the outcome. */
  async release(service: string, tag: string): Promise<Revision> {
    const { stdout } = await this.workspace.tryBerth([
      'release',
      'staging',
      service,
      await this.image(service, tag),
      '--json',
    ]);
    return JSON.parse(stdout) as Revision;
  }

  /** The services of the product, all on one tag. */
  async releaseAll(tag = 'v1'): Promise<void> {
    const revisions = await Promise.all(
      ['web', 'api', 'worker', 'cms', 'report'].map((service) => this.release(service, tag)),
    );
    const unwell = revisions.filter(({ state }) => state !== 'healthy');
    if (unwell.length > 0) throw new Error(`not healthy: ${JSON.stringify(unwell, null, 1)}`);
  }

  async report(): Promise<Report | undefined> {
    const object = await this.cloud.spaces.get(this.exchange, 'machine/report.json');
    return object && (JSON.parse(object.bytes.toString('utf8')) as Report);
  }

  async ledger(): Promise<Ledger> {
    const object = await this.cloud.spaces.get(this.exchange, 'machine/releases.json');
    return object ? (JSON.parse(object.bytes.toString('utf8')) as Ledger) : { version: 1, services: {} };
  }

  /** A visitor's place: with this world's names and authorities. */
  outside(command: readonly string[], options?: OutsideOptions): Promise<Finished> {
    return this.cloud.fleet!.network.outside(command, options);
  }

  /** What a visitor gets: the status, and the body. */
  async get(
    path: string,
    { host = this.domain, scheme = 'https', options = [] as readonly string[] } = {},
  ): Promise<{ status: number; body: string }> {
    const { stdout } = await this.outside([
      'curl',
      '--silent',
      '--max-time',
      '10',
      '--write-out',
      '\n%{http_code}',
      ...options,
      `${scheme}://${host}${path}`,
    ]);
    const at = stdout.lastIndexOf('\n');
    return { status: Number(stdout.slice(at + 1)), body: stdout.slice(0, at) };
  }

  /** Puts load on the product until `work` has ended, and tells both. */
  async underLoad<T>(
    work: () => Promise<T>,
    { url = `https://${this.domain}/`, connections = 8, rate = 0, expect = '' } = {},
  ): Promise<{ load: Load; result: T }> {
    const program = await buildLoad();
    const ended = new AbortController();
    const running = this.outside(
      [
        program,
        '--url',
        url,
        '--connections',
        String(connections),
        '--seconds',
        '3600',
        '--json',
        ...(rate ? ['--rate', String(rate)] : []),
        ...(expect ? ['--expect', expect] : []),
      ],
      { signal: ended.signal },
    );
    let result: T;
    try {
      result = await work();
    } finally {
      ended.abort();
    }
    const { stdout, output } = await running;
    try {
      return { load: JSON.parse(stdout) as Load, result };
    } catch {
      throw new Error(`the load generator counted nothing at ${url}; it says: ${output.trim()}`);
    }
  }

  async until(what: string, true_: () => Promise<boolean>, seconds = 60): Promise<number> {
    const start = performance.now();
    while (!(await true_().catch(() => false))) {
      if (performance.now() - start > seconds * 1000) throw new Error(`${what}: not within ${seconds} s`);
      await sleep(200);
    }
    return (performance.now() - start) / 1000;
  }

  async remove(): Promise<void> {
    await this.cloud.close();
    this.workspace.remove();
  }
}
