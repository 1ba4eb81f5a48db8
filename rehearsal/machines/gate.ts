import { execFileSync } from 'node:child_process';
import dgram from 'node:dgram';
import net from 'node:net';
import type { FromGate, GateOptions, ToGate } from './network';

/**
 * The process in a network's namespace: the switch that machines are plugged into, and the one address beyond it, whose
 * ports lead to sockets of the rehearsal. Nothing is routed: there is no way from here to anything real.
 * The namespace is anonymous: it is gone with this process, and this process ends with its parent.
 */
async function main({ gateways, ports }: GateOptions): Promise<void> {
  const ip = (...args: string[]): void => void execFileSync('ip', args);
  ip('link', 'set', 'lo', 'up');
  ip('link', 'add', 'switch', 'type', 'bridge');
  ip('link', 'set', 'switch', 'up');
  for (const gateway of gateways) ip('address', 'add', gateway, 'dev', 'switch');
  // machines also ask from their private addresses, and have to be answered there
  ip('route', 'add', 'default', 'dev', 'switch');

  for (const [port, path] of Object.entries(ports)) {
    const server = net.createServer((socket) => {
      const beyond = net.connect(path);
      socket.pipe(beyond).pipe(socket);
      const end = (): void => { socket.destroy(); beyond.destroy(); };
      socket.on('error', end);
      beyond.on('error', end);
    });
    await new Promise<void>((resolve) => server.listen(Number(port), '0.0.0.0', resolve));
  }

  const names = dgram.createSocket('udp4');
  names.on('message', (message, { address, port }) => tell({ question: message.toString('base64'), address, port }));
  process.on('message', ({ answer, address, port }: ToGate) => names.send(Buffer.from(answer, 'base64'), port, address));
  process.on('disconnect', () => process.exit(0));
  // Ctrl-C goes to the whole group of a terminal: machines are taken down first, and the network after them
  process.on('SIGINT', () => undefined);
  names.bind(53, '0.0.0.0', () => tell({ ready: true }));
}

const tell = (message: FromGate): void => void process.send!(message);

void main(JSON.parse(process.argv[2]!) as GateOptions);
