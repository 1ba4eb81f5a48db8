import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import pc from 'picocolors';
import { withoutCredentials } from '../simulator/credentials';
import { enterSandbox, type Lease, resetSandbox, sandboxFolder } from '../scenario/sandbox';
import type { CloudStatus } from '../simulator/status';
import { runInPlace } from './in-place';
import { projectRoot } from './project';

interface Options {
  readonly status?: boolean;
  readonly reset?: boolean;
  readonly json?: boolean;
  readonly faults?: string;
  readonly boot?: boolean;
  readonly providers: 'stand-in' | 'registry';
}

export const sandboxCommand = (): Command =>
  new Command('sandbox')
    .description(
      'Run any command in a simulated cloud that is kept between calls: npx berth sandbox -- npx cdktf deploy staging --auto-approve',
    )
    .argument('[command...]', 'what to run, after --')
    .option('--status', 'show what is in it')
    .option('--reset', 'empty it first')
    .option('--json', 'the status as machine-readable output (JSON)')
    .option('--boot', 'boot every machine for real, and wait for it at the end (docs/boot.md): on Linux, as root')
    .option('--faults <file>', 'a plan of calls that go wrong (docs/rehearsal.md)')
    .addOption(
      new Option('--providers <which>', 'stand-ins that need no download, or the published binaries')
        .choices(['stand-in', 'registry'])
        .default('stand-in'),
    )
    .passThroughOptions()
    .allowExcessArguments()
    .action(async (command: string[], options: Options) => {
      const folder = sandboxFolder(projectRoot());
      if (options.reset) {
        await resetSandbox(folder);
        process.stdout.write('the sandbox is empty\n');
      }
      if (command.length === 0 && !options.status) {
        if (options.reset) return;
        throw new Error('a command is required: npx berth sandbox -- CMD…, or --status, or --reset');
      }
      const lease = await enterSandbox(
        folder,
        {
          providers: options.providers,
          faults: options.faults && resolve(options.faults),
          boot: options.boot ?? false,
        },
        note,
      );
      try {
        if (options.status)
          process.stdout.write(options.json ? `${JSON.stringify(lease.status, null, 2)}\n` : describe(lease.status));
        if (command.length > 0)
          process.exitCode = await runInPlace(command, { ...withoutCredentials(process.env), ...lease.env });
        if (options.boot && !process.exitCode) await waitForBoots(lease);
      } finally {
        lease.release();
      }
    });

// what the command writes to standard output stays its own
const note = (line: string): void => void process.stderr.write(`${pc.dim(line)}\n`);

/** Says how each machine has booted; a boot that went wrong is this command's failure. */
async function waitForBoots(lease: Lease): Promise<void> {
  note('waiting for the machines to end their boot');
  for (const { name, status, seconds, errors } of await lease.booted()) {
    note(`${name}: cloud-init ${status} after ${seconds} s${errors.map((error) => `\n  ${error}`).join('')}`);
    if (status !== 'done') process.exitCode = 1;
  }
}

function describe(status: readonly CloudStatus[]): string {
  if (status.length === 0) return 'nothing is in it\n';
  const width = Math.max(...status.map(({ service, noun }) => `${service} ${noun}`.length));
  return status
    .map(
      ({ service, noun, count, names }) =>
        `${`${service} ${noun}`.padEnd(width)}  ${String(count).padStart(3)}  ${pc.dim(shortened(names))}\n`,
    )
    .join('');
}

const shortened = (names: readonly string[]): string =>
  names.slice(0, 6).join(', ') + (names.length > 6 ? `, … ${names.length - 6} more` : '');

/** Runs it as if it had been typed: same terminal, same signals, same exit code. */
