import { Command, CommanderError } from 'commander';
import { affectedCommand } from './affected';
import { bootstrapCommand } from './bootstrap';
import { commentCommand } from './comment';
import { deployCommand } from './deploy';
import { downCommand } from './down';
import { driftCommand } from './drift';
import { envCommand } from './env';
import { historyCommand } from './history';
import { logsCommand } from './logs';
import { previewCommand } from './preview';
import { rehearseCommand } from './rehearse';
import { releaseCommand, rollbackCommand } from './release';
import { reviewCommand } from './review';
import { sandboxCommand } from './sandbox';
import { sealCommand } from './seal';
import { secretCommand } from './secret';
import { shellCommand } from './shell';
import { sizesCommand } from './sizes';
import { statusCommand } from './status';
import { upCommand } from './up';

const exitCodes = `
Exit codes: 0 done; 1 something went wrong, and the message says what; 2 the command line was wrong;
drift: 3 when something has drifted; sandbox and shell: the code of the command they ran.`;

function berth(): Command {
  const program = new Command('berth')
    .description('Small full-stack products on DigitalOcean, from one typed file per environment')
    .addHelpText('after', exitCodes)
    .enablePositionalOptions()
    .showHelpAfterError('(berth --help lists the commands)')
    .exitOverride();
  for (const add of [rehearseCommand, sandboxCommand, bootstrapCommand, envCommand, affectedCommand, reviewCommand, commentCommand, sealCommand, deployCommand, historyCommand, driftCommand, previewCommand, secretCommand, releaseCommand, rollbackCommand, statusCommand, logsCommand, shellCommand, sizesCommand, upCommand, downCommand]) {
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
