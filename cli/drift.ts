import { Command } from 'commander';
import pc from 'picocolors';
import { readEnvironments, loadEnvironments } from '../definition/load';
import { type Drift, driftOf } from '../plan/drift';
import { type DriftIssueOutcome, keepDriftIssue } from '../plan/drift-issue';
import { attributeText, composeDriftIssue, driftVerdict, wayBack } from '../plan/drift-words';
import { octokitOf, repositoryName } from '../plan/github';
import { visible } from '../plan/markdown';
import { planStack } from './plan-stack';
import { environmentsFolder, noEnvironment, projectRoot } from './project';

interface Options {
  readonly issue?: boolean;
  readonly json?: boolean;
  readonly repository?: string;
  readonly whole?: string;
}

/** Exit codes: what a workflow has to tell from each other. */
const untold = 1;
const hasDrifted = 3;

export const driftCommand = (): Command =>
  new Command('drift')
    .description(
      "Show what was changed behind Terraform's back, what the next deploy does about it, and how to revert it",
    )
    .argument('[env...]', 'environments; all of them when left out')
    .option('--issue', 'keep one issue for each drifted environment at GitHub: opened, updated, closed by itself')
    .option('--json', 'machine-readable output (JSON)')
    .option('--repository <owner/name>', 'where the issues are; left out: GITHUB_REPOSITORY')
    .option('--whole <url>', 'the run that found it, for the issue')
    .addHelpText(
      'after',
      `
Ends with 0 when nothing has drifted, 3 when something has, 1 when it could not be told of an environment: its issue stays as
it is. What was merged and not deployed yet is listed, and is not drift (docs/drift.md).`,
    )
    .action(async (names: string[], options: Options) => {
      const root = projectRoot();
      const folder = environmentsFolder(root);
      const all = loadEnvironments(folder, root).map(({ name }) => name);
      for (const name of names) if (!all.includes(name)) noEnvironment(name, all);
      const files = new Map(readEnvironments(folder, root).map(({ file, input }) => [input.name, file]));
      // who it is written for is known before anything is planned
      const hub = options.issue
        ? {
            octokit: octokitOf(process.env),
            repository: repositoryName(options.repository ?? process.env.GITHUB_REPOSITORY),
          }
        : undefined;
      const results: Result[] = [];
      for (const environment of names.length > 0 ? [...new Set(names)] : all) {
        const result = await tell(root, environment);
        const { drift } = result;
        const file = files.get(environment)!;
        if (hub && drift)
          result.issue = await keepDriftIssue({
            ...hub,
            environment,
            ...(drift.drifted.length > 0 && { body: composeDriftIssue(drift, { file, whole: options.whole }) }),
          });
        results.push(result);
        if (!options.json) process.stdout.write(describe(result, file));
      }
      if (options.json) process.stdout.write(`${JSON.stringify({ version: 1, environments: results }, null, 2)}\n`);
      process.exitCode = results.some(({ failed }) => failed !== undefined)
        ? untold
        : results.some(({ drift }) => drift!.drifted.length > 0)
          ? hasDrifted
          : 0;
    });

interface Result {
  readonly environment: string;
  readonly drift?: Drift;
  /** Why it could not be told. */
  readonly failed?: string;
  issue?: DriftIssueOutcome;
}

/** A plan refreshes, so it sees what somebody changed. */
async function tell(root: string, environment: string): Promise<Result> {
  try {
    return { environment, drift: driftOf((await planStack(root, environment)).plan, environment) };
  } catch (error) {
    // the others are still told
    return { environment, failed: (error as Error).message };
  }
}

/** Of what is merged and not deployed, which is no drift. */
const shownAddresses = 5;

const line = (text: string): string => visible(text).replace(/\s+/g, ' ').trim();

function describe({ environment, drift, failed, issue }: Result, file: string): string {
  if (drift === undefined) return `${pc.bold(environment)} ${pc.red('could not be told')}: ${failed}\n`;
  const { drifted, consequences, undeployed, neverDeployed } = drift;
  if (neverDeployed)
    return `${pc.bold(environment)} is not deployed: ${undeployed.length} resources would be created\n`;
  const more = undeployed.length - shownAddresses;
  const lines = [
    `${pc.bold(environment)} ${drifted.length === 0 ? pc.green('is as it was deployed') : `${pc.red('has drifted')}: ${driftVerdict(drift)}`}`,
    ...drifted.flatMap(({ address, how, attributes, takenBack }) => [
      `  ${pc.red(how.padEnd(11))} ${line(address)}${takenBack ? '' : pc.dim(' (the next deploy leaves it as it is)')}`,
      ...attributes.map((one) => `  ${' '.repeat(11)} ${line(attributeText(one))}`),
    ]),
    ...consequences.map(
      ({ effect, subject, says }) => `  ${pc.yellow('next deploy')} ${effect} ${line(subject)}: ${line(says)}`,
    ),
    ...undeployed
      .slice(0, shownAddresses)
      .map(
        (address, i) =>
          `  ${i === 0 ? `${pc.dim('no drift')}    merged and not deployed: ` : ' '.repeat(37)}${line(address)}`,
      ),
    ...(more > 0 ? [`${' '.repeat(39)}and ${more} more (--json lists them)`] : []),
    ...(drifted.length === 0
      ? []
      : wayBack(environment, file).map(
          (text, i) => `  ${i === 0 ? 'way back   ' : '           '} ${text.replaceAll('`', '')}`,
        )),
    ...(issue?.url === undefined ? [] : [`  issue       ${issue.did}: ${issue.url}`]),
  ];
  return `${lines.join('\n')}\n`;
}
