import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * A JSON document that a service keeps its state in: in memory, and on disk too when it has a file.
 * Call `save()` after each change: the file is replaced as a whole, so a killed process leaves the old or the new one.
 */
export class Document<T> {
  readonly data: T;

  /** What the file does not have yet, since an older program wrote it, is as in `initial`. */
  constructor(
    initial: T,
    private readonly file?: string,
  ) {
    this.data = file && existsSync(file) ? { ...initial, ...(JSON.parse(readFileSync(file, 'utf8')) as T) } : initial;
  }

  save(): void {
    if (!this.file) return;
    mkdirSync(dirname(this.file), { recursive: true });
    const next = `${this.file}.next`;
    writeFileSync(next, JSON.stringify(this.data, null, 1), { mode: 0o600 });
    renameSync(next, this.file);
  }
}
