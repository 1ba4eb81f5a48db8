import Table from 'cli-table3';
import { Command } from 'commander';
import pc from 'picocolors';
import { loadState } from '../definition/load';
import { visibleAll, visibleJson } from '../lib/visible';
import { type HistoryEntry, readHistory } from '../plan/history';
import { describeActions } from '../plan/action-words';
import { environmentsFolder, projectRoot } from './project';
import { StateStore } from './state-store';
import { plainTable } from './table';

interface Options {
  readonly json?: boolean;
  readonly limit: string;
}

export const historyCommand = (): Command =>
  new Command('history')
    .description(
      'List what was deployed to an environment, by whom and on which review, and what was refused and why; newest first',
    )
    .argument('<env>', 'the environment; one that is gone still has its history')
    .option('--json', 'machine-readable output (JSON)')
    .option('--limit <count>', 'how many', '20')
    .action(async (environment: string, { json, limit }: Options) => {
      const most = Number(limit);
      if (!Number.isInteger(most) || most < 1)
        throw new Error(`--limit: got "${limit}"; a whole number of at least 1 is needed`);
      const entries = await readHistory(
        new StateStore(loadState(environmentsFolder(projectRoot()))),
        environment,
        most,
      );
      process.stdout.write(
        json ? `${visibleJson(JSON.stringify(entries, null, 2))}\n` : describe(environment, entries),
      );
    });

type Row = Awaited<ReturnType<typeof readHistory>>[number];

/** As people read it: a line for each deploy, and beneath it why it did not come to a good end. */
export function describe(environment: string, found: readonly Row[]): string {
  // why a deploy failed is often a container's own words
  const entries = visibleAll(found);
  if (entries.length === 0) return `${environment} has no history yet: \`npx berth deploy ${environment}\` writes it\n`;
  const table = new Table({ ...plainTable, head: ['when', 'outcome', 'commit', 'by', 'changes', 'review'] });
  for (const entry of entries) {
    if ('unreadable' in entry) table.push([entry.unreadable, pc.red('unreadable'), '', '', '', '']);
    else
      table.push([
        entry.at.slice(0, 19).replace('T', ' '),
        coloured(entry.outcome),
        entry.commit.slice(0, 12),
        entry.by,
        counted(entry.changes),
        reviewOf(entry),
      ]);
    for (const line of 'unreadable' in entry ? [] : (entry.why ?? []))
      table.push([{ colSpan: 6, content: pc.dim(`  ${line}`) }]);
  }
  return `${table.toString()}\n`;
}

const coloured = (outcome: HistoryEntry['outcome']): string =>
  outcome === 'applied' ? pc.green(outcome) : outcome === 'begun' ? pc.yellow('not ended') : pc.red(outcome);

const reviewOf = ({ review, reason }: HistoryEntry): string =>
  [
    review ? `${review.commit.slice(0, 12)}${review.by === undefined ? '' : ` by ${review.by}`}` : 'none',
    ...(reason === undefined ? [] : [`reason: ${reason}`]),
  ].join('; ');

/** `2 created, 1 replaced`. */
export function counted(changes: readonly { readonly actions: readonly string[] }[]): string {
  const counts = new Map<string, number>();
  for (const { actions } of changes) {
    const word = describeActions(actions).split(',')[0]!;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ') || 'none';
}
