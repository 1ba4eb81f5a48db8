import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where everything lies that is fetched once and may be deleted at any time. */
export const cacheFolder = (root: string): string => join(root, 'node_modules', '.cache', 'berth');

export interface NpmProject {
  /** Names the folder in the cache. */
  readonly name: string;
  readonly packageJson: Readonly<Record<string, unknown>>;
  /** As `npm install` takes them, e.g. `--omit=dev`. */
  readonly options?: readonly string[];
  /** Files beside package.json, by path. With a `package-lock.json` exactly that is installed (`npm ci`). */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * A folder with exactly what a package.json asks for, installed once by npm. The folder's name carries a hash of what was
 * asked, so that a changed package.json is installed anew, and the folder of the old one goes.
 * Throws when npm cannot install it; nothing half-made is left.
 */
export function installed(root: string, { name, packageJson, options = [], files = {} }: NpmProject): string {
  const text = `${JSON.stringify({ name, version: '0.0.0', private: true, ...packageJson }, null, 2)}\n`;
  const hash = createHash('sha256')
    .update(text)
    .update(options.join(' '))
    .update(JSON.stringify(files))
    .digest('hex')
    .slice(0, 12);
  const folder = join(cacheFolder(root), `${name}-${hash}`);
  if (existsSync(folder)) return folder;

  // made beside and renamed: who comes at the same time sees all of it or nothing
  const making = `${folder}.${process.pid}`;
  mkdirSync(making, { recursive: true });
  try {
    writeFileSync(join(making, 'package.json'), text);
    for (const [path, contents] of Object.entries(files)) {
      mkdirSync(dirname(join(making, path)), { recursive: true });
      writeFileSync(join(making, path), contents);
    }
    // the synchronous way, because a test must know what can be had before it is declared
    const how = Object.hasOwn(files, 'package-lock.json') ? ['ci'] : ['install', '--no-package-lock'];
    const args = [...how, '--no-audit', '--no-fund', '--loglevel=error', ...options];
    const { status, stderr, error } = spawnSync('npm', args, {
      cwd: making,
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (status !== 0)
      throw new Error(
        `npm install of ${name} failed: ${(error?.message ?? stderr).trim().split('\n').slice(0, 4).join(' ')}`,
      );
    forgetOthers(folder, name);
    if (!existsSync(folder)) renameSync(making, folder);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return folder;
}

/** A cache that only grows is a leak: what the same name asked for earlier is not asked for any more. */
function forgetOthers(folder: string, name: string): void {
  const outdated = new RegExp(`^${name.replaceAll('.', '\\.')}-[0-9a-f]{12}$`);
  for (const entry of readdirSync(dirname(folder))) {
    const path = join(dirname(folder), entry);
    if (outdated.test(entry) && path !== folder) rmSync(path, { recursive: true, force: true });
  }
}
