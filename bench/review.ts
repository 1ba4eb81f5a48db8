import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { Progress } from '../cli/progress';
import { projectRoot } from '../cli/project';
import { withoutCredentials } from '../simulator/credentials';
import { atMost, below, type Claim, columns, renderClaims, rounded } from './claim';
import { largePlan } from './large-plan';
import { measure, type Measured, type Variant } from './measure';

/** `berth review ENV --plan FILE`, from start to end, for plans of these sizes. */
const sizes = [50, 500, 5_000] as const;
const formats = ['--json', '--markdown', '--sarif'] as const;

async function bench({ runs }: { runs: string }): Promise<void> {
  const root = projectRoot();
  const folder = mkdtempSync(join(tmpdir(), 'berth-bench-review-'));
  const progress = new Progress(process.stderr);
  try {
    const variants: Record<string, Variant> = {};
    for (const size of sizes) {
      const plan = join(folder, `${size}.json`);
      writeFileSync(plan, largePlan(size, 'asset-archive-staging'));
      for (const format of size === sizes.at(-1) ? formats : formats.slice(0, 1)) {
        variants[`${size} ${format}`] = {
          command: `node ${JSON.stringify(join(root, 'bin', 'berth.js'))} review staging --plan ${plan} ${format} --out ${join(folder, 'review')}`,
          cwd: root,
          env: withoutCredentials(process.env),
        };
      }
    }
    const measured = await progress.during('review plans', () =>
      measure(variants, { warmUp: 1, runs: Number(runs), onRun: (variant) => progress.say(variant) }),
    );
    process.stdout.write(`\n${render(measured)}\n`);
    if (claims(measured).some(({ kept }) => !kept)) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const render = (measured: Record<string, Measured>): string =>
  [
    columns(
      ['changes', 'seconds', 'fastest', 'slowest', 'MiB'],
      Object.entries(measured).map(([name, { seconds, fastest, slowest, peakMiB }]) => [
        name,
        ...[seconds, fastest, slowest].map((each) => each.toFixed(2)),
        peakMiB.toFixed(0),
      ]),
    ),
    renderClaims(claims(measured)),
  ].join('\n\n');

const claims = (measured: Record<string, Measured>): Claim[] =>
  formats.flatMap((format) => {
    const { seconds, peakMiB } = measured[`${sizes.at(-1)!} ${format}`]!;
    return [
      below(`5,000 changes, ${format}`, 2, rounded(seconds, 2), ' s'),
      atMost('… memory', 300, rounded(peakMiB, 0), ' MiB'),
    ];
  });

new Command('bench-review')
  .description(
    'How long a review of a large plan takes, and how much memory; ends with 1 when it is more than promised',
  )
  .option('--runs <count>', 'how often each is run, after one warm-up', '5')
  .action(bench)
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
