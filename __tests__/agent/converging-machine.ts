import { parse } from 'yaml';
import { Converger, type Converged, type Inputs } from '../../agent/converge';
import { Docker } from '../../agent/docker';
import type { EnvironmentInput } from '../../definition/environment';
import type { Desired } from '../../contract/desired';
import { renderDesired } from '../../templates/desired';
import { proxyOf } from '../../agent/render/proxy';
import { resolved } from '../definition/an-environment';
import { DockerEngine } from './docker-engine';
import { FakeHost } from './fake-host';

export const proxyImage = proxyOf({}).image;
export const image = (name: string, digit = '1'): string => `ghcr.io/acme/${name}@sha256:${digit.repeat(64)}`;
export const images = {
  web: image('web'),
  api: image('api'),
  jobs: image('jobs'),
  cms: image('cms'),
  nightly: image('jobs', '2'),
};
export const secret = 'canary-smtp://mail';

/** What the machine of an environment converges to, its secret with it. */
export function desired(changes: Partial<EnvironmentInput> = {}, more: Partial<Desired> = {}): Desired {
  return {
    ...(parse(renderDesired(resolved(changes)), { version: '1.1' }) as Desired),
    secrets: { SMTP_URL: `sealed:${secret}` },
    ...more,
  };
}

/** A machine with its volume and an engine of Docker's, on which every command goes well that no test has broken. */
export class ConvergingMachine {
  readonly engine = new DockerEngine();
  readonly host = new FakeHost();
  readonly said: string[] = [];
  readonly active = new Set<string>();
  /** What a command does in place of going well, by the beginning of its line. */
  broken: Record<string, string> = {};

  async start(): Promise<this> {
    const { engine, host, active } = this;
    await engine.start();
    host.write('/proc/self/mounts', '/dev/sda /mnt/data ext4 rw 0 0\n');
    host.write('/sys/fs/cgroup/cgroup.controllers', 'cpu memory\n');
    for (const each of [proxyImage, ...Object.values(images)]) engine.registry.set(each, {});
    host.answer = (line, { input = '' }) => {
      const why = Object.entries(this.broken).find(([beginning]) => line.startsWith(beginning))?.[1];
      if (why !== undefined) return { code: 1, stderr: why };
      if (line === 'age-keygen') return { stdout: '# public key: age1machine\nAGE-SECRET-KEY-1CANARY\n' };
      if (line.startsWith('age --decrypt'))
        return input.startsWith('sealed:')
          ? { stdout: input.slice('sealed:'.length) }
          : { code: 1, stderr: 'age: error: no identity matched any of the recipients' };
      if (line.startsWith('pg_createcluster')) host.write('/etc/postgresql/17/main/postgresql.conf', '');
      if (line.startsWith('systemctl is-active')) return { code: active.has(line.split(' ').at(-1)!) ? 0 : 3 };
      if (/^systemctl (start|enable)/.test(line)) active.add(line.split(' ').at(-1)!);
      return {};
    };
    return this;
  }

  close(): Promise<void> {
    return this.engine.close();
  }

  converger(): Converger {
    return new Converger({
      machine: this.host,
      docker: new Docker(this.engine.socket),
      folder: '/var/lib/berth',
      log: (line) => this.said.push(line),
      watch: { interval: 1, settle: 0, timeout: 20_000 },
    });
  }

  converge(wanted: Desired = desired(), inputs: Partial<Inputs> = {}, by = this.converger()): Promise<Converged> {
    return by.converge(wanted, { images, managed: {}, ...inputs });
  }
}
