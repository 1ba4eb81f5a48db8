import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import Table from 'cli-table3';
import { Command } from 'commander';
import pc from 'picocolors';
import type { Source } from '../definition/layers';
import { loadEnvironments, readEnvironments } from '../definition/load';
import { memoryNeed } from '../definition/memory';
import { type Environment, resolveLayers } from '../definition/resolve';
import { dropletSize } from '../definition/sizes';
import { environmentsFolder, noEnvironment, projectRoot } from './project';
import { plainTable } from './table';

export const envCommand = (): Command =>
  new Command('env')
    .description('Create, list and show environments')
    .addCommand(
      new Command('new')
        .description('Write environments/NAME.ts, from another environment')
        .argument('<name>', 'the new environment')
        .option('--from <other>', 'the environment to start from', 'staging')
        .option(
          '--domain <domain>',
          "its domain; left out: NAME in place of the other's name, or in front of its domain",
        )
        .action(newEnvironment),
    )
    .addCommand(
      new Command('list')
        .description('All environments, one a line')
        .option('--json', 'machine-readable output (JSON)')
        .action(listEnvironments),
    )
    .addCommand(
      new Command('show')
        .description('Everything an environment resolves to, and where each value came from')
        .argument('<name>', 'the environment')
        .option('--json', 'machine-readable output (JSON)')
        .action(showEnvironment),
    );

function newEnvironment(name: string, options: { from: string; domain?: string }): void {
  const root = projectRoot();
  const folder = environmentsFolder(root);
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 24) {
    throw new Error(
      `"${name}" cannot be an environment's name: at most 24 lower-case letters, digits and single "-", starting with a letter`,
    );
  }
  const target = join(folder, `${name}.ts`);
  if (existsSync(target)) throw new Error(`${relative(root, target)} exists already: choose another name, or edit it`);
  const other = entry(options.from);
  const text = readFileSync(join(root, other.file), 'utf8');
  const domain =
    options.domain ??
    (other.input.domain.includes(options.from)
      ? other.input.domain.replace(options.from, name)
      : `${name}.${other.input.domain}`);
  const next = text
    .replace(new RegExp(`export const ${identifier(options.from)}\\b`), `export const ${identifier(name)}`)
    .replace(/(\bname:\s*)(['"])[^'"]*\2/, `$1$2${name}$2`)
    .replace(/(\bdomain:\s*)(['"])[^'"]*\2/, `$1$2${domain}$2`)
    // one environment declares the default branch's rules for all
    .replace(/^\s*defaultBranch:.*\n/m, '');
  writeFileSync(target, next);
  try {
    loadEnvironments(folder, root);
  } catch (error) {
    throw new Error(
      `${(error as Error).message}\n\n${relative(root, target)} was written but is not valid yet: fix the problems above`,
      { cause: error },
    );
  }
  process.stdout.write(
    [
      `${relative(root, target)} is written, from ${other.file}: ${name} on ${domain}.`,
      'Next:',
      `  npx berth env show ${name}`,
      `  npx berth sandbox -- npx cdktf deploy ${name} --auto-approve`,
      '  open a pull request with the file',
      '',
    ].join('\n'),
  );
}

const identifier = (name: string): string => name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function entry(name: string) {
  const root = projectRoot();
  const files = readEnvironments(environmentsFolder(root), root);
  return (
    files.find(({ input }) => input.name === name) ??
    noEnvironment(
      name,
      files.map(({ input }) => input.name),
    )
  );
}

function listEnvironments(options: { json?: boolean }): void {
  const environments = loadEnvironments(environmentsFolder(), projectRoot());
  if (options.json) {
    const rows = environments.map(({ name, domain, stage, platform, services }) => ({
      name,
      domain,
      stage,
      platform,
      services: services.map((s) => s.name),
    }));
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  const table = new Table({
    ...plainTable,
    head: ['environment', 'domain', 'region', 'size', 'generation', 'memory', 'services'],
  });
  for (const environment of environments) table.push(row(environment));
  process.stdout.write(`${table.toString()}\n`);
}

function row(environment: Environment): string[] {
  const { name, domain, platform, services } = environment;
  const machine = dropletSize(platform.size);
  const memory = `${memoryNeed(environment).total.toLocaleString('en-US')} of ${machine?.memory.toLocaleString('en-US')} MiB`;
  return [
    name,
    domain,
    platform.region,
    platform.size,
    String(platform.generation),
    memory,
    services.map((s) => s.name).join(', '),
  ];
}

const paint: Record<Source, (text: string) => string> = { default: pc.dim, product: pc.cyan, environment: pc.green };

function showEnvironment(name: string, options: { json?: boolean }): void {
  const root = projectRoot();
  const environments = loadEnvironments(environmentsFolder(root), root);
  const { input, sealed } = entry(name);
  const { value, sources } = resolveLayers(input);
  const rows = leaves(value).map(([path, leaf]) => ({
    path,
    value: leaf,
    source: sources.get(path) ?? ('default' as const),
  }));
  if (options.json) {
    process.stdout.write(
      `${JSON.stringify({ environment: environments.find((e) => e.name === name), sources: Object.fromEntries(sources) }, null, 2)}\n`,
    );
    return;
  }
  const width = Math.max(...rows.map(({ path }) => path.length));
  for (const { path, value: leaf, source } of rows) {
    process.stdout.write(`${path.padEnd(width)}  ${paint[source](source.padEnd(11))}  ${JSON.stringify(leaf)}\n`);
  }
  const missing = (input.github.secrets ?? []).filter((secret) => !(secret in sealed));
  if (missing.length > 0)
    process.stdout.write(`\nwithout a value yet: ${missing.join(', ')} (npx berth secret set ${name} NAME)\n`);
}

/** Every value with its path, lists whole. */
function leaves(tree: unknown, prefix = ''): [string, unknown][] {
  return Object.entries(tree as object).flatMap(([key, value]): [string, unknown][] => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    const isTree =
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.keys(value).length > 0 &&
      key !== 'route';
    return isTree ? leaves(value, path) : [[path, value]];
  });
}
