import { randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';

/** A run of bytes in the store. An object uploaded in parts has one blob for each. */
export interface Blob {
  readonly id: string;
  readonly size: number;
}

/** Takes the bytes of one blob, which nobody sees before `finish`. */
export interface BlobWriter {
  write(chunk: Buffer): Promise<void>;
  finish(): Promise<Blob>;
  discard(): Promise<void>;
}

/** Immutable bytes under made-up names: in memory, or one file each. What they mean is written elsewhere. */
export class BlobStore {
  private readonly memory = new Map<string, Buffer>();
  private readonly readers = new Map<string, number>();
  private readonly doomed = new Set<string>();

  constructor(private readonly folder?: string) {
    if (folder) mkdirSync(folder, { recursive: true });
  }

  async writer(): Promise<BlobWriter> {
    const id = randomUUID();
    return this.folder ? fileWriter(id, join(this.folder, id)) : this.memoryWriter(id);
  }

  /** The bytes from `start` up to and including `end` of the blobs laid end to end. They can be removed meanwhile. */
  read(blobs: readonly Blob[], start = 0, end = blobs.reduce((sum, { size }) => sum + size, 0) - 1): Readable {
    const ids = blobs.map(({ id }) => id);
    for (const id of ids) this.readers.set(id, (this.readers.get(id) ?? 0) + 1);
    const stream = Readable.from(this.slices(blobs, start, end), { objectMode: false });
    stream.once('close', () => this.release(ids));
    return stream;
  }

  remove(blobs: readonly Blob[]): void {
    for (const { id } of blobs) {
      if (this.readers.has(id)) this.doomed.add(id);
      else this.erase(id);
    }
  }

  /** Removes what nothing refers to: what a killed process had begun to write. */
  sweep(kept: ReadonlySet<string>): void {
    if (!this.folder) return;
    for (const name of readdirSync(this.folder)) if (!kept.has(name)) this.erase(name);
  }

  private async *slices(blobs: readonly Blob[], start: number, end: number): AsyncGenerator<Buffer> {
    let offset = 0;
    for (const { id, size } of blobs) {
      const from = Math.max(start - offset, 0);
      const to = Math.min(end - offset, size - 1);
      offset += size;
      if (from > to) continue;
      if (this.folder)
        yield* createReadStream(join(this.folder, id), { start: from, end: to }) as AsyncIterable<Buffer>;
      else yield this.memory.get(id)!.subarray(from, to + 1);
    }
  }

  private release(ids: readonly string[]): void {
    for (const id of ids) {
      const left = this.readers.get(id)! - 1;
      if (left > 0) {
        this.readers.set(id, left);
        continue;
      }
      this.readers.delete(id);
      if (this.doomed.delete(id)) this.erase(id);
    }
  }

  private erase(id: string): void {
    if (this.folder) rmSync(join(this.folder, id), { force: true });
    else this.memory.delete(id);
  }

  private memoryWriter(id: string): BlobWriter {
    const chunks: Buffer[] = [];
    return {
      write: async (chunk) => void chunks.push(chunk),
      finish: async () => {
        const bytes = Buffer.concat(chunks);
        this.memory.set(id, bytes);
        return { id, size: bytes.length };
      },
      discard: () => Promise.resolve(),
    };
  }
}

async function fileWriter(id: string, path: string): Promise<BlobWriter> {
  const part = `${path}.part`;
  const file = await open(part, 'wx', 0o600);
  let size = 0;
  return {
    async write(chunk) {
      await file.writeFile(chunk);
      size += chunk.length;
    },
    async finish() {
      await file.close();
      await rename(part, path);
      return { id, size };
    },
    async discard() {
      await file.close();
      await rm(part, { force: true });
    },
  };
}
