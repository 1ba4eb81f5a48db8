import { execFileSync } from 'node:child_process';
import dgram from 'node:dgram';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import type { FromGate, GateOptions, ToGate } from './network';

/**
 * The process in a network's namespace: the router that machines are plugged into, and all that there is beyond it. Its ports
 * lead to sockets of the simulator; packets go from machine to machine, and there is no way from here to anything real.
 * The namespace is anonymous: it is gone with this process, and this process ends with its parent.
 */
async function main({ address, ranges, pipes }: GateOptions): Promise<void> {
  const ip = (...args: string[]): void => void execFileSync('ip', args);
  ip('link', 'set', 'lo', 'up');
  ip('address', 'add', `${address}/32`, 'dev', 'lo');
  // addresses that are led on to a machine, or used by a visitor: what is sent to them from here has to come by first
  for (const range of ranges) ip('route', 'add', 'local', range, 'dev', 'lo', 'src', address);
  ip('route', 'add', 'unreachable', 'default');
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '1');
  // for the cables to come: neighbours are reached through the gate, and nobody uses another's address
  writeFileSync('/proc/sys/net/ipv4/conf/default/proxy_arp', '1');
  writeFileSync('/proc/sys/net/ipv4/conf/default/rp_filter', '1');

  for (const { from, to } of pipes) {
    const server = net.createServer((socket) => {
      const beyond = net.connect(to as net.NetConnectOpts);
      socket.pipe(beyond).pipe(socket);
      const end = (): void => {
        socket.destroy();
        beyond.destroy();
      };
      socket.on('error', end);
      beyond.on('error', end);
    });
    await new Promise<void>((resolve) => server.listen(from, resolve));
  }

  const names = dgram.createSocket('udp4');
  names.on('message', (message, { address: asker, port }) =>
    tell({ question: message.toString('base64'), address: asker, port }),
  );
  process.on('message', ({ answer, address: asker, port }: ToGate) =>
    names.send(Buffer.from(answer, 'base64'), port, asker),
  );
  process.on('disconnect', () => process.exit(0));
  // Ctrl-C goes to the whole group of a terminal: machines are taken down first, and the network after them
  process.on('SIGINT', () => undefined);
  names.bind(53, address, () => tell({ ready: true }));
}

const tell = (message: FromGate): void => void process.send!(message);

void main(JSON.parse(process.argv[2]!) as GateOptions);
