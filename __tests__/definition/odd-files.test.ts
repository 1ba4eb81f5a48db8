import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const project = join(__dirname, '../..');
const root = mkdtempSync(join(tmpdir(), 'odd-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const sound: Readonly<Record<string, string>> = {
  'product.ts':
    "import { defineProduct } from '../definition/product';\nexport const product = defineProduct({ name: 'reef', services: { web: { kind: 'web', image: 'ghcr.io/acme/reef' } } });\n",
  'state.ts':
    "import { defineState } from '../definition/state';\nexport const state = defineState({ bucket: 'reef-states', region: 'fra1' });\n",
  'live.ts': [
    "import { droplet } from '../definition/droplet';",
    "import { defineEnvironment } from '../definition/environment';",
    "import { product } from './product';",
    "export const live = defineEnvironment({ name: 'live', product, domain: 'reef.example', platform: droplet({ region: 'fra1', size: 's-2vcpu-4gb' }), github: { repository: 'acme/reef', deployFrom: ['main'] } });",
    '',
  ].join('\n'),
};

/** A project of its own whose `environments/` holds these files, too. `null` takes one away, a list stands for a folder. */
function folder(title: string, files: Readonly<Record<string, string | null | readonly []>>): string {
  const at = join(root, title.replace(/\W+/g, '-'));
  mkdirSync(join(at, 'environments'), { recursive: true });
  // Node names modules by where they really are, so these are the program's own
  for (const name of [
    'lib',
    'definition',
    'contract',
    'main.ts',
    'bin',
    'stacks',
    'constructs',
    'templates',
    'node_modules',
    'package.json',
    'cdktf.json',
  ])
    symlinkSync(join(project, name), join(at, name));
  for (const [name, text] of Object.entries({ ...sound, ...files })) {
    const path = join(at, 'environments', name);
    if (typeof text === 'string') writeFileSync(path, text);
    else if (text !== null) mkdirSync(path);
  }
  return at;
}

const node = (at: string, ...args: readonly string[]) =>
  spawnSync(process.execPath, ['--require', join(project, 'bin/typescript.js'), ...args], {
    cwd: at,
    encoding: 'utf8',
    env: { ...process.env, CDKTF_OUTDIR: join(at, 'out') },
  });

const env = "import { defineEnvironment } from '../definition/environment';\nimport { live } from './live';\n";
const how = 'write `export const NAME = defineEnvironment({ … })`';

/** What makes a file odd, its files, and what its author is told; or the environments that there are, where it is right. */
const cases: readonly [title: string, files: Parameters<typeof folder>[1], expected: string | readonly string[]][] = [
  ['nothing odd', {}, ['live']],
  [
    'it throws',
    { 'odd.ts': "export const a = 1;\nthrow new Error('low tide');\n" },
    'environments/odd.ts cannot be used:\n  line 2: throws low tide',
  ],
  ['it throws a text', { 'odd.ts': "throw 'low tide';\n" }, 'environments/odd.ts cannot be used:\n  throws low tide'],
  ['it throws nothing', { 'odd.ts': 'throw undefined;\n' }, 'environments/odd.ts cannot be used:\n  throws nothing'],
  [
    'it throws what cannot be read',
    { 'odd.ts': 'throw { get message() { throw 1; }, get stack() { throw 2; }, get code() { throw 3; } };\n' },
    'environments/odd.ts cannot be used:\n  throws an error that cannot be shown',
  ],
  [
    'it throws a lot',
    { 'odd.ts': "throw new RangeError('x'.repeat(10_000) + '\\nmore');\n" },
    `environments/odd.ts cannot be used:\n  line 1: throws RangeError: ${'x'.repeat(297)}...`,
  ],
  [
    'it does not parse',
    { 'odd.ts': 'export const = {\n' },
    'environments/odd.ts cannot be used:\n  line 1: Expected identifier but found "="',
  ],
  [
    'it awaits',
    { 'odd.ts': 'export const a = 1;\nawait Promise.resolve();\n' },
    'environments/odd.ts cannot be used:\n  line 2: Top-level await is currently not supported with the "cjs" output format',
  ],
  [
    'it imports a file that is not there',
    { 'odd.ts': "import { a } from './gone';\nexport const b = a;\n" },
    'environments/odd.ts cannot be used:\n  imports "./gone", and environments/gone.ts is missing',
  ],
  [
    'it imports a package that is not there',
    { 'odd.ts': "import a from 'no-such-package-here';\nexport const b = a;\n" },
    'environments/odd.ts cannot be used:\n  imports "no-such-package-here", and it is not installed',
  ],
  [
    'it imports JSON that is none',
    { 'a.json': '{ a', 'odd.ts': "import a from './a.json';\nexport const b = a;\n" },
    'environments/odd.ts cannot be used:\n  line 1: throws SyntaxError: environments/a.json:',
  ],
  [
    'files import each other',
    {
      'odd.ts': "import { b } from './other';\nexport const a = b + 1;\n",
      'other.ts': "import { a } from './odd';\nexport const b = a + 1;\n",
    },
    "environments/odd.ts cannot be used:\n  line 1: throws ReferenceError: Cannot access 'a' before initialization; files that import each other cannot use each other's values while they are read",
  ],
  [
    'it exports nothing',
    { 'odd.ts': 'const a = 1;\n' },
    `environments/odd.ts cannot be used:\n  exports nothing: ${how}, or take the file away`,
  ],
  [
    'it is empty',
    { 'odd.ts': '' },
    `environments/odd.ts cannot be used:\n  exports nothing: ${how}, or take the file away`,
  ],
  [
    'its environment is not exported',
    { 'odd.ts': `${env}defineEnvironment({ ...live, name: 'odd' });\n` },
    `environments/odd.ts cannot be used:\n  declares an environment and exports nothing: ${how}`,
  ],
  [
    'it exports a function that would make one',
    { 'odd.ts': `${env}export const odd = () => defineEnvironment({ ...live, name: 'odd' });\n` },
    `environments/odd.ts cannot be used:\n  declares an environment and exports something else (odd): ${how}`,
  ],
  [
    'it exports a promise',
    {
      'odd.ts': `${env}export const odd = Promise.resolve().then(() => defineEnvironment({ ...live, name: 'odd' }));\n`,
    },
    `environments/odd.ts cannot be used:\n  exports a promise ("odd"), and synth waits for none: ${how}`,
  ],
  [
    'it exports a promise that fails',
    { 'odd.ts': "export const odd = Promise.reject(new Error('low tide'));\n" },
    `environments/odd.ts cannot be used:\n  exports a promise ("odd"), and synth waits for none: ${how}`,
  ],
  [
    'it exports a copy',
    { 'odd.ts': `${env}export const odd = { ...live, name: 'odd', domain: 'odd.example' };\n` },
    `environments/odd.ts cannot be used:\n  exports "odd", an object with name, product, domain, platform, github, which is no environment: only what defineEnvironment returned is one, and no copy of it ({ ...other }): ${how}`,
  ],
  [
    'it exports an object like one',
    { 'odd.ts': "export const odd = { name: 'odd', domain: 'odd.example' };\n" },
    `environments/odd.ts cannot be used:\n  exports "odd", an object with name, domain, which is no environment: only what defineEnvironment returned is one, and no copy of it ({ ...other }): ${how}`,
  ],
  [
    'it exports a list of them',
    { 'odd.ts': `${env}export const odd = [live];\n` },
    'environments/odd.ts cannot be used:\n  exports environments inside of a list ("odd"): export each by itself',
  ],
  [
    'it exports a getter that throws',
    {
      'odd.ts':
        "Object.defineProperty(exports, 'odd', { enumerable: true, get() { throw new Error('low tide'); } });\n",
    },
    `environments/odd.ts cannot be used:\n  what it exports cannot be read (low tide): ${how}`,
  ],
  [
    'null is defined',
    { 'odd.ts': `${env}export const odd = defineEnvironment(null as never);\nexport const two = live;\n` },
    'environments/odd.ts cannot be used:\n  defineEnvironment: got null; an object { … } is needed',
  ],
  [
    'an environment cannot be read',
    {
      'odd.ts': `${env}export const odd = defineEnvironment(new Proxy({}, { ownKeys() { throw new Error('low tide'); } }) as never);\nexport const two = live;\n`,
    },
    'environments/odd.ts cannot be used:\n  got something that cannot be read (low tide); an object { … } is needed',
  ],
  [
    'a value of an environment cannot be read',
    {
      'odd.ts': `${env}export const odd = defineEnvironment({ ...live, name: 'odd', get domain(): string { throw new Error('low tide'); } });\n`,
    },
    'environments/odd.ts is invalid:\n  domain  got a value that cannot be read (low tide); a text is needed',
  ],
  [
    'a folder has the name of a file',
    { 'odd.ts': [] },
    'environments/odd.ts cannot be used:\n  is a folder: move what it declares to a file of this name, or give it a name without ".ts"',
  ],
  [
    'the product is missing',
    { 'product.ts': null },
    'environments/live.ts cannot be used:\n  imports "./product", and environments/product.ts is missing',
  ],
  [
    'the state is missing',
    { 'state.ts': null },
    'environments/state.ts cannot be used:\n  is missing: write it, with `export const state = defineState({ bucket, region })`',
  ],
  [
    'the product throws, for all who import it',
    { 'product.ts': "throw new Error('low tide');\n", 'two.ts': sound['live.ts']! },
    'environments/product.ts cannot be used:\n  line 1: throws low tide',
  ],
  [
    'the state is wrong, and an environment is',
    {
      'state.ts':
        "import { defineState } from '../definition/state';\nexport const state = defineState({ bucket: 'R', region: 'fra1' });\n",
      'odd.ts': 'throw 1;\n',
    },
    'environments/state.ts is invalid:\n  bucket  got "R"; a bucket name: 3 to 63 lower-case letters, digits and "-", starting and ending with a letter or digit\n\nenvironments/odd.ts cannot be used:\n  throws 1',
  ],
  [
    'tests, types and values for others lie beside',
    {
      'live.test.ts': "describe('x', () => {});\n",
      'types.ts': 'export interface A { b: 1 }\n',
      'sizes.ts': "export const small = 's-1vcpu-1gb';\nexport const limits = { memory: 64 };\n",
    },
    ['live'],
  ],
  [
    'one environment is exported twice',
    { 'odd.ts': "export { live } from './live';\nexport { live as other } from './live';\n" },
    ['live'],
  ],
  [
    'it is the default export',
    { 'odd.ts': `${env}export default defineEnvironment({ ...live, name: 'odd', domain: 'odd.example' });\n` },
    ['live', 'odd'],
  ],
];

test('whatever a file is, its author is told where and what, all at once, and never by a stack trace', () => {
  const { stdout, stderr } = node(
    project,
    join(__dirname, 'read-folders.ts'),
    ...cases.map(([title, files]) => folder(title, files)),
  );
  expect(stderr).toBe('');
  const told = JSON.parse(stdout) as (string | string[])[];
  // some of these say more of what somebody else's parser found
  expect(
    told.map((text, index) => [
      cases[index]![0],
      typeof text === 'string' ? text.slice(0, cases[index]![2].length) : text,
    ]),
  ).toEqual(cases.map(([title, , expected]) => [title, expected]));
  expect(
    told.filter((text) => typeof text === 'string' && /^\s+at |node_modules|node:internal|not explained/m.test(text)),
  ).toEqual([]);
});

test.each([
  [
    'ends the process as if all were well',
    'process.exit(0);',
    'environments/odd.ts cannot be used:\n  it ends the process while it is read: take process.exit() out\n',
  ],
  [
    'says at its end that all was well',
    "process.on('exit', () => { process.exitCode = 0; });\nthrow new Error('low tide');",
    'environments/odd.ts cannot be used:\n  line 2: throws low tide\n',
  ],
  [
    'leaves a promise behind that fails',
    "export const a = 1;\nvoid Promise.reject(new Error('low tide'));",
    'environments/odd.ts (line 2) left something running that fails after it was read: low tide\n',
  ],
])('a file that %s makes synth fail', (title, text, expected) => {
  const { status, stderr } = node(folder(title, { 'odd.ts': `${text}\n` }), 'main.ts');
  expect([status, stderr]).toEqual([1, expected]);
});
