import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnvironments, loadProduct, loadState, readSealed } from '../../definition/load';

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'load-'));
  folder = root;
  // files in a folder of their own import the definition as the project's do
  symlinkSync(join(__dirname, '../../definition'), join(root, 'definition'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('a folder without an environment says how to make the first', () => {
  expect(() => loadEnvironments(folder, join(root, '..'))).toThrow(
    'declares no environment: `npx berth env new NAME` makes the first',
  );
});

test('a file that exports no state says what to export', () => {
  writeFileSync(join(folder, 'state.ts'), 'export const nothing = {};\n');
  expect(() => loadState(folder)).toThrow(
    'environments/state.ts cannot be used:\n  it must export `defineState({ bucket, region })`',
  );
});

test("mistakes in the product are told by the product's own file", () => {
  writeFileSync(join(folder, 'product.ts'), "export const product = { name: 'Shop', services: {} };\n");
  expect(() => loadProduct(folder)).toThrow(
    'environments/product.ts is invalid:\n  name  got "Shop"; lower-case letters',
  );
});

test.each(['{ "A": { "sealed": "eA==" } }', '{ "A": "plain" }', '{ "A":'])(
  'a file of ciphertexts that is damaged is an error, and names the way back: %s',
  (text) => {
    writeFileSync(join(folder, 'staging.secrets.json'), text);
    expect(() => readSealed(folder, 'staging', root)).toThrow(
      /^staging\.secrets\.json is damaged \(.*\): restore it from the repository's history, or set its secrets again/,
    );
  },
);
