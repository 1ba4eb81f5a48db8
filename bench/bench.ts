import { execFileSync } from 'node:child_process';
import { availableParallelism, arch, platform } from 'node:os';
import { Command } from 'commander';
import { Progress } from '../cli/progress';
import { projectRoot } from '../cli/project';
import { measureInstall } from './install-size';
import type { Runs } from './measure';
import { measurePlan } from './plan';
import { measurePullRequest } from './pull-request';
import { type Report, render, targets } from './report';
import { stockInstall } from './stock-project';
import { measureRehearse } from './rehearse';
import { measureSynth } from './synth';

const counts = [1, 10, 100];

async function bench({ runs, json }: { runs: string; json?: boolean }): Promise<void> {
  const root = projectRoot();
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const progress = new Progress(process.stderr);
  const during = <T>(title: string, work: () => T | Promise<T>): Promise<T> => progress.during(title, work);
  const options: Runs = {
    warmUp: 1,
    runs: count(runs),
    onRun: (variant) => progress.say(variant),
    signal: stop.signal,
  };
  const stock = await during('install the stock template', () => stockInstall(root));
  const install = await during('install our runtime dependencies', () => measureInstall(root, stock));
  const synth = await during(`synth ${counts.join(', ')} environments`, () =>
    measureSynth(root, stock, counts, options),
  );
  const plan = await during('plan 1 environment', () => measurePlan(root, stock, options));
  const pullRequest = await during('from checkout to comment, 1 of 1 and 1 of 100 environments', () =>
    measurePullRequest(root, [1, 100], options),
  );
  const rehearse = await during('npx berth rehearse', () => measureRehearse(root, options));
  const report: Report = {
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    runs: options.runs,
    synth,
    plan,
    pullRequest,
    install,
    rehearse,
  };
  process.stdout.write(
    json ? `${JSON.stringify({ ...report, targets: targets(report) }, null, 2)}\n` : `\n${render(report)}\n`,
  );
}

function count(runs: string): number {
  const number = Number(runs);
  if (!Number.isInteger(number) || number < 1)
    throw new Error(`--runs: got "${runs}"; a whole number of at least 1 is needed`);
  return number;
}

function machine(): string {
  const binary = process.env.TERRAFORM_BINARY_NAME ?? 'terraform';
  const [terraform] = execFileSync(binary, ['version'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).split('\n');
  return `${availableParallelism()} cores, ${platform()} ${arch()}, Node ${process.versions.node}, ${terraform}`;
}

new Command('bench')
  .description(
    "Times and sizes of this program beside cdktf's TypeScript template with the same resources; a report, so a missed target is no error",
  )
  .option('--runs <count>', 'how often each variant is run, after one warm-up', '7')
  .option('--json', 'the report machine-readable output (JSON)')
  .action(bench)
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(
      `${error instanceof Error ? (process.env.BERTH_DEBUG ? error.stack : error.message) : String(error)}\n`,
    );
    process.exitCode = 1;
  });
