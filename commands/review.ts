import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { Command, Option } from 'commander';
import { loadEnvironments, readEnvironments } from '../definition/load';
import { resolveLayers } from '../definition/resolve';
import { composeComment } from '../pipeline/comment';
import { type Plan, readPlan } from '../pipeline/plan';
import { review, type Review, type ReviewOptions } from '../pipeline/review';
import { commentPart } from '../pipeline/review-markdown';
import { renderTerminal } from '../pipeline/review-terminal';
import { renderSarif } from '../pipeline/sarif';
import { planStack } from './plan-stack';
import { openPlan } from './planned';
import { environmentsFolder, noEnvironment, projectRoot } from './project';

interface Options {
  readonly plan?: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly sarif?: boolean;
  readonly out?: string;
}

export const reviewCommand = (): Command => new Command('review')
  .description('What a plan does, in words: what is replaced, interrupted, lost and paid, and which policies want a word')
  .argument('<env>', 'the environment')
  .option('--plan <file>', 'a plan file, or what `terraform show -json` says of one; left out, it is planned first, as by `cdktf diff ENV`')
  .addOption(new Option('--json', 'for a machine to read (docs/review.md)').conflicts(['markdown', 'sarif']))
  .addOption(new Option('--markdown', 'as it stands in the pull request').conflicts(['json', 'sarif']))
  .addOption(new Option('--sarif', 'SARIF 2.1.0, for code scanning').conflicts(['json', 'markdown']))
  .option('--out <file>', 'write it to a file, and the verdict to the terminal; as JSON, a plan that failed is written too: { environment, failed }')
  .addHelpText('after', `
Ends with 0 when the plan was reviewed, also when it destroys something. Ends with 1 when it could not be reviewed, or when
a policy of level "error" stands in the way that the environment's file does not acknowledge (docs/policies.md).`)
  .action(async (name: string, options: Options) => {
    try {
      const reviewed = await reviewNow(name, options);
      write(reviewed, options);
      process.exitCode = reviewed.blocked ? 1 : 0;
    } catch (error) {
      // the pull request's comment tells it too
      if (options.json && options.out !== undefined) keep(options.out, `${JSON.stringify({ environment: name, failed: (error as Error).message })}\n`);
      throw error;
    }
  });

async function reviewNow(name: string, options: Options): Promise<Review> {
  const root = projectRoot();
  const definition = definitionOf(root, name, options.plan !== undefined);
  const plan = options.plan === undefined ? (await planStack(root, name)).plan : await givenPlan(root, name, resolve(options.plan));
  return review(plan, { environment: name, definition, today: new Date().toISOString().slice(0, 10) });
}

/** The environment as its files say it; one whose file is gone can only be reviewed by a plan that somebody gives. */
function definitionOf(root: string, name: string, mayBeGone: boolean): ReviewOptions['definition'] {
  const folder = environmentsFolder(root);
  const environments = loadEnvironments(folder, root);
  const environment = environments.find((one) => one.name === name);
  if (!environment) {
    if (mayBeGone) return undefined;
    return noEnvironment(name, environments.map((one) => one.name));
  }
  const { file, input } = readEnvironments(folder, root).find((one) => one.input.name === name)!;
  const product = join('environments', 'product.ts');
  return {
    environment,
    text: {
      environment: { file, text: readFileSync(join(root, file), 'utf8') },
      ...(existsSync(join(root, product)) ? { product: { file: product, text: readFileSync(join(root, product), 'utf8') } } : {}),
      sources: resolveLayers(input).sources,
    },
  };
}

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
    throw new Error(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}): --plan wants a plan file, as \`cdktf diff\` leaves it at cdktf.out/stacks/ENV/plan`, { cause: error });
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
  return out === undefined ? renderTerminal(reviewed, process.stdout.columns) : stripVTControlCharacters(renderTerminal(reviewed));
}
