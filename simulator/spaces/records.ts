import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Document } from '../document';

/**
 * Things kept by name, each in a document of its own: a change writes one small file, and a crash spoils none.
 * The files are named by a hash, because a key may be longer than a file name and hold any character.
 */
export class Records<T extends object> {
  private readonly documents = new Map<string, Document<T>>();
  private sorted?: readonly string[];

  constructor(
    nameOf: (data: T) => string,
    private readonly folder?: string,
  ) {
    if (!folder || !existsSync(folder)) return;
    for (const file of readdirSync(folder)) {
      if (!file.endsWith('.json')) continue; // a `.next` that a killed process left
      const document = new Document<T>({} as T, join(folder, file));
      this.documents.set(nameOf(document.data), document);
    }
  }

  get(name: string): T | undefined {
    return this.documents.get(name)?.data;
  }

  /** Writes what is under this name; `data` is kept, so change it and call this again. */
  save(name: string, data: T): void {
    let document = this.documents.get(name);
    if (!document) {
      document = new Document(data, this.fileOf(name));
      this.sorted = undefined;
    }
    if (document.data !== data) throw new Error(`"${name}" is kept already: change what get() gives, and save that.`);
    document.save();
    this.documents.set(name, document);
  }

  delete(name: string): void {
    const file = this.fileOf(name);
    if (file) rmSync(file, { force: true });
    if (this.documents.delete(name)) this.sorted = undefined;
  }

  get size(): number {
    return this.documents.size;
  }

  /** In the order of their UTF-8 bytes, as S3 lists them (JavaScript's own order differs beyond U+FFFF). */
  names(): readonly string[] {
    this.sorted ??= [...this.documents.keys()]
      .map((name) => Buffer.from(name))
      .sort(Buffer.compare)
      .map(String);
    return this.sorted;
  }

  *values(): Generator<T> {
    for (const name of this.names()) yield this.get(name)!;
  }

  private fileOf(name: string): string | undefined {
    return this.folder && join(this.folder, `${createHash('sha256').update(name).digest('hex')}.json`);
  }
}
