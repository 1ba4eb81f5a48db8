import { writeFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { loadProduct } from '../definition/load';
import { renderCompose } from '../templates/local/compose';
import { renderDatabases } from '../templates/local/databases';
import { renderEnvExample } from '../templates/local/env-example';
import { datastorePort, localPorts } from '../templates/local/local-service';
import type { Product } from '../templates/local/product';
import { compose, requireDocker, requireFreePorts } from './docker';
import { environmentsFolder, projectRoot } from './project';

export const upCommand = (): Command =>
  new Command('up')
    .description('Start Postgres and Redis for local development, as the product declares them, on localhost')
    .option('--all', 'every service too, from its image (TAG chooses which, else "latest")')
    .action(async ({ all }: { all?: boolean }) => {
      const root = projectRoot();
      const product = loadProduct(environmentsFolder(root));
      // before anything can be missing: the files are of use without Docker too
      writeRendered(root, product);
      await requireDocker();
      const ports = localPorts(product);
      await requireFreePorts(
        root,
        new Map([...product.datastores.map(({ name }) => [name, datastorePort[name]] as const), ...(all ? ports : [])]),
      );
      const names = product.datastores.map(({ name }) => name);
      if (names.length > 0) await compose(root, ['up', '--detach', '--wait', ...names]);
      if (names.includes('postgres'))
        await compose(
          root,
          ['exec', '--no-TTY', 'postgres', 'psql', '--username', 'postgres', '--quiet', '--set', 'ON_ERROR_STOP=1'],
          renderDatabases(product),
        );
      if (all) await compose(root, ['--profile', 'all', 'up', '--detach', '--wait']);
      process.stdout.write(summary(product, all === true));
    });

/** The files that a laptop works with, written only when they differ. */
export function writeRendered(root: string, product: Product): void {
  for (const [name, text] of [
    ['compose.yaml', renderCompose(product)],
    ['.env.example', renderEnvExample(product)],
  ] as const) {
    const file = join(root, name);
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
  }
}

function summary(product: Product, all: boolean): string {
  const lines = product.datastores.map(({ name }) => `  ${name.padEnd(10)} localhost:${datastorePort[name]}`);
  if (all)
    lines.push(...[...localPorts(product)].map(([name, port]) => `  ${name.padEnd(10)} http://localhost:${port}`));
  return [
    'running:',
    ...lines,
    'variables for a service that you start yourself: .env.example',
    'npx berth down stops it, and keeps the data',
    '',
  ].join('\n');
}
