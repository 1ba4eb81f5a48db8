import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobStore } from '../../spaces/blob-store';
import type { Blob } from '../../spaces/blob-store';

let folder: string;

beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'simulator-blobs-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(store: BlobStore, text: string): Promise<Blob> {
  const writer = await store.writer();
  for (const letter of text) await writer.write(Buffer.from(letter));
  return writer.finish();
}

const text = async (store: BlobStore, ...args: Parameters<BlobStore['read']>) =>
  Buffer.concat((await store.read(...args).toArray()) as Buffer[]).toString();

describe.each(['in memory', 'on disk'])('%s', (place) => {
  const open = () => new BlobStore(place === 'on disk' ? folder : undefined);

  test.each([
    [undefined, undefined, 'abcdefgh'],
    [0, 0, 'a'],
    [2, 3, 'cd'],
    [1, 6, 'bcdefg'],
    [3, 7, 'defgh'],
    [7, 7, 'h'],
  ])('bytes %s to %s are read across blobs, an empty one among them', async (start, end, expected) => {
    const store = open();
    const blobs = [
      await write(store, 'abc'),
      await write(store, ''),
      await write(store, 'defg'),
      await write(store, 'h'),
    ];
    expect(await text(store, blobs, start, end)).toBe(expected);
  });

  test('blobs that are removed while they are read are read to the end, and gone after', async () => {
    const store = open();
    const blobs = [await write(store, 'abc'), await write(store, 'def')];
    const first = store.read(blobs);
    const second = store.read(blobs);
    store.remove(blobs);
    expect(Buffer.concat((await first.toArray()) as Buffer[]).toString()).toBe('abcdef');
    expect(Buffer.concat((await second.toArray()) as Buffer[]).toString()).toBe('abcdef');
    await expect(text(store, blobs)).rejects.toThrow();
    expect(await readdir(folder)).toEqual([]);
  });

  test('a reader that gives up frees what was removed meanwhile', async () => {
    const store = open();
    const blob = await write(store, 'abc');
    const stream = store.read([blob]);
    store.remove([blob]);
    await new Promise((resolve) => stream.once('close', resolve).destroy());
    await expect(text(store, [blob])).rejects.toThrow();
    expect(existsSync(join(folder, blob.id))).toBe(false);
  });

  test('what is discarded leaves nothing', async () => {
    const writer = await open().writer();
    await writer.write(Buffer.from('half'));
    await writer.discard();
    expect(await readdir(folder)).toEqual([]);
  });
});
