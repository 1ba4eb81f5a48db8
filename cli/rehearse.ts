import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import Table from 'cli-table3';
import { Command, Option } from 'commander';
import pc from 'picocolors';
import type { Result, Step } from '../scenario/step';
import { projectRoot } from './project';
import { Progress } from './progress';
import { plainTable } from './table';

interface Options {
  readonly providers: 'stand-in' | 'registry';
  readonly json?: boolean;
  readonly boot?: boolean;
}

interface Row extends Partial<Result> {
  readonly step: string;
  readonly seconds: number;
  readonly error?: string;
}

export const rehearseCommand = (): Command =>
  new Command('rehearse')
    .description('Run the main job from start to end in a simulated cloud, without an account')
    .addOption(
      new Option('--providers <which>', 'stand-ins that need no download, or the published binaries')
        .choices(['stand-in', 'registry'])
        .default('stand-in'),
    )
    .option('--boot', 'boot every machine for real (docs/boot.md): on Linux, as root, in minutes')
    .option('--json', 'the closing table as machine-readable output (JSON)')
    .action(async ({ providers, json, boot }: Options) => {
      const { startCloud, scenario, Workspace } = loadScenario();
      const stop = new AbortController();
      const interrupt = (): void => stop.abort();
      process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
      const progress = new Progress(process.stderr);
      const cloud = await startCloud({ providers, boot, say: (line) => progress.say(line) });
      // machines at their boot are not waited for
      stop.signal.addEventListener('abort', () => void cloud.fleet?.close());
      const workspace = new Workspace(projectRoot(), () => cloud.env(), stop.signal);
      try {
        const rows = await perform(scenario(workspace, cloud), progress, stop.signal);
        const comment = rows.find((row) => row.comment !== undefined)?.comment;
        if (comment !== undefined) keepComment(comment, json ? process.stderr : process.stdout);
        process.stdout.write(json ? `${JSON.stringify(rows, null, 2)}\n` : `\n${table(rows)}\n`);
        const failed = rows.find(({ error }) => error !== undefined);
        if (failed) throw new Error(`\n${failed.step}: ${failed.error}`);
      } finally {
        process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
        await cloud.close();
        workspace.remove();
      }
    });

/** Loaded when it is asked for, so that every other command starts without the cloud. (tsx hooks require, not import().) */
function loadScenario() {
  /* eslint-disable @typescript-eslint/no-require-imports */
  return {
    ...(require('../scenario/cloud') as typeof import('../scenario/cloud')),
    ...(require('../scenario/steps') as typeof import('../scenario/steps')),
    ...(require('../scenario/workspace') as typeof import('../scenario/workspace')),
  };
  /* eslint-enable @typescript-eslint/no-require-imports */
}

/** One step after the other; the first that fails is the last. */
async function perform(steps: readonly Step[], progress: Progress, signal: AbortSignal): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [index, { title, run }] of steps.entries()) {
    const started = performance.now();
    const seconds = (): number => Math.round((performance.now() - started) / 100) / 10;
    progress.begin(`${index + 1}/${steps.length} ${title}`);
    try {
      const result = await run((line) => progress.say(line));
      rows.push({ step: title, ...result, seconds: seconds() });
      progress.end(true, seconds());
    } catch (error) {
      rows.push({
        step: title,
        seconds: seconds(),
        error: signal.aborted ? 'stopped; nothing is left behind' : (error as Error).message,
      });
      progress.end(false, seconds());
      return rows;
    }
  }
  return rows;
}

/** Writes what the pull request was told to a file, and shows it as it looks before anybody unfolds anything. */
function keepComment(comment: string, out: NodeJS.WriteStream): void {
  const file = join(projectRoot(), '.berth', 'pull-request.md');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, comment);
  const plain = comment
    .replace(/<!--[\s\S]*?-->\n*/g, '')
    // long blocks stay folded
    .replace(/<details>\s*<summary>([\s\S]*?)<\/summary>([\s\S]*?)<\/details>/g, (_, title: string, body: string) =>
      body.includes('```') ? `▸ ${title}` : `▾ ${title}\n${body.trim()}`,
    )
    .replace(/<\/?(b|sub)>/g, '')
    .replace(/\\([-.])/g, '$1');
  out.write(
    `\n${plain
      .trim()
      .split('\n')
      .map((line) => `  ${pc.dim('│')} ${line}`)
      .join('\n')}\n\nthe comment, unfolded: ${relative(process.cwd(), file)}\n`,
  );
}

function table(rows: readonly Row[]): string {
  const drawn = new Table({
    ...plainTable,
    head: ['step', 'what happened', 'resources', 'seconds'],
    colAligns: ['left', 'left', 'right', 'right'],
  });
  for (const { step, summary, resources, seconds, error } of rows) {
    drawn.push([
      step,
      error === undefined ? summary! : pc.red('failed'),
      resources === undefined ? '' : String(resources),
      seconds.toFixed(1),
    ]);
  }
  drawn.push(['', '', '', rows.reduce((sum, row) => sum + row.seconds, 0).toFixed(1)]);
  return drawn.toString();
}
