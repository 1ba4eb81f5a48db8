import { Command } from 'commander';
import { DigitalOcean } from '../lib/digitalocean';
import type { Environment } from '../definition/resolve';
import { shellText } from '../lib/text/shell';
import { joinSandbox } from '../scenario/sandbox';
import { insideMachine } from '../simulator/machine-shell';
import { runInPlace } from './in-place';
import { findEnvironment } from './project';

export const shellCommand = (): Command =>
  new Command('shell')
    .description(
      "Open a root shell on an environment's machine, or run one command there: npx berth shell staging -- docker service ls",
    )
    .argument('<env>', 'the environment')
    .argument('[command...]', 'what to run there, after --')
    .addHelpText(
      'after',
      `
In a rehearsed cloud (npx berth sandbox --boot -- npx berth shell staging) it enters the machine itself. A real machine
is reached by SSH, where its environment opens that: access.ssh, and one of its keys.`,
    )
    .passThroughOptions()
    .action(async (name: string, words: string[]) => {
      // commander leaves the first -- in when something stands before it
      const command = words[0] === '--' ? words.slice(1) : words;
      const environment = findEnvironment(name);
      const rehearsed = process.env.BERTH_REHEARSAL === '1';
      process.exitCode = await runInPlace(
        rehearsed ? await intoSandbox(environment, command) : await overSsh(environment, command),
      );
    });

async function intoSandbox({ names }: Environment, command: readonly string[]): Promise<string[]> {
  const folder = process.env.BERTH_SANDBOX;
  const lease = folder === undefined ? undefined : await joinSandbox(folder);
  if (!lease) throw new Error('this rehearsal has no machine to enter: npx berth sandbox --boot -- npx berth shell …');
  try {
    return insideMachine(
      await lease.machine(names.machine),
      command.length > 0 ? command : ['bash', '--login'],
      process.env.TERM,
    );
  } finally {
    lease.release();
  }
}

async function overSsh({ name, access, names }: Environment, command: readonly string[]): Promise<string[]> {
  if (!access.ssh) {
    throw new Error(
      [
        `${name} does not open SSH: say under access.ssh in environments/${name}.ts from where, and with which keys, and deploy.`,
        'A machine reads its keys when it is made: raise platform.generation with them, which replaces it.',
        `Without SSH: npx berth status ${name}, npx berth logs ${name}`,
      ].join('\n'),
    );
  }
  const terminal = process.stdin.isTTY && process.stdout.isTTY;
  return [
    'ssh',
    ...(terminal ? ['-t'] : []),
    `root@${await publicAddress(names.machine)}`,
    // SSH hands over one text, which a shell there takes apart again
    ...(command.length > 0 ? ['--', command.map(shellText).join(' ')] : []),
  ];
}

async function publicAddress(machine: string): Promise<string> {
  const droplets = await new DigitalOcean(
    process.env,
    'a token that may read droplets (scope "droplet:read") tells the machine\'s address',
  ).droplets(machine);
  // while a machine follows another there are two: the one with the volume is the environment's
  const droplet = droplets.find(({ volume_ids: volumes }) => volumes.length > 0) ?? droplets[0];
  if (!droplet) throw new Error(`there is no droplet ${machine}: deploy it first`);
  const address = droplet.networks.v4.find(({ type }) => type === 'public')?.ip_address;
  if (address === undefined) throw new Error(`the droplet ${machine} has no public address`);
  return address;
}
