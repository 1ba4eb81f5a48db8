import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { loadState } from '../definition/load';
import type { State } from '../definition/state';
import { decide, type Found } from '../plan/decision';
import { Git } from '../plan/git';
import { octokitOf, repositoryName } from '../plan/github';
import { type HistoryEntry, historyKey, lastDeploy, usesOf, writeEntry } from '../plan/history';
import { reviewedCommits } from '../plan/reviewed-commits';
import type { Planned } from '../plan/seal';
import { sealChanges } from '../plan/sealed-change';
import { readRecord } from '../plan/sealed-record';
import { readSynthesis } from '../plan/synthesis-file';
import { readFailure } from '../plan/terraform-failure';
import { type CheckedStack, checkedStack } from './expected-stack';
import { counted } from './history';
import { actor, currentCommit, runUrl } from './occasion';
import { planStack } from './plan-stack';
import { forgetPlan, openPlan, planOf, terraformBinary } from './planned';
import { environmentsFolder, findEnvironment, projectRoot } from './project';
import { readStateAsData } from './state-as-data';
import { StateStore } from './state-store';
import { runWatched } from './watched';

interface Options {
  readonly commit?: string;
  readonly reason?: string;
  readonly yes?: boolean;
  readonly destroy?: boolean;
  readonly synthesis?: string;
}

export const deployCommand = (): Command =>
  new Command('deploy')
    .description(
      'Plan, and apply only if the plan matches the one that was reviewed; otherwise list the differences and apply nothing',
    )
    .argument('<env>', 'the environment, or "state"')
    .option(
      '--commit <sha>',
      'the commit whose review counts; left out: the one checked out, or the pull request that it was merged from',
    )
    .option(
      '--reason <text>',
      'deploy without a review, and keep why; it does not stand in for a review that says otherwise',
    )
    .option(
      '--synthesis <file>',
      'plan what `berth synth --out FILE` has left, which is checked before Terraform sees it; no code of the environments runs here',
    )
    .option('--destroy', 'take the whole environment away: in a checkout that still has it (docs/seal.md)')
    .option('--yes', 'apply without confirmation; required where there is no terminal')
    .addHelpText(
      'after',
      '\nEnds with 0 when it was applied or there was nothing to change, and with 1 when it was refused or failed; both are in `berth history`.',
    )
    .action(async (environment: string, options: Options) => {
      const root = projectRoot();
      // with a synthesis, no code of a commit that was just merged runs beside the credentials of a deploy
      const state =
        options.synthesis === undefined
          ? loadState(environmentsFolder(root))
          : readStateAsData(environmentsFolder(root));
      const store = new StateStore(state);
      if (environment !== 'state' && options.synthesis === undefined) findEnvironment(environment, root);
      if (!options.yes && !process.stdin.isTTY)
        throw new Error('not a terminal: pass --yes to apply without confirmation');
      const commit = currentCommit(root, options.commit);
      await mustNotBeBehind(root, store, environment, commit, options.reason);
      const scratch = mkdtempSync(join(tmpdir(), 'berth-deploy-'));
      try {
        const file = join(scratch, 'plan');
        const found = await findReview(store, environment, commit);
        const planned = await plan(root, environment, file, options, state, found);
        const deploy = new Deploy(store, planned, commit, found, options);
        if (deploy.changes.length === 0)
          return void process.stdout.write(`${environment}: nothing to change, so there is nothing to review either\n`);
        await deploy.run(root, file);
      } finally {
        forgetPlan(root, environment);
        rmSync(scratch, { recursive: true, force: true });
      }
    });

const cdktf = (...args: readonly string[]): string[] => [
  process.execPath,
  require.resolve('cdktf-cli/bundle/bin/cdktf.js'),
  ...args,
  '--no-color',
];

/** A fresh plan, in a place that nobody else writes to. */
async function plan(
  root: string,
  environment: string,
  file: string,
  { synthesis, destroy = false }: Options,
  state: State,
  found: Found | undefined,
): Promise<Planned> {
  const stack = synthesis === undefined ? undefined : unreadStack(root, resolve(synthesis), environment, state, found);
  await planStack(root, environment, { destroy, stack });
  copyFileSync(planOf(root, environment), file);
  return openPlan(root, environment, file);
}

function unreadStack(
  root: string,
  file: string,
  environment: string,
  state: State,
  found: Found | undefined,
): CheckedStack {
  // a review says whose repositories it was about; without one, somebody deploys by hand, and answers for it
  const owners = ownersIn(found?.review.stack ?? readSynthesis(file).stacks[environment]?.json ?? {});
  return checkedStack(root, file, environment, { owners, state });
}

function ownersIn({ provider }: Readonly<Record<string, unknown>>): string[] {
  const { github = [] } = (provider ?? {}) as { github?: readonly { readonly owner?: string }[] };
  return github.flatMap(({ owner }) => owner ?? []);
}

/** An old commit is deployed only on purpose: a workflow that is run again brings its old commit, and its old reason, along. */
async function mustNotBeBehind(
  root: string,
  store: StateStore,
  environment: string,
  commit: string,
  reason: string | undefined,
): Promise<void> {
  const last = await lastDeploy(store, environment);
  if (!last) return;
  const order = await new Git(root).order(commit, last.commit);
  const again = Number(process.env.GITHUB_RUN_ATTEMPT ?? 1) > 1;
  if (
    order === undefined ||
    order === 'same' ||
    order === 'other' ||
    (reason !== undefined && reason.trim() !== '' && !again)
  )
    return;
  const [short, lastShort] = [commit, last.commit].map((each) => each.slice(0, 12));
  const todo = `To go back on purpose, start the deploy by hand with a reason (--reason)${again ? '; this run was started again, and its reason was for the first time' : ''}.`;
  throw new Error(
    order === 'behind'
      ? `${environment}: nothing was applied\n  ${short} is behind ${lastShort}, which was deployed last, at ${last.at}\n${todo}`
      : `${environment}: nothing was applied\n  ${lastShort} was deployed last, at ${last.at}, and this clone does not have it: it cannot be told whether ${short} is behind it\nFetch it (\`git fetch --unshallow\`; in a workflow, actions/checkout with \`fetch-depth: 0\`). ${todo}`,
  );
}

function failed(what: string, output: string, otherwise?: string): Error {
  const { headlines, todo = otherwise } = readFailure(output);
  return new Error([what, ...headlines.map((line) => `  ${line}`), ...(todo === undefined ? [] : [todo])].join('\n'));
}

/** One deploy of a plan that changes something, with all that is written about it. */
class Deploy {
  /** What is to be done, by address alone. */
  readonly changes: HistoryEntry['changes'];
  private readonly at = new Date();
  private readonly key: string;
  private readonly reason?: string;
  private stateVersion?: string;

  constructor(
    private readonly store: StateStore,
    private readonly planned: Planned,
    private readonly commit: string,
    private readonly found: Found | undefined,
    private readonly options: Options,
  ) {
    this.key = historyKey(planned.environment, this.at);
    this.changes = sealChanges(planned.plan, '').map(({ address, actions }) => ({ address, actions }));
    // it is shown in logs and tables; a workflow hands on an empty one when nobody gave any
    this.reason =
      options.reason
        ?.replace(/\p{Cc}+/gu, ' ')
        .trim()
        .slice(0, 500) || undefined;
  }

  async run(root: string, file: string): Promise<void> {
    const { environment } = this.planned;
    this.stateVersion = await this.store.stateVersion(environment);
    const decision = decide(this.found, this.planned, this.commit, this.reason);
    if (!decision.apply) {
      await this.record('refused', decision.why);
      throw new Error(
        [`${environment}: nothing was applied`, ...decision.why.map((line) => `  ${line}`), decision.todo].join('\n'),
      );
    }
    process.stdout.write(`${pc.green('✓')} ${decision.because}\n`);
    if (!this.options.yes && !(await confirmed(environment, counted(this.changes))))
      return void process.stdout.write('nothing was done\n');
    await this.record('begun');
    // without a synth: the stack was synthesized for the plan, and another time could only make it another one
    const { code, output } = await runWatched(cdktf('deploy', environment, '--auto-approve', '--skip-synth'), {
      cwd: root,
      env: sealedEnv(file),
    });
    const failure = code === 0 ? undefined : readFailure(output);
    await this.record(
      failure === undefined ? 'applied' : failure.before ? 'refused' : 'failed',
      failure?.headlines,
    ).catch((error: Error) => {
      throw new Error(
        `${environment} was ${code === 0 ? 'applied' : 'not applied to its end'}, and that could not be written down: ${error.message}`,
        { cause: error },
      );
    });
    if (failure)
      throw failed(
        failure.before
          ? `${environment}: nothing was applied`
          : `${environment}: apply failed partway; changes already made were kept`,
        output,
        this.wayOn(),
      );
    process.stdout.write(`${pc.green('✓')} ${environment} is deployed: ${counted(this.changes)}\n`);
  }

  private wayOn(): string {
    return `Deploy again: ${this.found ? 'what is left of the reviewed plan may be applied on the same review' : 'again with a reason'}. If it takes a change of the code, push it: that is a new review.`;
  }

  /** Writes down how it stands: once before anything is applied, so that a deploy that is killed leaves a trace, and once after. */
  private async record(outcome: HistoryEntry['outcome'], why?: readonly string[]): Promise<void> {
    const {
      found,
      reason,
      commit,
      changes,
      stateVersion,
      planned: {
        environment,
        file: { state },
      },
    } = this;
    const { review } = found ?? {};
    const at = this.at.toISOString();
    const run = runUrl();
    await writeEntry(this.store, this.key, {
      version: 1,
      environment,
      at,
      ...(outcome !== 'begun' && { endedAt: new Date().toISOString() }),
      outcome,
      commit,
      ...(review && {
        review: { commit: review.commit, sealedAt: review.sealedAt, ...(review.by !== undefined && { by: review.by }) },
      }),
      by: actor(),
      ...(reason !== undefined && { reason }),
      ...(run !== undefined && { run }),
      changes,
      ...(why && why.length > 0 && { why: [...why] }),
      state: { ...state, ...(stateVersion !== undefined && { version: stateVersion }) },
    });
  }
}

/** The review of the commit itself, or of the pull request that it was merged from. */
async function findReview(store: StateStore, environment: string, commit: string): Promise<Found | undefined> {
  const { GITHUB_REPOSITORY: repository } = process.env;
  const read = async (reviewed: string): Promise<Found | undefined> => {
    const review = await readRecord(store, environment, reviewed);
    return review && { review, uses: await usesOf(store, review) };
  };
  const own = await read(commit);
  if (own || !repository) return own;
  for (const head of await reviewedCommits(octokitOf(process.env), repositoryName(repository), commit)) {
    const found = await read(head);
    if (found) return found;
  }
  return undefined;
}

/** Terraform in the CLI's eyes: it can apply this plan and nothing else. */
const sealedEnv = (file: string): NodeJS.ProcessEnv => ({
  ...process.env,
  TERRAFORM_BINARY_NAME: join(__dirname, '..', 'bin', 'terraform-sealed'),
  BERTH_SEALED_TERRAFORM: terraformBinary(),
  BERTH_SEALED_PLAN: file,
});

async function confirmed(environment: string, changes: string): Promise<boolean> {
  return (await import('@inquirer/confirm')).default({
    message: `Apply to ${environment}: ${changes}?`,
    default: false,
  });
}
