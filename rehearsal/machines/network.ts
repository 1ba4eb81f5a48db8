import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spacesRegions } from '../spaces';
import { createAuthority } from './authority';
import { findMirrors } from './mirror';
import { answerQuestion } from './name-server';
import { packageHosts, packageRelay } from './package-relay';

/** What the gate is told when it starts. */
export interface GateOptions {
  readonly gateways: readonly string[];
  /** By port, the socket that its connections are led to. */
  readonly ports: Record<number, string>;
}
export type FromGate = { readonly ready: true } | { readonly question: string; readonly address: string; readonly port: number };
export interface ToGate {
  readonly answer: string;
  readonly address: string;
  readonly port: number;
}

/** The network that a rehearsal's machines are in. It leads to the simulated cloud and to Debian's packages only. */
export interface Network {
  /** A process in its namespace. */
  readonly pid: number;
  /** What its machines have to trust. */
  readonly certificate: string;
  /** Where every name of the outside world is. */
  readonly gateway: string;
  close(): Promise<void>;
}

export interface NetworkOptions {
  /** The simulated Spaces, which answers for `*.digitaloceanspaces.com`. */
  readonly spaces: RequestListener;
  /** Where the authority is kept that its machines trust; made anew for each network when absent. */
  readonly authority?: string;
}

/** The last of the range that the addresses of the first 253 droplets of an account are counted up in (RFC 5737). */
const gateway = '203.0.113.254';
const gateways = [`${gateway}/24`];

export async function openNetwork({ spaces, authority: kept }: NetworkOptions): Promise<Network> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-network-'));
  const authority = await createAuthority(kept ?? join(folder, 'authority'));
  const certificate = await authority.issue(['*.digitaloceanspaces.com', ...spacesRegions.map((region) => `*.${region}.digitaloceanspaces.com`)]);
  const servers = [packageRelay(findMirrors()), https.createServer(certificate, spaces)];
  const sockets = ['80', '443'].map((port) => join(folder, port));
  await Promise.all(servers.map((server, index) => new Promise<void>((resolve) => server.listen(sockets[index], resolve))));
  const gate = await startGate({ gateways, ports: { 80: sockets[0]!, 443: sockets[1]! } });
  return {
    pid: gate.pid!,
    gateway,
    certificate: authority.certificate,
    async close() {
      if (gate.connected) {
        const ended = new Promise((resolve) => gate.once('exit', resolve));
        gate.disconnect();
        await ended;
      }
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const resolve = (name: string): string | undefined =>
  packageHosts.includes(name) || name.endsWith('.digitaloceanspaces.com') ? gateway : undefined;

function startGate(options: GateOptions): Promise<ChildProcess> {
  const gate = spawn('unshare', ['--net', '--', process.execPath, '--require', require.resolve('tsx/cjs'), join(__dirname, 'gate.ts'), JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` },
  });
  let says = '';
  gate.stderr!.setEncoding('utf8').on('data', (chunk: string) => { says += chunk; });
  return new Promise((done, fail) => {
    gate.on('message', (message: FromGate) => {
      if ('ready' in message) return done(gate);
      const answer = answerQuestion(Buffer.from(message.question, 'base64'), resolve);
      if (answer && gate.connected) gate.send({ answer: answer.toString('base64'), address: message.address, port: message.port } satisfies ToGate);
    });
    gate.once('error', fail);
    gate.once('exit', (code) => fail(new Error(`the machines' network could not be made (${code}):\n${says.trim()}`)));
  });
}
