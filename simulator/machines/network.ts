import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finished } from '../process';
import { spacesRegions } from '../spaces';
import { type AcmeServer, acmePorts, acmeHost, startAcme } from './acme';
import { createAuthority } from './authority';
import { onHost } from './host-command';
import { findMirrors } from './mirror';
import { answerQuestion, type Resolve } from './name-server';
import { type OutsideOptions, runOutside } from './outside';
import { packageHosts, packageRelay } from './package-relay';
import { findHost, serveHosts, type VirtualHost } from './virtual-host';

/** One end of a pipe: a socket's file, which is seen in every namespace, or a port in the gate's. */
export type PipeEnd = { readonly path: string } | { readonly host: string; readonly port: number };

/** What the gate is told when it starts. */
export interface GateOptions {
  readonly address: string;
  readonly ranges: readonly string[];
  readonly pipes: readonly { readonly from: PipeEnd; readonly to: PipeEnd }[];
}
export type FromGate =
  { readonly ready: true } | { readonly question: string; readonly address: string; readonly port: number };
export interface ToGate {
  readonly answer: string;
  readonly address: string;
  readonly port: number;
}

/** The world that machines are in: all there is beyond them is the simulated cloud and Debian's packages. */
export interface Network {
  /** A process in its namespace. */
  readonly pid: number;
  /** The authority of everybody with a name here, which machines have to trust. */
  readonly certificate: string;
  /** The authorities of certificates that were got by ACME, now and in earlier runs. */
  readonly acmeCertificates: readonly string[];
  /** All of these in one file. */
  readonly certificateFile: string;
  /** Where every name of the outside world is. */
  readonly gateway: string;
  /** Puts a rule set of nftables (packet-filter.ts) in the place of the last one. Without any, everybody reaches everybody. */
  filter(rules: string): Promise<void>;
  /** Runs a command outside all machines, where a visitor of what they serve is: with the names and authorities of this world. */
  outside(command: readonly string[], options?: OutsideOptions): Promise<Finished>;
  close(): Promise<void>;
}

export interface NetworkOptions {
  /** The simulated Spaces, which answers for `*.digitaloceanspaces.com`. */
  readonly spaces: RequestListener;
  /** Who else answers over HTTPS. */
  readonly hosts?: readonly VirtualHost[];
  /** The names beside theirs, as they are when somebody asks. */
  readonly resolve?: Resolve;
  /** Where the authorities are kept that are trusted here; made anew for each network when absent. */
  readonly authority?: string;
}

/** The last of the range that the addresses of the first 253 droplets of an account are counted up in (RFC 5737). */
const gateway = '203.0.113.254';
/** Reserved addresses, and those that a visitor may come from: `curl --interface 192.0.2.7`. */
const ranges = ['198.51.100.0/24', '198.19.0.0/16', '192.0.2.0/24'];

export async function openNetwork({
  spaces,
  hosts: others = [],
  resolve = () => undefined,
  authority: kept,
}: NetworkOptions): Promise<Network> {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-network-'));
  const at = (name: string): string => join(folder, name);
  const authorityFolder = kept ?? at('authority');
  const authority = await createAuthority(authorityFolder);
  const hosts: VirtualHost[] = [
    {
      names: ['*.digitaloceanspaces.com', ...spacesRegions.map((region) => `*.${region}.digitaloceanspaces.com`)],
      listener: spaces,
    },
    acmeHost(at('acme'), authority.certificate),
    ...others,
  ];
  const certificate = await authority.issue(hosts.flatMap(({ names }) => names));
  const servers = [packageRelay(findMirrors()), https.createServer(certificate, serveHosts(hosts))];
  const sockets = [at('80'), at('443')];
  await Promise.all(servers.map((server, index) => new Promise<void>((done) => server.listen(sockets[index], done))));
  const world: Resolve = (name) =>
    packageHosts.includes(name) || findHost(hosts, name) ? [{ name, type: 'A', data: gateway }] : resolve(name);

  let gate: ChildProcess | undefined;
  let acme: AcmeServer | undefined;
  async function close(): Promise<void> {
    await acme?.close();
    if (gate?.connected) {
      const ended = new Promise((done) => gate!.once('exit', done));
      gate.disconnect();
      await ended;
    }
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
    rmSync(folder, { recursive: true, force: true });
  }

  try {
    gate = await startGate(world, {
      address: gateway,
      ranges,
      pipes: [
        { from: { host: gateway, port: 80 }, to: { path: sockets[0]! } },
        { from: { host: gateway, port: 443 }, to: { path: sockets[1]! } },
        { from: { path: at('acme') }, to: { host: '127.0.0.1', port: acmePorts.directory } },
        { from: { path: at('acme-management') }, to: { host: '127.0.0.1', port: acmePorts.management } },
      ],
    });
    acme = await startAcme({ gate: gate.pid!, folder, authority, names: gateway, kept: authorityFolder });
  } catch (error) {
    await close();
    throw error;
  }
  const certificateFile = at('authorities.crt');
  writeFileSync(certificateFile, [authority.certificate, ...acme.certificates].join(''));
  writeFileSync(at('resolv.conf'), `nameserver ${gateway}\n`);
  writeFileSync(at('nsswitch.conf'), 'hosts: files dns\n');
  const { pid } = gate;
  return {
    pid: pid!,
    gateway,
    certificate: authority.certificate,
    acmeCertificates: acme.certificates,
    certificateFile,
    async filter(rules) {
      writeFileSync(at('rules.nft'), rules);
      await onHost('nsenter', ['--target', String(pid), '--net', '--', 'nft', '--file', at('rules.nft')]);
    },
    outside: (command, options) => runOutside({ gate: pid!, folder, certificateFile }, command, options),
    close,
  };
}

function startGate(resolve: Resolve, options: GateOptions): Promise<ChildProcess> {
  const gate = spawn(
    'unshare',
    [
      '--net',
      '--',
      process.execPath,
      '--require',
      require.resolve('tsx/cjs'),
      join(__dirname, 'gate.ts'),
      JSON.stringify(options),
    ],
    {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` },
    },
  );
  let says = '';
  gate.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
    says += chunk;
  });
  return new Promise((done, fail) => {
    gate.on('message', (message: FromGate) => {
      if ('ready' in message) return done(gate);
      const answer = answerQuestion(Buffer.from(message.question, 'base64'), resolve);
      if (answer && gate.connected)
        gate.send({ answer: answer.toString('base64'), address: message.address, port: message.port } satisfies ToGate);
    });
    gate.once('error', fail);
    gate.once('exit', (code) => fail(new Error(`the machines' network could not be made (${code}):\n${says.trim()}`)));
  });
}
