import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Authority } from './authority';
import type { VirtualHost } from './virtual-host';

/** Where it listens in the gate's namespace. */
export const acmePorts = { directory: 14000, management: 15000 };

const names = ['acme-v02.api.letsencrypt.org', 'acme-staging-v02.api.letsencrypt.org'];

export interface AcmeOptions {
  /** A process in the network's namespace. */
  readonly gate: number;
  /** Where its files are, and the sockets that lead to its ports. */
  readonly folder: string;
  readonly authority: Authority;
  /** The address of the name server by which it finds who asks for a certificate. */
  readonly names: string;
  /** Where the authorities of earlier runs are: what they signed is still in use. */
  readonly kept: string;
}

export interface AcmeServer {
  /** What its certificates, and those of earlier runs, lead back to. */
  readonly certificates: readonly string[];
  close(): Promise<void>;
}

/** Let's Encrypt, as clients know it: the names and the directory's path are its own, everything else is pebble's. */
export const acmeHost = (socket: string, ca: string): VirtualHost => ({
  names,
  listener(request: IncomingMessage, response: ServerResponse) {
    const { method, headers } = request;
    const path = request.url === '/directory' ? '/dir' : request.url;
    // it writes its addresses with the name that it was asked by
    const asked = https.request({ socketPath: socket, ca, servername: names[0], method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response, () => asked.destroy());
    });
    asked.on('error', (error) => {
      if (response.headersSent) response.destroy();
      else
        response
          .writeHead(502, { 'content-type': 'text/plain' })
          .end(`the ACME server does not answer: ${error.message}\n`);
    });
    pipeline(request, asked, () => undefined);
  },
});

/** Starts pebble, a small ACME server made for tests, where it reaches machines as anybody outside does. */
export async function startAcme({
  gate,
  folder,
  authority,
  names: nameServer,
  kept,
}: AcmeOptions): Promise<AcmeServer> {
  const at = (file: string): string => join(folder, file);
  const { key, cert } = await authority.issue(names);
  writeFileSync(at('pebble.key'), key, { mode: 0o600 });
  writeFileSync(at('pebble.crt'), cert);
  writeFileSync(
    at('pebble.json'),
    JSON.stringify({
      pebble: {
        listenAddress: `127.0.0.1:${acmePorts.directory}`,
        managementListenAddress: `127.0.0.1:${acmePorts.management}`,
        certificate: at('pebble.crt'),
        privateKey: at('pebble.key'),
        httpPort: 80,
        tlsPort: 443,
      },
    }),
  );
  const pebble = spawn(
    'setpriv',
    [
      '--pdeathsig',
      'KILL',
      'nsenter',
      '--target',
      String(gate),
      '--net',
      '--',
      'pebble',
      '-config',
      at('pebble.json'),
      '-dnsserver',
      `${nameServer}:53`,
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      // neither waits before it looks at a machine, nor refuses good requests to try the client
      env: { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`, PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0' },
    },
  );
  let says = '';
  for (const stream of [pebble.stdout, pebble.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      says = (says + chunk).slice(-2_000);
    });
  const server = { close: () => end(pebble) };
  try {
    const root = await rootOf({ socketPath: at('acme-management'), ca: authority.certificate }, pebble, () => says);
    const file = join(kept, 'acme-roots.json');
    const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as string[]) : [];
    const certificates = [...before, root].slice(-20);
    writeFileSync(file, JSON.stringify(certificates));
    return { ...server, certificates };
  } catch (error) {
    await server.close();
    throw error;
  }
}

interface Management {
  readonly socketPath: string;
  readonly ca: string;
}

/** It makes its authority when it starts, which takes it a moment. */
async function rootOf(management: Management, pebble: ChildProcess, says: () => string): Promise<string> {
  let failed: Error | undefined;
  pebble.once('error', (error) => {
    failed = error;
  });
  for (let tries = 0; tries < 200; tries++) {
    if (failed ?? pebble.exitCode !== null) break;
    const root = await get(management, '/roots/0').catch(() => undefined);
    if (root?.includes('BEGIN CERTIFICATE')) return root;
    await sleep(50);
  }
  throw new Error(`the ACME server (pebble) did not start: ${failed?.message ?? says().trim()}`);
}

const get = (management: Management, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    https
      .get(
        { ...management, servername: names[0], path, agent: false },
        (answer) => void text(answer).then(resolve, reject),
      )
      .once('error', reject);
  });

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
