import { type ChildProcess, spawn } from 'node:child_process';
import { type Socket } from 'node:net';

/**
 * A process that does nothing but live, for its pid. Terraform is told a pid for each provider and kills it when the provider's
 * socket is gone: that must not be the process that serves. It watches the pid too, so a killed one is replaced.
 */
export class PidPlaceholder {
  private child?: ChildProcess;

  get pid(): number {
    if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) this.child = this.start();
    return this.child.pid ?? 0;
  }

  private start(): ChildProcess {
    // `cat` ends by itself when its input closes, so it outlives nobody; its own process group keeps a Ctrl-C in a terminal away.
    const child = spawn('cat', [], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    child.on('error', () => undefined);
    child.stdin.on('error', () => undefined);
    child.unref();
    (child.stdin as Socket).unref();
    return child;
  }

  async close(): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      child.ref();
      child.once('exit', () => resolve());
      child.stdin?.end();
    });
  }
}
