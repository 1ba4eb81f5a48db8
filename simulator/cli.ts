import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { constants } from 'node:os';
import { Command, Option } from 'commander';
import { type Cloud, startCloud } from './cloud';
import { withoutCredentials } from './credentials';
import { readFaults } from './faults';
import { lockFolder } from './folder-lock';
import { version } from './package.json';
import { readSeed } from './seed';

interface Options {
  readonly seed?: string;
  readonly faults?: string;
  readonly folder?: string;
  readonly providers: 'stand-in' | 'registry';
  readonly boot?: boolean;
  readonly json?: boolean;
  readonly detach?: boolean;
}

const command = (): Command =>
  new Command('digitalocean-simulator')
    .description('Run the APIs of DigitalOcean, Spaces and GitHub on this computer, without an account.')
    .usage('[options] [-- COMMAND [ARGS...]]')
    .argument('[command...]', 'run this inside, and end with its exit code; without one, run until interrupted')
    .option('--seed <file>', 'users, repositories, domains and sizes to start with (YAML or JSON)')
    .option('--faults <file>', 'calls that fail, are delayed or are cut (YAML or JSON)')
    .option('--folder <dir>', 'keep everything in this folder between runs (default: in memory)')
    .addOption(
      new Option('--providers <which>', "Terraform's providers: built in, or the published binaries")
        .choices(['stand-in', 'registry'])
        .default('stand-in'),
    )
    .option('--boot', 'boot a machine for every droplet (Linux, as root)')
    .option('--json', 'print the variables as JSON')
    .option('--detach', 'print the variables and return; end it with kill $SIMULATOR_PID')
    .addHelpText(
      'after',
      `
Examples:
  # Run one command inside
  digitalocean-simulator -- terraform apply

  # Set the variables in this shell, and stop the simulator later
  eval "$(digitalocean-simulator --detach)"
  kill $SIMULATOR_PID

  # Keep droplets, buckets and repositories between runs
  digitalocean-simulator --folder ./cloud -- ./deploy.sh

Only this computer can reach it. Credentials of the calling shell are not passed to COMMAND.`,
    )
    .version(version)
    .passThroughOptions()
    .showHelpAfterError('(see digitalocean-simulator --help)');

export async function main(argv: readonly string[]): Promise<void> {
  const program = command().action(async (words: string[], options: Options) => {
    if (options.detach) {
      if (words.length > 0) throw new Error('--detach takes no command: expected options only');
      return detach(argv);
    }
    process.exitCode = await simulate(words, options);
  });
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.stderr.write(`Error: ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

async function simulate(words: readonly string[], options: Options): Promise<number> {
  const seed = options.seed === undefined ? undefined : readSeed(options.seed);
  const faults = options.faults === undefined ? [] : readFaults(options.faults);
  const folder = options.folder === undefined ? undefined : resolve(options.folder);
  // a signal that comes while the cloud starts ends it as well
  const interrupted = words.length > 0 ? undefined : interruption();
  const unlock = folder === undefined ? undefined : lockFolder(folder);
  try {
    const cloud = await startCloud({
      faults,
      providers: options.providers,
      boot: options.boot ?? false,
      say: (line) => process.stderr.write(`${line}\n`),
      ...(seed && { seed }),
      ...(folder !== undefined && { folder }),
    });
    try {
      if (!interrupted) return await runInside(cloud, words);
      const variables = { ...cloud.env(), SIMULATOR_PID: String(process.pid) };
      process.stdout.write(options.json ? `${JSON.stringify(variables, null, 2)}\n` : exportLines(variables));
      await interrupted;
      return 0;
    } finally {
      await cloud.close();
    }
  } finally {
    unlock?.();
  }
}

/** Resolves at SIGINT or SIGTERM. */
const interruption = (): Promise<void> =>
  new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
  });

const exportLines = (variables: Readonly<Record<string, string>>): string =>
  Object.entries(variables)
    .map(([name, value]) => `export ${name}=${quote(value)}\n`)
    .join('');

const quote = (value: string): string =>
  /^[\w./:@%+,-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;

/** Runs a command as if it had been typed: same terminal, same signals, same exit code. */
function runInside(cloud: Cloud, [file, ...args]: readonly string[]): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn(file!, args, {
      stdio: 'inherit',
      env: { ...withoutCredentials(process.env), ...cloud.env() },
    });
    // Ctrl-C reaches the command by the terminal; its end is this program's
    process.on('SIGINT', () => undefined);
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    child.on('error', (error: NodeJS.ErrnoException) =>
      fail(error.code === 'ENOENT' ? new Error(`command not found: ${file}`) : error),
    );
    child.on('close', (code, signal) => done(code ?? 128 + constants.signals[signal!]));
  });
}

/** Starts this program once more, on its own, and returns when it has printed its variables. */
function detach(argv: readonly string[]): Promise<void> {
  const args = argv.slice(1).filter((word) => word !== '--detach');
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((done, fail) => {
    let printed = '';
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      // the last variable: everything has been printed
      if (!/SIMULATOR_PID\b.*\n(?:\}\n)?$/.test(printed)) return;
      process.stdout.write(printed);
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
      done();
    });
    child.on('close', () => fail(new Error(errors.replace(/^Error: /, '').trim() || 'it ended before it started')));
  });
}
