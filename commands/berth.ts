import { Command, CommanderError } from 'commander';
import { bootstrapCommand } from './bootstrap';
import { downCommand } from './down';
import { envCommand } from './env';
import { logsCommand } from './logs';
import { rehearseCommand } from './rehearse';
import { releaseCommand, rollbackCommand } from './release';
import { sandboxCommand } from './sandbox';
import { secretCommand } from './secret';
import { shellCommand } from './shell';
import { sizesCommand } from './sizes';
import { statusCommand } from './status';
import { upCommand } from './up';

const exitCodes = `
Exit codes: 0 done; 1 something went wrong, and the message says what; 2 the command line was wrong;
sandbox and shell: the code of the command they ran.`;

function berth(): Command {
  const program = new Command('berth')
    .description('Small full-stack products on DigitalOcean, from one typed file per environment')
    .addHelpText('after', exitCodes)
    .enablePositionalOptions()
    .showHelpAfterError('(berth --help lists the commands)')
    .exitOverride();
  for (const add of [rehearseCommand, sandboxCommand, bootstrapCommand, envCommand, secretCommand, releaseCommand, rollbackCommand, statusCommand, logsCommand, shellCommand, sizesCommand, upCommand, downCommand]) {
    program.addCommand(leaveExitToUs(add()));
  }
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
    await berth().parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) {
      // commander has printed its message already; help is no error
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    process.stderr.write(`${error instanceof Error ? messageOf(error) : String(error)}\n`);
    process.exitCode = 1;
  }
}

const messageOf = (error: Error): string => (process.env.BERTH_DEBUG ? error.stack ?? error.message : error.message);
