import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installed } from './npm-project';
import { type Sample, renderStockProgram } from './stock-program';
import { assetsIn } from './stock-value';

/** What `cdktf init --template=typescript` installs, with the CLI and the two providers; versions that we have too are ours. */
export function stockInstall(root: string): string {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    'dependencies' | 'devDependencies',
    Record<string, string>
  >;
  const ours = (from: Record<string, string>, ...names: string[]): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, from[name]!]));
  return installed(root, {
    name: 'bench-stock',
    packageJson: {
      dependencies: ours(
        dependencies,
        '@cdktf/provider-digitalocean',
        '@cdktf/provider-github',
        'cdktf',
        'cdktf-cli',
        'constructs',
      ),
      devDependencies: {
        ...ours(devDependencies, '@types/jest', '@types/node', 'jest', 'typescript'),
        'ts-jest': '29.4.15',
        'ts-node': '10.9.2',
      },
    },
  });
}

const template = join(dirname(require.resolve('cdktf-cli/package.json')), 'bundle', 'templates', 'typescript');

/**
 * A project as the template makes it, with a main.ts for what our own project has synthesized; beneath the install, so that
 * its packages are found.
 */
export function stockProject(
  install: string,
  own: string,
  state: Sample,
  environment: Sample,
  names: readonly string[],
): string {
  const folder = mkdtempSync(join(install, 'project-'));
  symlinkSync(join(install, 'node_modules'), join(folder, 'node_modules'));
  cpSync(join(install, 'package.json'), join(folder, 'package.json'));
  cpSync(join(template, 'tsconfig.json'), join(folder, 'tsconfig.json'));
  writeFileSync(
    join(folder, 'cdktf.json'),
    JSON.stringify(
      { language: 'typescript', app: 'npx ts-node main.ts', projectId: 'stock', sendCrashReports: 'false' },
      null,
      2,
    ),
  );
  for (const { path, file } of assetsIn(environment.json))
    cpSync(join(own, 'cdktf.out', 'stacks', environment.name, path), join(folder, 'files', file));
  writeFileSync(join(folder, 'main.ts'), renderStockProgram(state, environment, names));
  return folder;
}
