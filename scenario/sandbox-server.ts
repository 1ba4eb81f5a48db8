import { rmSync } from 'node:fs';
import net from 'node:net';
import { createInterface } from 'node:readline';
import { type Cloud, startCloud } from './cloud';
import { readFaults } from '../simulator/faults';
import { type Answer, controlSocket, type Question, type SandboxOptions, type Welcome } from './sandbox';
import { leaderOf } from '../simulator/machine-shell';
import { cloudStatus } from '../simulator/status';

/** How long the cloud waits for the next command after the last one left, in milliseconds. */
const linger = 500;

/** The process of a sandbox: the cloud, and a socket that each command inside holds open. Nobody there: it ends. */
async function main(folder: string, options: SandboxOptions): Promise<void> {
  const cloud = await startCloud({
    folder,
    providers: options.providers,
    faults: options.faults ? readFaults(options.faults) : [],
    boot: options.boot,
    variables: { BERTH_SANDBOX: folder },
  });
  const inside = new Set<net.Socket>();
  const path = controlSocket(folder);
  let closing: NodeJS.Timeout | undefined;
  const leave = (): void => {
    clearTimeout(closing);
    closing = setTimeout(() => {
      if (inside.size > 0) return;
      server.close();
      void cloud.close().then(() => process.exit(0));
    }, linger);
  };
  const server = net.createServer((socket) => {
    inside.add(socket);
    socket.on('error', () => undefined);
    createInterface(socket)
      .on('error', () => undefined)
      .on(
        'line',
        (line) =>
          void reply(cloud, JSON.parse(line) as Question).then((answer) => socket.write(`${JSON.stringify(answer)}\n`)),
      );
    socket.on('close', () => {
      inside.delete(socket);
      if (inside.size === 0) leave();
    });
    socket.write(`${JSON.stringify({ env: cloud.env(), status: cloudStatus(cloud), options } satisfies Welcome)}\n`);
  });
  // whoever listened here before is gone: the starter could not connect
  rmSync(path, { force: true });
  server.listen(path);
  // Ctrl-C is meant for the command; the cloud outlives it
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => {
    inside.forEach((socket) => socket.destroy());
    leave();
  });
  leave();
}

async function reply(cloud: Cloud, question: Question): Promise<Answer> {
  try {
    if (question.ask === 'booted') return { answer: (await cloud.fleet?.booted()) ?? [] };
    if (!cloud.fleet)
      throw new Error('droplets are records in this sandbox, not machines: npx berth sandbox --boot -- … boots them');
    return { answer: await leaderOf(cloud, question.name) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

const [folder, options] = process.argv.slice(2);
main(folder!, JSON.parse(options!) as SandboxOptions).catch((error: Error) => {
  // who started this shows it to the user
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
