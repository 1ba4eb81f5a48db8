import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { onHost } from './host-command';
import { findMirrors } from './mirror';
import { cacheFolder, forgetUnused, isKept, suite } from './root';

const script = join(__dirname, 'build-packages.sh');

/** How a machine comes by its packages: each from the mirror, as in production, or unpacked already and only to be configured. */
export type PackageSource = 'mirror' | 'cached';

/** What the environment variable SIMULATOR_PACKAGES says; `cached` when it says nothing. */
export function packageSource(given = process.env.SIMULATOR_PACKAGES): PackageSource {
  if (given === undefined || given === '' || given === 'cached') return 'cached';
  if (given === 'mirror') return given;
  throw new Error(
    `SIMULATOR_PACKAGES is ${given}: it may be mirror (install every package for real) or cached (the default)`,
  );
}

/** The packages that a cloud-config asks for, sorted; none when it is something else. */
export function packagesOf(userData: string): string[] {
  if (!userData.startsWith('#cloud-config')) return [];
  let config: unknown;
  try {
    config = parse(userData, { logLevel: 'error' });
  } catch {
    return [];
  }
  const { packages } = (config ?? {}) as { packages?: unknown };
  if (!Array.isArray(packages)) return [];
  return [
    ...new Set(
      packages.filter((name): name is string => typeof name === 'string' && /^[a-z0-9][a-z0-9+.-]+$/.test(name)),
    ),
  ].sort();
}

/** The name under which a layer is kept: another root (so another week), list or script makes another. */
export const layerName = (root: string, packages: readonly string[]): string =>
  `packages-${createHash('sha256')
    .update([basename(root), readFileSync(script, 'utf8'), ...packages].join('\n'))
    .digest('hex')
    .slice(0, 16)}`;

/**
 * A folder to be laid over a root, with these packages unpacked in it; made when there is none yet, which takes half a minute.
 * Undefined where it cannot be made, for a package that does not exist for example: the machine then tells that itself.
 */
export async function packageLayer(
  root: string,
  packages: readonly string[],
  say: (line: string) => void = () => undefined,
): Promise<string | undefined> {
  if (packages.length === 0) return undefined;
  const folder = join(cacheFolder(), layerName(root, packages));
  if (isKept(folder)) return folder;
  forgetUnused();
  const { debian, security, proxy } = findMirrors();
  say(`unpacking ${packages.length} packages and what they need, once a week and list`);
  const build = [
    'unshare',
    '--mount',
    '--propagation',
    'private',
    'bash',
    script,
    folder,
    root,
    suite,
    debian.href,
    security.href,
    proxy?.href ?? '',
    ...packages,
  ];
  try {
    await onHost('flock', [join(cacheFolder(), 'packages.lock'), ...build]);
  } catch (error) {
    say(`no layer of packages: ${(error as Error).message}`);
    return undefined;
  }
  return folder;
}
