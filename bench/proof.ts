import { availableParallelism, loadavg } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { BootedProduct } from './booted-product';
import { Progress } from '../cli/progress';
import type { Workspace } from '../scenario/workspace';
import { bootClaims, renderBoots } from './boot-report';
import { measureBoots } from './boot-time';
import type { Claim } from './claim';
import { measureDefinitions, renderDefinitions } from './definitions';
import { hardeningClaims, measureHardening, renderHardening } from './hardening';
import { measureRollouts } from './rollouts';
import { renderRollouts, rolloutClaims } from './rollouts-report';

interface Proof<Report> {
  readonly measure: (product: BootedProduct) => Promise<Report>;
  readonly claims: (report: Report) => Claim[];
  readonly render: (report: Report, about: string) => string;
  readonly json?: boolean;
  /** What differs from the product as it lies in `environments/`. */
  readonly edit?: (workspace: Workspace) => void;
}

const progress = new Progress(process.stderr);

const during = <T>(title: string, work: () => Promise<T>): Promise<T> => progress.during(title, work);

/** Deploys the product to a machine of its own, measures, tells, and ends with 1 when a promise is broken. */
async function prove<Report>({ measure, claims, render, json, edit }: Proof<Report>): Promise<void> {
  const [before] = loadavg();
  const product = await during('deploy the product to a rehearsed machine', () => BootedProduct.deploy(edit));
  // machines go with this process; the copy of the project would stay
  const interrupt = (): void => void product.remove().finally(() => process.exit(130));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const report = await measure(product);
    const broken = claims(report).filter(({ kept }) => !kept);
    const about = `${new Date().toISOString().slice(0, 10)} · ${availableParallelism()} cores · load ${before!.toFixed(1)} before`;
    process.stdout.write(
      json ? `${JSON.stringify({ ...report, claims: claims(report) }, null, 2)}\n` : `\n${render(report, about)}\n`,
    );
    if (broken.length > 0) process.exitCode = 1;
  } finally {
    await product.remove();
  }
}

function atLeastOne(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError('It has to be a whole number of at least 1.');
  return number;
}

const program = new Command('proof').description(
  'Measures what is promised of a product on a really booted machine; ends with 1 when a promise is broken',
);

program
  .command('rollouts')
  .description(
    'Releases under load: no request fails, p99 stays below twice the steady one, what cannot work is taken back; docker compose beside it fails requests',
  )
  .option('--releases <count>', 'how many, up to 49', atLeastOne, 10)
  .option('--connections <count>', 'how many visitors ask side by side', atLeastOne, 8)
  .option(
    '--rate <count>',
    "requests a second of all of them; visitors, proxy and services share this host's cores",
    atLeastOne,
    300,
  )
  .option('--steady <seconds>', 'how long is measured without a rollout, before and after', atLeastOne, 20)
  .addOption(
    new Option('--ingress <proxy>', 'what is in front of the services').choices(['caddy', 'traefik']).default('caddy'),
  )
  .option('--json', 'the report machine-readable output (JSON)')
  .action(
    async ({
      json,
      steady: steadySeconds,
      ingress,
      ...settings
    }: {
      releases: number;
      connections: number;
      rate: number;
      steady: number;
      ingress: string;
      json?: boolean;
    }) =>
      prove({
        measure: (product) => measureRollouts(product, { ...settings, steadySeconds }, during),
        claims: rolloutClaims,
        render: renderRollouts,
        json,
        edit: (workspace) =>
          workspace.edit('staging.ts', "size: 's-2vcpu-4gb'", `size: 's-2vcpu-4gb', ingress: '${ingress}'`),
      }),
  );

program
  .command('boot')
  .description(
    'From the droplet until the site answers over HTTPS, beside a plain cloud-init with the same packages and images',
  )
  .option('--runs <count>', 'how often each of the two', atLeastOne, 3)
  .option('--json', 'the report machine-readable output (JSON)')
  .action(async ({ runs, json }: { runs: number; json?: boolean }) =>
    prove({
      measure: async (product) => {
        await during('the first release of everything', async () => {
          await product.setSecret('SMTP_URL', 'smtp://visitor:none@mail.acme.example');
          await product.releaseAll();
        });
        return measureBoots(product, runs, during);
      },
      claims: bootClaims,
      render: renderBoots,
      json,
    }),
  );

program
  .command('hardening')
  .description(
    "Which ports are open to the world, of all of them, and what lynis, Debian's scanner, finds on the machine",
  )
  .option('--json', 'the report machine-readable output (JSON)')
  .action(async ({ json }: { json?: boolean }) =>
    prove({
      measure: (product) => measureHardening(product, during),
      claims: hardeningClaims,
      render: renderHardening,
      json,
    }),
  );

program
  .command('definitions')
  .description(
    'Definitions that are made up, right and wrong: none is answered with a stack trace. No machine, about six minutes',
  )
  .option('--definitions <count>', 'how many', atLeastOne, 100_000)
  .option('--seed <number>', 'the same number makes the same ones', atLeastOne, 1 + (Date.now() % 1_000_000))
  .option('--json', 'the report machine-readable output (JSON)')
  .action(({ definitions, seed, json }: { definitions: number; seed: number; json?: boolean }) => {
    const report = measureDefinitions(definitions, seed);
    process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : `${renderDefinitions(report)}\n`);
    if (report.crashes.length > 0) process.exitCode = 1;
  });

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
