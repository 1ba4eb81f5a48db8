import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** A small file of JSON that is always whole: whenever the machine stops, either the old content is there or the new one. */
export class DurableFile<T> {
  constructor(readonly path: string) {
    mkdirSync(dirname(path), { recursive: true });
  }

  /** Nothing when it was never written. */
  read(): T | undefined {
    return existsSync(this.path) ? (JSON.parse(readFileSync(this.path, 'utf8')) as T) : undefined;
  }

  write(content: T): void {
    const next = `${this.path}.next`;
    synced(next, 'w', (file) => void writeSync(file, JSON.stringify(content)));
    renameSync(next, this.path);
    // the new name itself is kept in the folder
    synced(dirname(this.path), 'r');
  }
}

function synced(path: string, flags: 'w' | 'r', write?: (file: number) => void): void {
  const file = openSync(path, flags, 0o600);
  try {
    write?.(file);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
