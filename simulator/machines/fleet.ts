import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import type { State } from '../digitalocean';
import { createAuthority } from './authority';
import { CoalescingRunner } from './coalescing-runner';
import { bootMachine, type Machine } from './machine';
import { openNetwork, type Network } from './network';
import { packageSource, type PackageSource } from './package-layer';
import { packetFilter } from './packet-filter';
import { whyNoMachine } from './requirements';
import { cacheFolder, machineRoot } from './root';
import type { VirtualHost } from './virtual-host';
import { createVolumeImage, type VolumeImage } from './volume-image';
import { lookUp } from './zone';

/** How the boot of a machine ended, by its own account. */
export interface BootReport {
  readonly name: string;
  /** cloud-init's word: `done`, `degraded`, `error` … */
  readonly status: string;
  /** Its own, and what its log says about them. */
  readonly errors: readonly string[];
  /** From the making of the machine until cloud-init had ended. */
  readonly seconds: number;
}

export interface FleetOptions {
  readonly spaces: RequestListener;
  /** Who else answers in the machines' world, by the names they have there; told the certificate of who vouches for all of them. */
  readonly hosts?: (authority: string) => readonly VirtualHost[];
  /** What SIMULATOR_PACKAGES says when absent. */
  readonly packages?: PackageSource;
  /** Where disks and volumes are kept between two runs; they are forgotten at the end when absent. */
  readonly folder?: string;
  readonly say?: (line: string) => void;
}

interface Running {
  readonly machine: Machine;
  readonly since: number;
  readonly attached: Map<string, VolumeImage>;
  on: boolean;
}

/** The machines behind the records of a simulated account: for each droplet one, which does what becomes of the record. */
export class Fleet {
  private readonly machines = new Map<number, Running>();
  private readonly images = new Map<string, VolumeImage & { gigabytes: number }>();
  private lastReboot: number;
  private readonly machineRunner = new CoalescingRunner(() => this.converge());
  private readonly filterRunner = new CoalescingRunner(() => this.filter());
  private rules = '';
  private closing: Promise<void> | undefined;

  private constructor(
    readonly network: Network,
    private readonly folder: string,
    private readonly state: State,
    private readonly options: FleetOptions,
  ) {
    this.lastReboot = this.reboots().at(-1)?.id ?? 0;
  }

  /** Fails with what is missing where no machine can be booted. */
  static async open(state: State, given: FleetOptions): Promise<Fleet> {
    const why = whyNoMachine();
    if (why) throw new Error(why);
    const options = { ...given, packages: given.packages ?? packageSource() };
    await machineRoot(options.say);
    const folder = options.folder ?? temporaryFolder();
    const authority = join(folder, 'authority');
    const hosts = options.hosts?.((await createAuthority(authority)).certificate);
    const network = await openNetwork({ spaces: options.spaces, hosts, resolve: lookUp(state.domains), authority });
    const fleet = new Fleet(network, folder, state, options);
    fleet.follow();
    return fleet;
  }

  /**
   * Brings the machines, and what reaches them, to what the records say now. Call it after each change. Machines are brought
   * there one after the other; addresses and firewalls do not wait for them.
   */
  follow(): void {
    this.filterRunner.follow();
    this.machineRunner.follow();
  }

  /** Waits until machines, addresses and firewalls are what the records said when it was asked. */
  async followed(): Promise<void> {
    await this.filterRunner.done();
    await this.machineRunner.done();
  }

  /** Waits until every machine that is on has ended its boot, and tells how. */
  async booted(): Promise<BootReport[]> {
    await this.followed();
    return Promise.all(
      [...this.machines.values()]
        .filter(({ on }) => on)
        .map(async ({ machine, since }) => {
          // asked again: whoever waits may be told of a failed unit before cloud-init has written down why
          const { stdout, output } = await machine.run([
            'sh',
            '-c',
            'cloud-init status --wait >/dev/null; cloud-init status --format json',
          ]);
          const seconds = Math.round((Date.now() - since) / 1000);
          try {
            const { status, errors } = JSON.parse(stdout) as { status: string; errors: string[] };
            const said = status === 'done' ? [] : await complaints(machine);
            return { name: machine.name, status, errors: [...errors, ...said], seconds };
          } catch {
            return { name: machine.name, status: 'unknown', errors: [output.trim()], seconds };
          }
        }),
    );
  }

  machine(droplet: number | string): Machine | undefined {
    return this.machines.get(Number(droplet))?.machine;
  }

  /** Once or more often: takes everything down. */
  close(): Promise<void> {
    return (this.closing ??= this.end());
  }

  private async end(): Promise<void> {
    await Promise.all([this.machineRunner.stop(), this.filterRunner.stop()]);
    const kept = this.options.folder !== undefined;
    await Promise.all(
      [...this.machines.values()].map(({ machine }) => (kept ? machine.powerOff() : machine.destroy())),
    );
    await this.network.close();
    if (!kept) rmSync(this.folder, { recursive: true, force: true });
  }

  private async filter(): Promise<void> {
    const rules = packetFilter(this.state);
    if (rules === this.rules) return;
    await this.network.filter(rules);
    this.rules = rules;
  }

  private async converge(): Promise<void> {
    // no machine is there before its firewall is
    await this.filterRunner.done();
    const droplets = new Map(
      Object.values(this.state.droplets).map((droplet) => [droplet.id, structuredClone(droplet)]),
    );
    const volumes = Object.values(this.state.volumes).map((volume) => structuredClone(volume));
    const reboots = this.reboots().filter(({ id }) => id > this.lastReboot);
    this.lastReboot = reboots.at(-1)?.id ?? this.lastReboot;

    // what goes, goes first: a volume is never in two machines
    for (const [id, running] of this.machines) {
      for (const [volume, { name }] of running.attached) {
        if (droplets.has(id) && !volumes.some((wanted) => wanted.id === volume && wanted.droplet === id)) {
          await running.machine.detach(name);
          running.attached.delete(volume);
        }
      }
      const droplet = droplets.get(id);
      if (!droplet) {
        this.machines.delete(id);
        await running.machine.destroy();
      } else if (droplet.status === 'off' && running.on) {
        running.on = false;
        await running.machine.powerOff();
      }
    }
    await this.convergeImages(volumes);
    for (const droplet of droplets.values()) {
      const attached = new Map(
        volumes.filter((volume) => volume.droplet === droplet.id).map(({ id }) => [id, this.images.get(id)!]),
      );
      const running = this.machines.get(droplet.id);
      if (!running) {
        if (droplet.status !== 'off') await this.make(droplet, attached);
        continue;
      }
      for (const [id, image] of attached) {
        if (running.attached.has(id)) continue;
        running.attached.set(id, image);
        await running.machine.attach(image);
      }
      if (droplet.status !== 'off' && !running.on) {
        running.on = true;
        await running.machine.powerOn();
      } else if (running.on && reboots.some((action) => action.droplet === droplet.id)) await running.machine.reboot();
    }
  }

  private async make(droplet: State['droplets'][string], attached: Map<string, VolumeImage>): Promise<void> {
    const bits = this.state.vpcs[droplet.vpc]!.ip_range.split('/')[1];
    const since = Date.now();
    const machine = await bootMachine({
      name: droplet.name,
      userData: droplet.user_data,
      folder: join(this.folder, 'machines', String(droplet.id)),
      network: this.network,
      publicAddress: droplet.public_ip,
      privateAddress: droplet.private_ip,
      privateNetmask: netmask(Number(bits)),
      sshKeys: droplet.ssh_keys.flatMap((key) => this.state.ssh_keys[key]?.public_key ?? []),
      volumes: [...attached.values()],
      packages: this.options.packages,
      say: this.options.say,
    });
    this.machines.set(droplet.id, { machine, since, attached, on: true });
  }

  private async convergeImages(volumes: readonly State['volumes'][string][]): Promise<void> {
    for (const { id, name, size_gigabytes: gigabytes, filesystem_type: fileSystem } of volumes) {
      const before = this.images.get(id);
      if (before?.gigabytes === gigabytes) continue;
      const image = { name, file: join(this.folder, 'volumes', `${id}.img`), gigabytes };
      await createVolumeImage(image, gigabytes, fileSystem === 'ext4' ? 'ext4' : undefined);
      this.images.set(id, image);
      for (const { machine } of this.machines.values()) if (before) await machine.grow(name);
    }
    for (const [id, { file }] of this.images) {
      if (volumes.some((volume) => volume.id === id)) continue;
      this.images.delete(id);
      rmSync(file, { force: true });
    }
  }

  private reboots() {
    return Object.values(this.state.actions).filter(
      ({ type, completed_at: done }) => ['reboot', 'power_cycle'].includes(type) && done !== null,
    );
  }
}

/** What cloud-init only says in its log: which package, which script. */
async function complaints(machine: Machine): Promise<string[]> {
  const { stdout } = await machine.run([
    'sh',
    '-c',
    'grep -E "^(E|Err|dpkg|Job for|mkfs|sysctl)[: ]" /var/log/cloud-init-output.log | tail -n 8',
  ]);
  return stdout.split('\n').filter(Boolean);
}

function temporaryFolder(): string {
  const parent = join(cacheFolder(), 'machines');
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, 'fleet-'));
}

const netmask = (bits: number): string =>
  [24, 16, 8, 0].map((shift) => ((0xffffffff << (32 - bits)) >>> shift) & 255).join('.');
