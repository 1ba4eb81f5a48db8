import { closeSync, mkdirSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { Command, Option } from 'commander';
import { loadState } from '../definition/load';
import type { Source } from '../definition/layers';
import { composeComment } from '../plan/comment';
import { locator } from '../plan/cause';
import { type Plan, readPlan } from '../plan/plan';
import { refusedPlan } from '../plan/refused-plan';
import { review, type ReviewOptions } from '../plan/review';
import type { Review } from '../contract/review';
import { commentPart } from '../plan/review-markdown';
import { renderTerminal } from '../plan/review-terminal';
import { renderSarif } from '../plan/sarif';
import { type DefinitionClaim, readSynthesis } from '../plan/synthesis-file';
import { definitionClaims } from './definition-claim';
import { type CheckedStack, checkedStack } from './expected-stack';
import { actor, pullNumber, reviewedCommit } from './occasion';
import { planStack } from './plan-stack';
import { forgetPlan, openPlan } from './planned';
import { environmentsFolder, noEnvironment, projectRoot } from './project';
import { keepSeal, mustBeOpen } from './sealing';
import { StateStore } from './state-store';

interface Options {
  readonly plan?: string;
  readonly synthesis?: string;
  readonly programRead?: boolean;
  readonly seal?: boolean;
  readonly commit?: string;
  readonly pull?: number;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly sarif?: boolean;
  readonly out?: string;
}

export const reviewCommand = (): Command =>
  new Command('review')
    .description(
      'Describe what a plan would replace, interrupt or lose, what it costs, and which policies need attention',
    )
    .argument('<env>', 'the environment')
    .option(
      '--plan <file>',
      'a plan file, or what `terraform show -json` says of one; left out, it is planned first, as by `cdktf diff ENV`',
    )
    .addOption(
      new Option(
        '--synthesis <file>',
        'plan what `berth synth --out FILE` has left, which is checked before Terraform sees it; no code of the environments runs here',
      ).conflicts('plan'),
    )
    .option(
      '--program-read',
      "let the synthesis hold another program than this checkout's: somebody who may write has read that very commit",
    )
    .option('--seal', 'keep the plan beside the state too, as `berth seal` does, unless a policy stands in the way')
    .option('--commit <sha>', 'with --seal: the commit that is reviewed')
    .option(
      '--pull <n>',
      'with --seal: the pull request of that commit; nothing is sealed when it is closed, merged or has moved on',
      pullNumber,
    )
    .addOption(new Option('--json', 'machine-readable output (JSON) (docs/review.md)').conflicts(['markdown', 'sarif']))
    .addOption(new Option('--markdown', 'as it stands in the pull request').conflicts(['json', 'sarif']))
    .addOption(new Option('--sarif', 'SARIF 2.1.0, for code scanning').conflicts(['json', 'markdown']))
    .option(
      '--out <file>',
      'write it to a file, and the verdict to the terminal; as JSON, a plan that failed is written too: { environment, failed }',
    )
    .addHelpText(
      'after',
      `
Ends with 0 when the plan was reviewed, also when it destroys something. Ends with 1 when it could not be reviewed or sealed, or when
a policy of level "error" stands in the way that the environment's file does not acknowledge (docs/policies.md).
The plan file that it makes holds secrets in the clear, and is removed.`,
    )
    .action(async (name: string, options: Options) => {
      try {
        const reviewed = await reviewNow(name, options);
        write(reviewed, options);
        process.exitCode = reviewed.blocked ? 1 : 0;
      } catch (error) {
        // the pull request's comment tells it too
        if (options.json && options.out !== undefined)
          keep(options.out, `${JSON.stringify({ environment: name, failed: (error as Error).message })}\n`);
        throw error;
      }
    });

async function reviewNow(name: string, options: Options): Promise<Review> {
  const root = projectRoot();
  const today = new Date().toISOString().slice(0, 10);
  if (options.plan !== undefined) {
    if (options.seal)
      throw new Error(
        '--seal keeps a plan that is made here: leave --plan out, or seal that file with `npx berth seal ENV --plan FILE`',
      );
    return review(await givenPlan(root, name, resolve(options.plan)), {
      environment: name,
      definition: asDefinition(definitionClaims(root).get(name)),
      today,
    });
  }
  const { definition, stack } =
    options.synthesis === undefined
      ? ownDefinition(root, name)
      : unread(root, name, resolve(options.synthesis), options.programRead);
  if (options.pull !== undefined && options.commit !== undefined) await mustBeOpen(options.pull, options.commit);
  try {
    const planned = await planStack(root, name, { stack }).catch((error: Error) => {
      throw withCause(error, definition);
    });
    const read = (stack?.program ?? []).map(
      ({ path, found }) =>
        `\`${path}\` is another than this branch's own (${found}): it was let through because somebody who may write has read this commit`,
    );
    const reviewed = review(planned.plan, {
      environment: name,
      definition,
      today,
      warnings: [...read, ...(stack?.warnings ?? [])],
    });
    if (options.seal && reviewed.blocked) process.stderr.write(`${name} is not sealed: a policy stands in the way\n`);
    else if (options.seal)
      await keepSeal(new StateStore(loadState(environmentsFolder(root))), planned, {
        commit: reviewedCommit(root, options.commit),
        by: actor(),
        pull: options.pull,
      });
    return reviewed;
  } finally {
    forgetPlan(root, name);
  }
}

/** What a provider has refused is told with the line that asks for it. */
function withCause(error: Error, definition: ReviewOptions['definition']): Error {
  const told = refusedPlan(error.message, definition && locator(definition.text));
  return told === undefined ? error : new Error(`${error.message}\n${told}`, { cause: error });
}

/** The environment as its files say it; nothing for the stack `state`. */
function ownDefinition(root: string, name: string): { definition?: ReviewOptions['definition']; stack?: CheckedStack } {
  if (name === 'state') return {};
  const claims = definitionClaims(root);
  return { definition: asDefinition(claims.get(name) ?? noEnvironment(name, [...claims.keys()])) };
}

/** Everything comes from the file, and nothing of it is run. */
function unread(
  root: string,
  name: string,
  file: string,
  programRead: boolean | undefined,
): { definition?: ReviewOptions['definition']; stack: CheckedStack } {
  const stack = checkedStack(root, file, name, { programRead });
  return { stack, definition: asDefinition(readSynthesis(file).stacks[name]?.definition) };
}

const asDefinition = (claim: DefinitionClaim | undefined): ReviewOptions['definition'] =>
  claim && {
    tag: claim.tag,
    acknowledge: claim.acknowledge,
    text: {
      environment: claim.environment,
      ...(claim.product && { product: claim.product }),
      sources: new Map(Object.entries(claim.sources) as [string, Source][]),
    },
  };
/** JSON, or Terraform's own file, which is an archive. */
async function givenPlan(root: string, name: string, file: string): Promise<Plan> {
  const start = firstBytes(file);
  if (start === 'PK') return (await openPlan(root, name, file)).plan;
  return readPlan(readFileSync(file, 'utf8'), file);
}

function firstBytes(file: string): string {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    throw new Error(
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code}): --plan wants a plan file, as \`cdktf diff\` leaves it at cdktf.out/stacks/ENV/plan`,
      { cause: error },
    );
  }
  const bytes = Buffer.alloc(2);
  try {
    readSync(descriptor, bytes, 0, 2, 0);
  } finally {
    closeSync(descriptor);
  }
  return bytes.toString('latin1');
}

function write(reviewed: Review, options: Options): void {
  const text = render(reviewed, options);
  if (options.out === undefined) return void process.stdout.write(text);
  keep(options.out, text);
  process.stdout.write(`${reviewed.environment} · ${reviewed.verdict}\n${options.out} is written\n`);
}

function keep(file: string, text: string): void {
  mkdirSync(dirname(resolve(file)), { recursive: true });
  writeFileSync(file, text);
}

function render(reviewed: Review, { json, markdown, sarif, out }: Options): string {
  if (json) return `${JSON.stringify(reviewed, null, 2)}\n`;
  if (sarif) return `${JSON.stringify(renderSarif(reviewed), null, 2)}\n`;
  if (markdown) return `${composeComment([commentPart(reviewed)], {}).trimEnd()}\n`;
  // colours are for the terminal alone
  return out === undefined
    ? renderTerminal(reviewed, process.stdout.columns)
    : stripVTControlCharacters(renderTerminal(reviewed));
}
