import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
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
    replaceFile(this.path, JSON.stringify(content), 0o600);
  }
}

/** Puts a whole file in place of another, or leaves the other as it is: also when the machine stops, and when its disk is full. */
export function replaceFile(
  path: string,
  content: string | Uint8Array,
  mode: number,
  /** The file that is renamed; a name of its own for each process where several may write at once. */
  next = `${path}.next`,
): void {
  mkdirSync(dirname(path), { recursive: true });
  try {
    synced(next, 'w', mode, (file) => {
      // a single write may end early without an error when room runs out
      writeFileSync(file, content);
      // the process's umask does not decide
      fchmodSync(file, mode);
    });
  } catch (error) {
    // a part of it is of no use, and takes room
    rmSync(next, { force: true });
    throw error;
  }
  renameSync(next, path);
  // the new name itself is kept in the folder
  synced(dirname(path), 'r');
}

function synced(path: string, flags: 'w' | 'r', mode?: number, write?: (file: number) => void): void {
  const file = openSync(path, flags, mode);
  try {
    write?.(file);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
