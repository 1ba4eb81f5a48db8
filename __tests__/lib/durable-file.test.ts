import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DurableFile, replaceFile } from '../../lib/durable-file';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'durable-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a file is replaced as a whole, in a folder that is made for it, with exactly the rights it was given', () => {
  const path = join(folder, 'deep', 'file');
  replaceFile(path, 'one', 0o600);
  replaceFile(path, 'twö', 0o666);
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['twö', 0o666]);
});

test('what cannot be written leaves the file as it was, and nothing beside it', () => {
  const path = join(folder, 'file');
  replaceFile(path, 'kept', 0o600);
  // a symbol is nothing that a disk takes
  expect(() => replaceFile(path, Symbol('no text') as unknown as string, 0o600)).toThrow();
  expect(readFileSync(path, 'utf8')).toBe('kept');
  expect(() => statSync(`${path}.next`)).toThrow('ENOENT');
});

test("a part of a file that a stop left behind is in nobody's way", () => {
  const file = new DurableFile<{ n: number }>(join(folder, 'state.json'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file.path}.next`, '{"n":');
  expect(file.read()).toBeUndefined();
  file.write({ n: 1 });
  expect(file.read()).toEqual({ n: 1 });
});
