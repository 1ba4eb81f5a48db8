import { Command, CommanderError } from 'commander';
import { visible } from '../lib/visible';

/* eslint-disable @typescript-eslint/no-require-imports -- a command is loaded when it is asked for: all of them take twice as long to start. (tsx hooks require, not import().) */
const commands: Readonly<Record<string, () => Command>> = {
  rehearse: () => (require('./rehearse') as typeof import('./rehearse')).rehearseCommand(),
  sandbox: () => (require('./sandbox') as typeof import('./sandbox')).sandboxCommand(),
  bootstrap: () => (require('./bootstrap') as typeof import('./bootstrap')).bootstrapCommand(),
  env: () => (require('./env') as typeof import('./env')).envCommand(),
  synth: () => (require('./synth') as typeof import('./synth')).synthCommand(),
  affected: () => (require('./affected') as typeof import('./affected')).affectedCommand(),
  pull: () => (require('./pull') as typeof import('./pull')).pullCommand(),
  review: () => (require('./review') as typeof import('./review')).reviewCommand(),
  comment: () => (require('./comment') as typeof import('./comment')).commentCommand(),
  seal: () => (require('./seal') as typeof import('./seal')).sealCommand(),
  deploy: () => (require('./deploy') as typeof import('./deploy')).deployCommand(),
  history: () => (require('./history') as typeof import('./history')).historyCommand(),
  drift: () => (require('./drift') as typeof import('./drift')).driftCommand(),
  preview: () => (require('./preview') as typeof import('./preview')).previewCommand(),
  secret: () => (require('./secret') as typeof import('./secret')).secretCommand(),
  release: () => (require('./release') as typeof import('./release')).releaseCommand(),
  rollback: () => (require('./release') as typeof import('./release')).rollbackCommand(),
  status: () => (require('./status') as typeof import('./status')).statusCommand(),
  logs: () => (require('./logs') as typeof import('./logs')).logsCommand(),
  shell: () => (require('./shell') as typeof import('./shell')).shellCommand(),
  sizes: () => (require('./sizes') as typeof import('./sizes')).sizesCommand(),
  up: () => (require('./up') as typeof import('./up')).upCommand(),
  down: () => (require('./down') as typeof import('./down')).downCommand(),
};
/* eslint-enable @typescript-eslint/no-require-imports */

const exitCodes = `
Exit codes: 0 done; 1 failure (see the message); 2 usage error;
drift: 3 when something has drifted; sandbox and shell: the code of the command they ran.`;

/** With the one command that is asked for; with all of them for help, and to tell what was meant. */
function berth(asked: string | undefined): Command {
  const program = new Command('berth')
    .description('Small full-stack products on DigitalOcean, from one typed file per environment')
    .addHelpText('after', exitCodes)
    .enablePositionalOptions()
    .showHelpAfterError('(berth --help lists the commands)')
    .exitOverride();
  const wanted = asked !== undefined && Object.hasOwn(commands, asked) ? [commands[asked]!] : Object.values(commands);
  for (const load of wanted) program.addCommand(leaveExitToUs(load()));
  return program;
}

/** Commander would end the process by itself, with a 1 for everything. */
function leaveExitToUs(command: Command): Command {
  command.commands.forEach(leaveExitToUs);
  return command.exitOverride();
}

export async function main(argv: readonly string[]): Promise<void> {
  // whoever reads us may have seen enough: `berth env show staging | head`
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  try {
    await berth(argv[2]).parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) {
      // commander has printed its message already; help is no error
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    // what a vendor, a machine or a container said may be in it
    process.stderr.write(`${visible(error instanceof Error ? messageOf(error) : String(error))}\n`);
    process.exitCode = 1;
  }
}

const messageOf = (error: Error): string => (process.env.BERTH_DEBUG ? (error.stack ?? error.message) : error.message);
