import { resolve } from 'node:path';
import Table from 'cli-table3';
import { Command, Option } from 'commander';
import pc from 'picocolors';
import { compareSynthesis, compareWithBase, type Comparison, onlyOne } from '../plan/sides';
import { readSynthesis } from '../plan/synthesis-file';
import { projectRoot } from './project';
import { plainTable } from './table';

interface Options {
  readonly base?: string;
  readonly only?: string;
  readonly synthesis?: string;
  readonly json?: boolean;
}

export const affectedCommand = (): Command =>
  new Command('affected')
    .description(
      'List the environments that a change touches: compare the stacks of the working tree with those of the commit where the branch left REF',
    )
    .option('--base <ref>', "a branch, tag or commit: origin/main, or in a workflow the event's base")
    .addOption(
      new Option('--only <env>', 'instead: this one alone, for a deploy that is started by hand').conflicts('base'),
    )
    .addOption(
      new Option(
        '--synthesis <file>',
        'instead: the stacks that `berth synth --base REF --out FILE` has left; only the base is synthesized here',
      ).conflicts(['base', 'only']),
    )
    .option(
      '--json',
      "one line for a workflow: changed, added, removed, affected, a matrix, waves, and the base's commit; the table goes to standard error",
    )
    .addHelpText(
      'after',
      `
A base that does not synthesize, and other packages than the base's, make every environment count as changed; standard error
says so, and the exit code is 0. What is removed is destroyed by code that still has it (docs/seal.md).`,
    )
    .action(async ({ base, only, synthesis, json }: Options, command: Command) => {
      if (base === undefined && only === undefined && synthesis === undefined)
        command.error('error: give --base REF, --only ENV or --synthesis FILE');
      const stop = new AbortController();
      let caught: NodeJS.Signals | undefined;
      const onSignal = (signal: NodeJS.Signals): void => {
        caught = signal;
        stop.abort();
      };
      process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal);
      try {
        const comparison =
          synthesis !== undefined
            ? await compareSynthesis(projectRoot(), readSynthesis(resolve(synthesis)), stop.signal)
            : only === undefined
              ? await compareWithBase(projectRoot(), base!, stop.signal)
              : await onlyOne(projectRoot(), only, stop.signal);
        if (comparison.problem) process.stderr.write(`${comparison.problem}\n`);
        // a log shows both: the line is for the workflow
        (json ? process.stderr : process.stdout).write(describe(comparison));
        if (json) process.stdout.write(`${asJson(comparison)}\n`);
      } catch (error) {
        if (caught === undefined) throw error;
        throw new Error(`stopped by ${caught}; nothing is left behind`, { cause: error });
      } finally {
        process.off('SIGINT', onSignal).off('SIGTERM', onSignal).off('SIGHUP', onSignal);
      }
    });

type Told = Omit<Comparison, 'base'> & Partial<Pick<Comparison, 'base'>>;

function asJson({ base, changed, added, removed, affected, matrix, waves, problem }: Told): string {
  return JSON.stringify({ base, changed, added, removed, affected, matrix, waves, problem });
}

const colours = { changed: pc.yellow, added: pc.green, removed: pc.red };

function describe({ base, matrix }: Told): string {
  const short = base === undefined ? 'whatever is deployed' : base.slice(0, 12);
  if (matrix.length === 0) return `no environment differs from ${short}\n`;
  const table = new Table({ ...plainTable, head: ['environment', `since ${short}`] });
  for (const { environment, change } of matrix) {
    table.push([
      environment,
      colours[change](change === 'removed' ? `removed: the code of ${short} destroys it` : change),
    ]);
  }
  return `${table.toString()}\n`;
}
