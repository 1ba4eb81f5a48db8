import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../lib/durable-file';
import type { Fingerprint, Fingerprints } from './affected';

/** Raised when fingerprints are made otherwise. */
const format = 2;
const most = 20;

/** What bases have synthesized to: the same files with the same packages give the same JSON, so it need not be done again. */
export class SideCache {
  /** A folder that may be deleted at any time, and kept between runs of a workflow. */
  constructor(private readonly folder: string) {}

  /** Names a side by all that its fingerprints depend on. */
  static key(tree: string, packages: string): string {
    return createHash('sha256')
      .update([format, process.versions.node.split('.')[0], tree, packages].join('\0'))
      .digest('hex')
      .slice(0, 32);
  }

  get(key: string): Fingerprints | undefined {
    try {
      return new Map(Object.entries(JSON.parse(readFileSync(this.file(key), 'utf8')) as Record<string, Fingerprint>));
    } catch {
      // not there, or not all of it
      return undefined;
    }
  }

  put(key: string, side: Fingerprints): void {
    const file = this.file(key);
    replaceFile(file, JSON.stringify(Object.fromEntries(side)), 0o644, `${file}.${process.pid}.next`);
    const files = readdirSync(this.folder).filter((name) => name.endsWith('.json'));
    if (files.length > most)
      for (const name of files.filter((each) => each !== `${key}.json`).slice(0, files.length - most))
        rmSync(join(this.folder, name), { force: true });
  }

  private file(key: string): string {
    return join(this.folder, `${key}.json`);
  }
}
