import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Table from 'cli-table3';
import { Command } from 'commander';
import pc from 'picocolors';
import { loadProduct, loadState } from '../definition/load';
import { previewName, previewsOf, pullOf } from '../definition/previews';
import { DigitalOcean } from '../lib/digitalocean';
import { visibleAll, visibleJson } from '../lib/visible';
import { asking, octokitOf, repositoryName } from '../plan/github';
import {
  judgePreviews,
  type Preview,
  previewKey,
  type PreviewPull,
  previewRecord,
  type PreviewRecord,
} from '../plan/previews';
import { layStack } from '../plan/synthesis-file';
import { type CheckedStack, checkedStack } from './expected-stack';
import { currentCommit, pullNumber } from './occasion';
import { withPreviewFile } from './preview-file';
import { environmentsFolder, findEnvironment, projectRoot } from './project';
import { StateStore } from './state-store';
import { plainTable } from './table';
import { runWatched } from './watched';

export const previewCommand = (): Command =>
  new Command('preview')
    .description(
      'Create, list and destroy environments of pull requests, made from environments/previews.ts, with a time to live',
    )
    .addCommand(
      new Command('up')
        .description(
          'Make or update the environment of a pull request from what is checked out; its time to live starts again',
        )
        .requiredOption('--pull <n>', 'the pull request', pullNumber)
        .option('--commit <sha>', 'what is deployed; left out, the commit checked out')
        .option(
          '--synthesis <file>',
          'what `berth synth --preview N --out FILE` has left: it is checked, and nothing of its code runs here',
        )
        .action(up),
    )
    .addCommand(
      new Command('down')
        .description('Destroy the environment of a pull request, with its data, and its state')
        .requiredOption('--pull <n>', 'the pull request', pullNumber)
        .action(({ pull }: { pull: number }) => down(projectRoot(), pull)),
    )
    .addCommand(
      new Command('list')
        .description('Every preview that left a trace: in states, in tags at DigitalOcean, in records beside the state')
        .option('--repository <owner/name>', 'left out: GITHUB_REPOSITORY')
        .option('--json', 'machine-readable output (JSON)')
        .action(list),
    )
    .addCommand(
      new Command('sweep')
        .description('Destroy the previews whose pull request is closed, or whose time is over')
        .option('--repository <owner/name>', 'left out: GITHUB_REPOSITORY')
        .addHelpText(
          'after',
          '\nEnds with 1 when one could not be destroyed, or when something is tagged that no state knows: that is named, and left alone.',
        )
        .action(sweep),
    );

const previewsIn = (root: string) => {
  const file = join(environmentsFolder(root), 'previews.ts');
  if (!existsSync(file))
    throw new Error(
      "there is no environments/previews.ts: it says what a pull request's environment is made from (docs/previews.md)",
    );
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the folder is known only now
  return previewsOf(require(file) as Record<string, unknown>);
};

const cdktf = (root: string, ...args: readonly string[]) =>
  runWatched(
    [process.execPath, require.resolve('cdktf-cli/bundle/bin/cdktf.js'), ...args, '--auto-approve', '--no-color'],
    { cwd: root, env: process.env },
  );

interface Up {
  readonly pull: number;
  readonly commit?: string;
  readonly synthesis?: string;
}

async function up({ pull, commit, synthesis }: Up): Promise<void> {
  const root = projectRoot();
  const { hours } = previewsIn(root);
  const name = previewName(pull);
  const store = new StateStore(loadState(environmentsFolder(root)));
  const stack = synthesis === undefined ? undefined : checkedStack(root, resolve(synthesis), name);
  await lookAround(root);
  const at = new Date();
  const record: PreviewRecord = {
    version: 1,
    pull,
    commit: currentCommit(root, commit),
    deployedAt: at.toISOString(),
    until: new Date(at.getTime() + hours * 3_600_000).toISOString(),
  };
  const done = (domain: string): void =>
    void process.stdout.write(
      `${pc.green('✓')} https://${domain} until ${record.until.slice(0, 16).replace('T', ' ')} UTC\n`,
    );
  const deploy = async (...options: readonly string[]): Promise<void> => {
    // before anything is made: what is made and not written down would live for ever
    await store.put(previewKey(pull), `${JSON.stringify(record)}\n`);
    const { code } = await cdktf(root, 'deploy', name, ...options);
    if (code !== 0)
      throw new Error(
        `${name} failed to deploy (see above). Push again, or take it away with \`npx berth preview down --pull ${pull}\``,
      );
  };
  if (stack) {
    layStack(join(root, 'cdktf.out'), stack);
    await deploy('--skip-synth');
    return done(domainOf(stack.json));
  }
  await withPreviewFile(root, pull, async () => {
    const { domain } = findEnvironment(name, root);
    await deploy();
    done(domain);
  });
}

const domainOf = ({ resource }: CheckedStack['json']): string =>
  (resource as { digitalocean_domain?: { domain?: { name?: string } } } | undefined)?.digitalocean_domain?.domain
    ?.name ?? '';

/** A preview runs what nobody has reviewed: an account of its own keeps it from everything else. */
async function lookAround(root: string): Promise<void> {
  const others = (await taggedWith(`${loadProduct(environmentsFolder(root)).product}-`)).filter(
    (name) => pullOf(name) === undefined,
  );
  if (others.length === 0) return;
  const text = `the token of previews also reaches ${others.join(', ')}: give previews a DigitalOcean team of their own (docs/previews.md)`;
  process.stderr.write(`${pc.yellow('warning:')} ${text}\n`);
  if (process.env.GITHUB_ACTIONS) process.stdout.write(`::warning title=Previews share an account::${text}\n`);
}

async function down(root: string, pull: number): Promise<void> {
  const store = new StateStore(loadState(environmentsFolder(root)));
  await withPreviewFile(root, pull, async (name) => {
    const { code } = await cdktf(root, 'destroy', name);
    if (code !== 0)
      throw new Error(
        `${name} was not destroyed to its end: see above. What is left is in its state; the next sweep goes on with it`,
      );
    await store.remove(`${name}/terraform.tfstate`);
    await store.remove(previewKey(pull));
    process.stdout.write(`${pc.green('✓')} ${name} is gone\n`);
  });
}

async function find(root: string, repository: string | undefined): Promise<Preview[]> {
  const store = new StateStore(loadState(environmentsFolder(root)));
  const { product } = loadProduct(environmentsFolder(root));
  const [records, states, tagged] = await Promise.all([readRecords(store), statesOf(store), taggedWith(`${product}-`)]);
  const numbers = new Set([
    ...records.map(({ pull }) => pull),
    ...[...states, ...tagged].flatMap((name) => pullOf(name) ?? []),
  ]);
  const pulls = (await Promise.all([...numbers].map((pull) => readPull(repository, pull)))).flatMap(
    (pull) => pull ?? [],
  );
  return judgePreviews({ pulls, records, states, tagged }, new Date());
}

async function readRecords(store: StateStore): Promise<PreviewRecord[]> {
  const keys = await store.list('previews/');
  const texts = await Promise.all(keys.map((key) => store.get(key)));
  return texts.flatMap((text) => previewRecord.safeParse(JSON.parse(text ?? 'null')).data ?? []);
}

/** Stacks with something in their state: Terraform leaves an empty one behind when everything is destroyed. */
async function statesOf(store: StateStore): Promise<string[]> {
  const keys = (await store.list('pr-')).filter((key) => key.endsWith('/terraform.tfstate'));
  const full = await Promise.all(
    keys.map(async (key) =>
      (JSON.parse((await store.get(key)) ?? '{}') as { resources?: unknown[] }).resources?.length
        ? [key.split('/')[0]!]
        : [],
    ),
  );
  return full.flat();
}

/** What the names of tags in use end with, of those that begin so. */
async function taggedWith(prefix: string): Promise<string[]> {
  const client = new DigitalOcean(process.env, 'a token that may read tags (scope "tag:read") is needed');
  return (await client.tags())
    .filter(({ name, resources }) => name.startsWith(prefix) && resources.count > 0)
    .map(({ name }) => name.slice(prefix.length));
}

async function readPull(given: string | undefined, pull: number): Promise<PreviewPull | undefined> {
  const repository = repositoryName(given ?? process.env.GITHUB_REPOSITORY);
  return asking({ what: `looking at pull request ${pull}`, repository, needs: 'pull-requests: read' }, async () => {
    try {
      const { data } = await octokitOf(process.env).request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
        ...repository,
        pull_number: pull,
      });
      return { number: pull, open: data.state === 'open' };
    } catch (error) {
      if ((error as { status?: number }).status === 404) return undefined;
      throw error;
    }
  });
}

async function list({ repository, json }: { repository?: string; json?: boolean }): Promise<void> {
  const found = visibleAll(await find(projectRoot(), repository));
  if (json) return void process.stdout.write(`${visibleJson(JSON.stringify(found, null, 2))}\n`);
  if (found.length === 0) return void process.stdout.write('there are no previews\n');
  const table = new Table({ ...plainTable, head: ['preview', 'until', 'state', 'tagged', 'verdict', ''] });
  for (const { name, until, state, tagged, verdict, why } of found)
    table.push([
      name,
      until?.slice(0, 16).replace('T', ' ') ?? '',
      state ? 'yes' : 'no',
      tagged ? 'yes' : 'no',
      verdict,
      why,
    ]);
  process.stdout.write(`${table.toString()}\n`);
}

async function sweep({ repository }: { repository?: string }): Promise<void> {
  const root = projectRoot();
  const failed: string[] = [];
  for (const { pull, name, verdict, why } of await find(root, repository)) {
    process.stdout.write(`${name}: ${verdict}: ${why}\n`);
    if (verdict === 'orphan') failed.push(`${name}: ${why}. Look at it in the control panel, and delete it there`);
    if (verdict === 'gone') await new StateStore(loadState(environmentsFolder(root))).remove(previewKey(pull));
    if (verdict === 'remove') await down(root, pull).catch((error: Error) => failed.push(error.message));
  }
  if (failed.length > 0) throw new Error(failed.join('\n'));
}
