import { spawn } from 'node:child_process';
import net from 'node:net';

/** Docker with its compose plugin, and an engine that answers; or an error that says which of them is missing. */
export async function requireDocker(): Promise<void> {
  const version = await capture(['compose', 'version', '--short']);
  if (version.code === 'missing')
    throw new Error('docker was not found on PATH: install Docker (docs/local-development.md)');
  if (version.code !== 0)
    throw new Error('docker has no compose plugin: install docker-compose-plugin (docs/local-development.md)');
  const engine = await capture(['info', '--format', '{{.ServerVersion}}']);
  if (engine.code !== 0)
    throw new Error(
      `Docker is not running, or this user may not use it: ${engine.output.trim().split('\n').at(-1)} (docs/local-development.md)`,
    );
}

/** Every port must be free, or be held by this very project. */
export async function requireFreePorts(root: string, ports: ReadonlyMap<string, number>): Promise<void> {
  const running = (await capture(['compose', 'ps', '--services', '--status', 'running'], root)).output.split('\n');
  const taken: string[] = [];
  for (const [name, port] of ports) {
    if (!running.includes(name) && !(await isFree(port))) taken.push(`  ${port}, for ${name}`);
  }
  if (taken.length === 0) return;
  throw new Error(
    `these ports of localhost are taken by something else:\n${taken.join('\n')}\nstop what listens there (\`ss -ltnp\` tells), then try again (docs/local-development.md)`,
  );
}

/** Runs docker compose as if it had been typed. */
export function compose(root: string, args: readonly string[], input?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('docker', ['compose', ...args], {
      cwd: root,
      stdio: [input === undefined ? 'inherit' : 'pipe', 'inherit', 'inherit'],
    });
    child.on('error', reject);
    child.on('exit', (code, signal) =>
      code === 0
        ? resolve()
        : reject(
            new Error(`docker compose ${args.join(' ')} ended with ${signal ?? code} (docs/local-development.md)`),
          ),
    );
    child.stdin?.end(input);
  });
}

function capture(args: readonly string[], cwd?: string): Promise<{ code: number | 'missing'; output: string }> {
  return new Promise((resolve) => {
    const child = spawn('docker', args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on('error', () => resolve({ code: 'missing', output }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
