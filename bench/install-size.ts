import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installed } from './npm-project';

export interface InstallRow {
  readonly oursMiB: number;
  readonly stockMiB: number;
  readonly oursPackages: number;
  readonly stockPackages: number;
}

/** What `npm ci --omit=dev` of this project brings, beside all that the stock template needs to run at all. */
export function measureInstall(root: string, stockInstall: string): InstallRow {
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  const packageJson = JSON.parse(read('package.json')) as Record<string, unknown> & { workspaces?: string[] };
  const beside = ['package-lock.json', ...(packageJson.workspaces ?? []).map((folder) => `${folder}/package.json`)];
  const files = Object.fromEntries(beside.map((path) => [path, read(path)]));
  const options = ['--omit=dev', '--ignore-scripts'];
  const own = join(installed(root, { name: 'bench-own', packageJson, options, files }), 'node_modules');
  const stock = join(stockInstall, 'node_modules');
  return {
    oursMiB: diskMiB(own),
    stockMiB: diskMiB(stock),
    oursPackages: packages(own),
    stockPackages: packages(stock),
  };
}

/** As `du` counts: whole blocks, a file with two names once, links not followed. */
function diskMiB(folder: string): number {
  const seen = new Set<number>();
  const bytes = (path: string): number => {
    const stat = lstatSync(path);
    if (seen.has(stat.ino)) return 0;
    seen.add(stat.ino);
    const inside = stat.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + bytes(join(path, name)), 0) : 0;
    return stat.blocks * 512 + inside;
  };
  return bytes(folder) / 1024 / 1024;
}

function packages(folder: string): number {
  const { packages: all } = JSON.parse(readFileSync(join(folder, '.package-lock.json'), 'utf8')) as {
    packages: Record<string, unknown>;
  };
  return Object.keys(all).length;
}
