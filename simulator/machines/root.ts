import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { onHost } from './host-command';
import { findMirrors } from './mirror';

const script = join(__dirname, 'build-root.sh');
/** Debian 13. */
export const suite = 'trixie';
const week = 7 * 86_400_000;

/** Where what is expensive to make is kept between runs: SIMULATOR_CACHE, or a folder in the user's cache. */
export const cacheFolder = (): string =>
  process.env.SIMULATOR_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'digitalocean-simulator');

/** The name under which a root is kept: another script or another week makes another. */
export const rootName = (now: Date): string =>
  `root-${suite}-${createHash('sha256').update(readFileSync(script)).digest('hex').slice(0, 8)}-${Math.floor(now.getTime() / week)}`;

/** The folder of the root that every machine starts from; made when this week has none yet, which takes a minute. */
export async function machineRoot(say: (line: string) => void = () => undefined): Promise<string> {
  const cache = cacheFolder();
  const folder = join(cache, rootName(new Date()));
  if (isKept(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  forgetUnused();
  const { debian, security } = findMirrors();
  say(`making a root of Debian ${suite} from ${debian.href}, once a week`);
  // two runs at once: the second waits, and finds it made
  await onHost('flock', [join(cache, 'root.lock'), 'bash', script, folder, suite, debian.href, security.href], say);
  return folder;
}

/** Whether a root or a layer is there; it stays for as long as it is used. */
export function isKept(folder: string): boolean {
  if (!existsSync(folder)) return false;
  utimesSync(folder, new Date(), new Date());
  return true;
}

/** Removes the roots and layers that no machine has stood on for two weeks. One that is being made looks as old as Debian's packages. */
export function forgetUnused(cache = cacheFolder()): void {
  for (const name of readdirSync(cache).filter((entry) => /^(root|packages)-[^.]+$/.test(entry))) {
    const folder = join(cache, name);
    if (Date.now() - statSync(folder).mtimeMs > 2 * week) rmSync(folder, { recursive: true, force: true });
  }
}
