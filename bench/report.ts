import Table from 'cli-table3';
import { plainTable } from '../cli/table';
import type { InstallRow } from './install-size';
import type { Measured } from './measure';
import type { PlanRow } from './plan';
import type { PullRequestRow } from './pull-request';
import type { SynthRow } from './synth';

export interface Report {
  readonly date: string;
  readonly machine: string;
  readonly runs: number;
  readonly synth: readonly SynthRow[];
  readonly plan: PlanRow;
  readonly pullRequest: readonly PullRequestRow[];
  readonly install: InstallRow;
  readonly rehearse: Measured;
}

export interface Target {
  readonly what: string;
  /** Ours divided by stock, many by one, or ours in the unit that `what` names; at most. */
  readonly wanted: number;
  readonly got: number;
  readonly reached: boolean;
}

/** What this project promises against the stock template; compared as it is printed, with two decimals. */
export function targets({
  synth,
  pullRequest,
  install,
  rehearse,
}: Pick<Report, 'synth' | 'pullRequest' | 'install' | 'rehearse'>): Target[] {
  const [alone, among] = [pullRequest[0]!, pullRequest.at(-1)!];
  const one = synth[0]!;
  const most = synth.at(-1)!;
  const target = (what: string, wanted: number, ours: number, stock: number): Target => {
    const got = Math.round((ours / stock) * 100) / 100;
    return { what, wanted, got, reached: got <= wanted };
  };
  return [
    target('synth of 1 environment, time', 0.2, one.ours.seconds, one.stock.seconds),
    target('synth of 1 environment, memory', 0.4, one.ours.peakMiB, one.stock.peakMiB),
    target(`synth of ${most.environments} environments, time`, 0.8, most.ours.seconds, most.stock.seconds),
    target('install size', 1, install.oursMiB, install.stockMiB),
    target('install size, MiB', 300, install.oursMiB, 1),
    target('npx berth rehearse, seconds', 35, rehearse.seconds, 1),
    target(
      `from checkout to comment, 1 of ${among.environments} ÷ 1 of ${alone.environments}`,
      1.25,
      among.measured.seconds,
      alone.measured.seconds,
    ),
  ];
}

/** Seconds that each further environment costs, between two rows. */
export const perEnvironment = (from: SynthRow, to: SynthRow, whose: 'ours' | 'stock'): number =>
  (to[whose].seconds - from[whose].seconds) / (to.environments - from.environments);

/** What `cdktf diff` takes that is neither our program nor Terraform. */
export const fixedCost = ({ ours, synth, terraform }: PlanRow): number =>
  ours.seconds - synth.seconds - terraform.seconds;

export function render(report: Report): string {
  const { synth, plan, pullRequest, install, rehearse } = report;
  return [
    `${report.date} · ${report.machine} · medians of ${report.runs} runs, variants in turn`,
    table(
      ['synth', 'resources', 'ours', 'stock', 'ratio', 'ours, memory', 'stock, memory', 'ratio'],
      synth.map(({ environments, resources, ours, stock }) => [
        `${environments} environment${environments === 1 ? '' : 's'}`,
        String(resources),
        time(ours),
        time(stock),
        ratio(ours.seconds, stock.seconds),
        mib(ours.peakMiB),
        mib(stock.peakMiB),
        ratio(ours.peakMiB, stock.peakMiB),
      ]),
    ),
    table(
      ['each further environment', 'ours', 'stock'],
      synth
        .slice(1)
        .map((row, index) => [
          `${synth[index]!.environments} → ${row.environments}`,
          milliseconds(perEnvironment(synth[index]!, row, 'ours')),
          milliseconds(perEnvironment(synth[index]!, row, 'stock')),
        ]),
    ),
    table(
      ['plan of 1 environment', 'seconds', ''],
      [
        ['cdktf diff, ours', time(plan.ours), ''],
        ['  our program', time(plan.synth), ''],
        ['  terraform init + plan', time(plan.terraform), 'the same JSON, without the CLI'],
        ['  fixed cost', `${fixedCost(plan).toFixed(2)} s`, 'cdktf-cli itself, whatever the program'],
        ['cdktf diff, stock', time(plan.stock), ''],
      ],
    ),
    table(
      ['from checkout to comment', 'seconds'],
      pullRequest.map(({ environments, measured }) => [`1 affected of ${environments}`, time(measured)]),
    ),
    table(['npx berth rehearse', 'seconds'], [['all its steps', time(rehearse)]]),
    table(
      ['install', 'MiB', 'packages'],
      [
        ['ours, npm ci --omit=dev', install.oursMiB.toFixed(0), String(install.oursPackages)],
        ['stock template with its CLI', install.stockMiB.toFixed(0), String(install.stockPackages)],
      ],
    ),
    table(
      ['target', 'wanted', 'got', ''],
      targets(report).map(({ what, wanted, got, reached }) => [
        what,
        `≤ ${wanted.toFixed(2)}`,
        got.toFixed(2),
        reached ? 'reached' : 'missed',
      ]),
    ),
  ].join('\n\n');
}

function table(head: string[], rows: string[][]): string {
  const drawn = new Table({
    ...plainTable,
    head,
    colAligns: ['left', ...head.slice(1).map((title) => (title === '' ? ('left' as const) : ('right' as const)))],
  });
  drawn.push(...rows);
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const time = ({ seconds, fastest, slowest }: Measured): string =>
  `${seconds.toFixed(2)} s (${fastest.toFixed(2)}–${slowest.toFixed(2)})`;
const mib = (value: number): string => `${value.toFixed(0)} MiB`;
const milliseconds = (seconds: number): string => `${(seconds * 1000).toFixed(0)} ms`;
const ratio = (ours: number, stock: number): string => (ours / stock).toFixed(2);
