import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../machines/root';

const month = 30 * 86_400_000;
const making = new Map<string, Promise<string>>();

/** A short name for what something is made from: other sources, another name. */
export const keyOf = (...sources: readonly (string | Buffer)[]): string => {
  const hash = createHash('sha256');
  for (const source of sources) hash.update(`${Buffer.byteLength(source)}\n`).update(source);
  return hash.digest('hex').slice(0, 12);
};

/**
 * The path of something that is made once and kept for every checkout: `make` is given a path of its own to make it at. Two that
 * make the same at once both do, and the later one's takes the place: it is the same to the byte.
 */
export function kept(name: string, make: (path: string) => Promise<unknown>): Promise<string> {
  const folder = join(cacheFolder(), 'registry');
  const path = join(folder, name);
  if (existsSync(path)) {
    const now = new Date();
    utimesSync(path, now, now);
    return Promise.resolve(path);
  }
  const running = making.get(path) ?? makeAt(folder, path, make).finally(() => making.delete(path));
  making.set(path, running);
  return running;
}

async function makeAt(folder: string, path: string, make: (path: string) => Promise<unknown>): Promise<string> {
  mkdirSync(folder, { recursive: true });
  forgetUnused(folder);
  const part = `${path}.${randomUUID()}.part`;
  try {
    await make(part);
    await rename(part, path).catch((error: NodeJS.ErrnoException) => {
      // a folder that another one finished meanwhile is not replaced
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  return path;
}

function forgetUnused(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const unused = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (unused > month) rmSync(path, { recursive: true, force: true });
  }
}
