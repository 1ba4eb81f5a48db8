import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSession, type EngineOptions, type Session } from './engine';
import { type Handler, listen } from './grpc';
import { PidPlaceholder } from './pid-placeholder';
import { type Call } from './protocol';
import { type Provider } from './resource';
import { type Dynamic } from './value';

/** Sees every handle before it is sent, for tests. */
export type Tap = (provider: string, call: Call, request: Dynamic, handle: Dynamic) => void;

export interface Hosted {
  /** Read it for each command: a placeholder that was killed has a new pid. */
  readonly env: { TF_REATTACH_PROVIDERS: string };
  close(): Promise<void>;
}

/** Serves providers to any number of Terraform runs. The keys are sources without a host, which OpenTofu understands as well. */
export async function hostProviders(
  providers: Record<string, Provider>,
  options: EngineOptions & { tap?: Tap; shutdown?: () => void } = {},
): Promise<Hosted> {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  const placeholder = new PidPlaceholder();
  const sockets: Record<string, string> = {};
  const closers: (() => Promise<void>)[] = [];

  for (const [source, provider] of Object.entries(providers)) {
    const sessions = new WeakMap<object, Session>();
    const handle: Handler = async (call, request, connection) => {
      const session = sessions.get(connection) ?? createSession(provider, options);
      sessions.set(connection, session);
      const result = await session.handle(call, request);
      options.tap?.(provider.name, call, request, result);
      return result;
    };
    sockets[source] = join(folder, `${provider.name}.sock`);
    const server = await listen(
      sockets[source],
      handle,
      (connection) => sessions.get(connection)?.close(),
      options.shutdown,
    );
    closers.push(() => server.close());
  }

  return {
    get env() {
      const entry = (socket: string) => ({
        Protocol: 'grpc',
        ProtocolVersion: 5,
        Pid: placeholder.pid,
        Test: true,
        Addr: { Network: 'unix', String: socket },
      });
      const entries = Object.entries(sockets).map(([source, socket]) => [source, entry(socket)]);
      return { TF_REATTACH_PROVIDERS: JSON.stringify(Object.fromEntries(entries)) };
    },
    async close() {
      await Promise.all(closers.map((close) => close()));
      await placeholder.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
