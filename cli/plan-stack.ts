import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readEnvironments } from '../definition/load';
import type { Planned } from '../plan/seal';
import type { UnreadStack } from '../plan/stack-check';
import { onlyFiles } from '../plan/synthesis';
import { layStack } from '../plan/synthesis-file';
import { readFailure } from '../plan/terraform-failure';
import { forgetPlan, openPlan, stackFolder, terraformBinary } from './planned';
import { environmentsFolder } from './project';
import { runWatched } from './watched';

export interface PlanOptions {
  /** The plan of taking the whole environment away. */
  readonly destroy?: boolean;
  /** A stack that was synthesized elsewhere, and checked; synthesized here when absent. */
  readonly stack?: UnreadStack;
}

/**
 * Plans an environment into the file that `cdktf diff` would leave, by the same three steps: a synth, `terraform init` and
 * `terraform plan`. It synthesizes this stack alone and does without the CLI's own two seconds. What is said goes to standard
 * error; what went wrong is thrown with Terraform's headlines. The plan file is its owner's alone.
 */
export async function planStack(
  root: string,
  environment: string,
  { destroy = false, stack }: PlanOptions = {},
): Promise<Planned> {
  const folder = stackFolder(root, environment);
  mustHaveSecrets(environment, process.env);
  forgetPlan(root, environment);
  // what the state holds in the clear is in .terraform and in the plan, too
  const mask = process.umask(0o077);
  try {
    if (stack) layStack(join(root, 'cdktf.out'), stack);
    else await synthesizeHere(root, environment);
    if (!existsSync(folder)) throw new Error(`the synth left no stack "${environment}" in cdktf.out`);
    await step(environment, 'terraform init', [terraformBinary(), 'init', '-input=false', '-no-color'], folder);
    await step(
      environment,
      'terraform plan',
      [terraformBinary(), 'plan', '-input=false', '-no-color', '-out=plan', ...(destroy ? ['-destroy'] : [])],
      folder,
    );
    return await openPlan(root, environment);
  } finally {
    process.umask(mask);
  }
}

/** What Terraform's providers and its backend sign in with. */
const credentials = [
  'DIGITALOCEAN_TOKEN',
  'SPACES_ACCESS_KEY_ID',
  'SPACES_SECRET_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'GITHUB_TOKEN',
];

/** A workflow sets a secret that its job does not have to an empty text; Terraform would say so in six ways. */
export function mustHaveSecrets(environment: string, env: NodeJS.ProcessEnv): void {
  const empty = credentials.filter((name) => env[name] === '');
  if (empty.length === 0) return;
  throw new Error(`${environment} cannot be planned: ${empty.join(', ')} ${empty.length === 1 ? 'is' : 'are'} empty, so this job has no such secrets
  They are secrets of a GitHub environment ("plan" for plans, each environment's own for deploys) whose deployment branches let this branch in (docs/workflows.md, "What to set up").
  A workflow on pull_request has none for a fork's or Dependabot's pull request: plan it from workflow_run, as .github/workflows/plan.yml does.`);
}

async function synthesizeHere(root: string, environment: string): Promise<void> {
  const { app } = JSON.parse(readFileSync(join(root, 'cdktf.json'), 'utf8')) as { app: string };
  const file =
    environment === 'state'
      ? 'state.ts'
      : readEnvironments(environmentsFolder(root), root).find(({ input }) => input.name === environment)?.file;
  await step(environment, 'the synth', ['sh', '-c', app], root, {
    ...process.env,
    CDKTF_OUTDIR: 'cdktf.out',
    ...(file && { [onlyFiles]: basename(file) }),
  });
}

async function step(
  environment: string,
  what: string,
  command: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const { code, output } = await runWatched(command, { cwd, env, out: process.stderr });
  if (code !== 0)
    throw new Error(
      [`${environment} could not be planned: ${what} ended with ${code}`, ...explained(output)].join('\n'),
    );
}

/** Terraform's headlines and what to do about them; of a synth, which has none, its own words. */
function explained(said: string): string[] {
  const { headlines, todo } = readFailure(said);
  return [
    ...(headlines.length > 0 ? headlines : said.trim().split('\n').slice(-20)).map((line) => `  ${line}`),
    ...(todo === undefined ? [] : [todo]),
  ];
}
