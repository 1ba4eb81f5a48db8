import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kept, keyOf } from '../../registry/kept';

const cache = process.env.SIMULATOR_CACHE;
let folder: string;

beforeEach(() => {
  process.env.SIMULATOR_CACHE = folder = mkdtempSync(join(tmpdir(), 'simulator-kept-'));
});
afterEach(() => {
  if (cache === undefined) delete process.env.SIMULATOR_CACHE;
  else process.env.SIMULATOR_CACHE = cache;
  rmSync(folder, { recursive: true, force: true });
});

const inside = () => readdirSync(join(folder, 'registry'));

test('what is kept is made once, by whoever asks first', async () => {
  let made = 0;
  const make = (path: string) => writeFile(path, `made ${++made}`);
  const [one, other] = await Promise.all([kept('thing', make), kept('thing', make)]);
  expect([one, made, readFileSync(await kept('thing', make), 'utf8')]).toEqual([other, 1, 'made 1']);
  expect(inside()).toEqual(['thing']);
});

test('what could not be made leaves nothing, and is tried again', async () => {
  await expect(
    kept('thing', async (path) => {
      writeFileSync(path, 'half');
      throw new Error('no space left');
    }),
  ).rejects.toThrow('no space left');
  expect(inside()).toEqual([]);
  expect(readFileSync(await kept('thing', (path) => writeFile(path, 'whole')), 'utf8')).toBe('whole');
});

test.each(['file', 'folder'])('a %s that another process finished meanwhile does not come in the way', async (kind) => {
  const make = (path: string): void => {
    if (kind === 'folder') mkdirSync(path);
    writeFileSync(kind === 'folder' ? join(path, 'in') : path, 'same');
  };
  const path = await kept('thing', async (part) => {
    make(part);
    make(join(folder, 'registry/thing'));
  });
  expect([existsSync(path), inside()]).toEqual([true, ['thing']]);
});

test('what nobody used for a month makes room, and what is used does not', async () => {
  const old = new Date(Date.now() - 31 * 86_400_000);
  const paths = [
    await kept('used', (path) => writeFile(path, '')),
    await kept('unused', (path) => writeFile(path, '')),
  ];
  for (const path of paths) utimesSync(path, old, old);
  await kept('used', () => Promise.reject(new Error('it is there')));
  await kept('new', (path) => writeFile(path, ''));
  expect(inside().sort()).toEqual(['new', 'used']);
});

test('a key tells sources apart by where one ends, not only by what they are together', () => {
  expect(keyOf('ab', 'c')).not.toBe(keyOf('a', 'bc'));
  expect(keyOf('ab', 'c')).toBe(keyOf('ab', 'c'));
});
