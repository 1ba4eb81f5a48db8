import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Finished, run } from '../process';
import { cgroupRoot } from './cgroup';
import { configDrive, type Metadata } from './config-drive';
import { onHost } from './host-command';
import type { Network } from './network';
import { type PackageSource, packageLayer, packagesOf } from './package-layer';
import { cacheFolder, isKept, machineRoot } from './root';
import type { VolumeImage } from './volume-image';

export interface MachineOptions {
  readonly name: string;
  readonly userData: string;
  /** Attached when it is switched on; more can be attached later. */
  readonly volumes?: readonly VolumeImage[];
  readonly network: Network;
  readonly publicAddress: string;
  readonly privateAddress: string;
  readonly privateNetmask: string;
  readonly sshKeys?: readonly string[];
  /** Where its disk is kept. A machine whose folder is there already goes on as it was when it was switched off. */
  readonly folder?: string;
  /** From the mirror when absent. */
  readonly packages?: PackageSource;
  /** Told what takes long. */
  readonly say?: (line: string) => void;
}

/** A machine that is there: on, off, or on its way. */
export interface Machine {
  readonly name: string;
  /** Its first process, as this host counts; undefined while it is off. */
  leader(): number | undefined;
  /** Runs a command in it, as root, and tells how it ended. */
  run(command: readonly string[], onLine?: (line: string) => void): Promise<Finished>;
  /** What it has said on its console, over all its boots. */
  console(): string;
  attach(volume: VolumeImage): Promise<void>;
  detach(name: string): Promise<void>;
  /** Lets it see that a volume's file has grown. */
  grow(name: string): Promise<void>;
  /** As from within: services stop, and it comes back. */
  reboot(): Promise<void>;
  powerOff(): Promise<void>;
  powerOn(): Promise<void>;
  /** Switches it off the hard way and forgets its disk; volumes stay. */
  destroy(): Promise<void>;
}

/** Makes a machine and switches it on. Resolves when its init runs: cloud-init is then still at work. */
export async function bootMachine(options: MachineOptions): Promise<Machine> {
  const machine = new NspawnMachine(options, await lowerDirectories(options));
  try {
    await machine.powerOn();
  } catch (error) {
    await machine.destroy();
    throw error;
  }
  return machine;
}

/** The folders that a machine stands on, the upper one first: those it was made on, for as long as it lives. */
async function lowerDirectories({ name, folder, userData, packages, say }: MachineOptions): Promise<string[]> {
  const kept = folder && join(folder, 'ground.json');
  if (kept && existsSync(kept)) {
    const folders = JSON.parse(readFileSync(kept, 'utf8')) as string[];
    const gone = folders.find((each) => !isKept(each));
    if (gone)
      throw new Error(`${name} was made on ${gone}, which is not kept any more: start again with an empty folder`);
    return folders;
  }
  const root = await machineRoot(say);
  const layer = packages === 'cached' ? await packageLayer(root, packagesOf(userData), say) : undefined;
  return layer === undefined ? [root] : [layer, root];
}

class NspawnMachine implements Machine {
  readonly name: string;
  private readonly folder: string;
  /** Follows from the folder, as cards' addresses do. Short: kernel names of cables have 15 characters at most. */
  private readonly id: string;
  private readonly volumes = new Map<string, VolumeImage>();
  private supervisor: ChildProcess | undefined;

  constructor(
    private readonly options: MachineOptions,
    private readonly lower: readonly string[],
  ) {
    this.name = options.name;
    this.folder = options.folder ?? join(cacheFolder(), 'machines', randomBytes(4).toString('hex'));
    this.id = machineId(this.folder);
    for (const volume of options.volumes ?? []) this.volumes.set(volume.name, volume);
    if (existsSync(this.folder)) return;
    // docker's own overlays cannot lie on an overlay: its folder is one of the host's
    for (const name of ['upper', 'work', 'root', 'docker', 'disks'])
      mkdirSync(join(this.folder, name), { recursive: true });
    writeFileSync(join(this.folder, 'ground.json'), JSON.stringify(lower));
    this.seed();
  }

  private seed(): void {
    const { network, userData, publicAddress, privateAddress, privateNetmask, sshKeys = [] } = this.options;
    const metadata: Metadata = {
      id: this.id,
      hostname: this.name,
      userData,
      sshKeys,
      public: { mac: mac(`${this.id}.0`), address: publicAddress, netmask: '255.255.255.0', gateway: network.gateway },
      private: { mac: mac(`${this.id}.1`), address: privateAddress, netmask: privateNetmask },
    };
    for (const { path, content, mode } of configDrive(metadata)) this.write(path, content, mode);
  }

  /** While it is off: the authorities of this world are trusted at once, and still after ca-certificates was upgraded. */
  private trust(): void {
    const { network } = this.options;
    const bundle = join(this.folder, 'upper/etc/ssl/certs/ca-certificates.crt');
    if (!existsSync(bundle)) {
      mkdirSync(dirname(bundle), { recursive: true });
      copyFileSync(join(this.lower.at(-1)!, 'etc/ssl/certs/ca-certificates.crt'), bundle);
    }
    const trusted = readFileSync(bundle, 'utf8');
    for (const certificate of [network.certificate, ...network.acmeCertificates].filter(
      (each) => !trusted.includes(each.trim()),
    )) {
      this.write(`/usr/local/share/ca-certificates/rehearsal-${shortHash(certificate)}.crt`, certificate, 0o644);
      appendFileSync(bundle, certificate);
    }
  }

  private write(path: string, content: string, mode: number): void {
    const file = join(this.folder, 'upper', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { mode });
  }

  leader(): number | undefined {
    const nspawn =
      this.supervisor && childrenOf(this.supervisor.pid!).find((pid) => commandOf(pid) === 'systemd-nspawn');
    return nspawn && childrenOf(nspawn)[0];
  }

  async run(command: readonly string[], onLine?: (line: string) => void): Promise<Finished> {
    const leader = this.leader();
    if (leader === undefined) throw new Error(`${this.name} is switched off: no command runs there`);
    const inside = [
      '/usr/bin/env',
      '-i',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'HOME=/root',
      'LANG=C.UTF-8',
      ...command,
    ];
    return run(
      'nsenter',
      [
        '--target',
        String(leader),
        '--mount',
        '--uts',
        '--ipc',
        '--net',
        '--pid',
        '--cgroup',
        '--root',
        '--wd',
        '--',
        ...inside,
      ],
      {
        cwd: '/',
        env: { PATH: process.env.PATH },
        onLine,
      },
    );
  }

  console(): string {
    const file = join(this.folder, 'console');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  async attach(volume: VolumeImage): Promise<void> {
    this.volumes.set(volume.name, volume);
    if (!this.supervisor) return;
    const { stdout } = await onHost('losetup', ['--find', '--show', volume.file]);
    await this.inSupervisor('cp', '-a', stdout.trim(), this.disk(volume.name));
  }

  async grow(name: string): Promise<void> {
    if (this.supervisor && this.volumes.has(name))
      await this.inSupervisor('losetup', '--set-capacity', this.disk(name));
  }

  async detach(name: string): Promise<void> {
    const volume = this.volumes.get(name);
    if (!volume) return;
    this.volumes.delete(name);
    if (!this.supervisor) return;
    // a volume that is pulled out while it is mounted is lost to the machine, not to the next one
    await this.run(['umount', '--lazy', `/dev/disk/by-id/scsi-0DO_Volume_${name}`]);
    await this.inSupervisor('losetup', '--detach', this.disk(name));
    await this.inSupervisor('rm', '-f', this.disk(name));
  }

  private disk(name: string): string {
    return join(this.folder, 'disks', `scsi-0DO_Volume_${name}`);
  }

  /** Among the mounts that only the supervisor sees. */
  private inSupervisor(...command: string[]): Promise<Finished> {
    return onHost('nsenter', ['--target', String(this.supervisor!.pid), '--mount', '--', ...command]);
  }

  async reboot(): Promise<void> {
    const before = this.leader();
    await this.run(['systemctl', 'reboot']);
    await this.until(() => this.leader() !== before && this.isUp(), 120, 'came back');
  }

  async powerOn(): Promise<void> {
    if (this.supervisor) return;
    this.trust();
    const log = openSync(join(this.folder, 'console'), 'a');
    // should this process be killed, the kernel tells the supervisor
    const supervisor = spawn(
      'setpriv',
      [
        '--pdeathsig',
        'HUP',
        'unshare',
        '--mount',
        '--net',
        '--propagation',
        'private',
        'sh',
        join(__dirname, 'run-nspawn.sh'),
      ],
      {
        detached: true,
        stdio: ['ignore', log, log],
        env: {
          PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`,
          NAME: this.name,
          FOLDER: this.folder,
          LOWER: this.lower.join(':'),
          CGROUP: join(cgroupRoot(), `simulator-${this.id}`),
          GATE: String(this.options.network.pid),
          PORT: `m${this.id}`,
          PUBLIC: this.options.publicAddress,
          PRIVATE: this.options.privateAddress,
          PUBLIC_MAC: mac(`${this.id}.0`),
          PRIVATE_MAC: mac(`${this.id}.1`),
          VOLUMES: [...this.volumes.values()].map(({ name, file }) => `${name}=${file}`).join('\n'),
        },
      },
    );
    closeSync(log);
    this.supervisor = supervisor;
    supervisor.once('exit', () => {
      if (this.supervisor === supervisor) this.supervisor = undefined;
    });
    await this.until(() => this.isUp(), 120, 'started');
  }

  /** Its own root is in place once the ConfigDrive is seen there; then it takes a moment until its init can be asked. */
  private async isUp(): Promise<boolean> {
    if (this.leader() === undefined) return false;
    const { code } = await this.run([
      'test',
      '-s',
      '/var/lib/cloud/seed/config_drive/openstack/latest/user_data',
      '-a',
      '-S',
      '/run/dbus/system_bus_socket',
    ]);
    return code === 0;
  }

  powerOff(): Promise<void> {
    return this.end('SIGTERM', 90);
  }

  async destroy(): Promise<void> {
    await this.end('SIGHUP', 30);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async end(signal: NodeJS.Signals, seconds: number): Promise<void> {
    const supervisor = this.supervisor;
    if (!supervisor) return;
    supervisor.kill(signal);
    await this.until(() => supervisor.exitCode !== null || supervisor.signalCode !== null, seconds, 'ended');
    this.supervisor = undefined;
  }

  private async until(true_: () => boolean | Promise<boolean>, seconds: number, what: string): Promise<void> {
    for (const end = Date.now() + seconds * 1000; !(await true_()); await sleep(100)) {
      if (Date.now() > end)
        throw new Error(`${this.name} has not ${what} within ${seconds} s; its console says:\n${this.lastLines()}`);
      if (!this.supervisor && what !== 'ended')
        throw new Error(`${this.name} has not ${what}; its console says:\n${this.lastLines()}`);
    }
  }

  private lastLines(): string {
    return this.console().trim().split('\n').slice(-15).join('\n');
  }
}

/** What the parts of a machine on this host are named after; it follows from the machine's folder. */
export const machineId = (folder: string): string => shortHash(folder);

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

/** A locally administered address that follows from a name. */
const mac = (name: string): string =>
  `02:${createHash('sha256').update(name).digest('hex').slice(0, 10).match(/../g)!.join(':')}`;

const childrenOf = (pid: number): number[] =>
  read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
const commandOf = (pid: number): string => read(`/proc/${pid}/comm`).trim();

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
