import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Git } from '../../plan/git';
import { narrow } from '../../plan/narrowing';
import { onlyFiles } from '../../plan/synthesis';

let folder: string;
const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', '-c', 'commit.gpgsign=false', ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim();
const write = (path: string, text: string | null, below = ''): void => {
  const file = join(folder, below, path);
  mkdirSync(dirname(file), { recursive: true });
  if (text === null) rmSync(file);
  else writeFileSync(file, text);
};
const before: Record<string, string> = {
  'main.ts': `process.env.${onlyFiles}`,
  'environments/product.ts': '1',
  'environments/state.ts': '1',
  'environments/staging.ts': '1',
  'environments/production.ts': '1',
  'environments/demo.ts': "import { staging } from './staging';",
  'environments/production.secrets.json': '{}',
  'definition/service.ts': '1',
  'README.md': '1',
};

function lay(files: Record<string, string> = before, below = ''): string {
  git('init', '--quiet');
  for (const [path, text] of Object.entries(files)) write(path, text, below);
  git('add', '--all');
  git('commit', '--quiet', '--message', 'base');
  return git('rev-parse', 'HEAD');
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'narrowing-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each<[string, Record<string, string | null>, string[] | undefined]>([
  ['one environment', { 'environments/production.ts': '2' }, ['production.ts']],
  ['its secrets', { 'environments/production.secrets.json': '{"A":{}}' }, ['production.ts']],
  ['one that is new', { 'environments/new.ts': '1' }, ['new.ts']],
  [
    'one that is gone',
    { 'environments/production.ts': null, 'environments/production.secrets.json': null },
    ['production.ts'],
  ],
  [
    'one, and words about it',
    {
      'environments/demo.ts': '2',
      'README.md': '2',
      'docs/a.png': 'x',
      '__tests__/a.test.ts': 'x',
      '.github/workflows/plan.yml': 'x',
    },
    ['demo.ts'],
  ],
  ['words alone', { 'README.md': '2' }, []],
  ['one that another is made from', { 'environments/staging.ts': '2' }, undefined],
  [
    'that one and the other',
    { 'environments/staging.ts': '2', 'environments/demo.ts': "import './staging'; 2" },
    ['demo.ts', 'staging.ts'],
  ],
  ['the product', { 'environments/product.ts': '2' }, undefined],
  ['where the state is', { 'environments/state.ts': '2' }, undefined],
  ['a page that some environment may read', { 'environments/away.html': '<p>' }, undefined],
  ['a folder below', { 'environments/pages/production.ts': '2' }, undefined],
  ['the program', { 'environments/production.ts': '2', 'definition/service.ts': '2' }, undefined],
  ['packages', { 'package-lock.json': '{}' }, undefined],
])('of an edit of %s it is known which stacks can differ', async (_, edits, expected) => {
  const base = lay();
  for (const [path, text] of Object.entries(edits)) write(path, text);
  expect(await narrow(new Git(folder), folder, base)).toEqual(expected);
});

test('what is committed since counts as what is not', async () => {
  const base = lay();
  write('environments/production.ts', '2');
  git('commit', '--quiet', '--all', '--message', 'x');
  write('environments/demo.ts', '2');
  expect(await narrow(new Git(folder), folder, base)).toEqual(['demo.ts', 'production.ts']);
});

test('a base that cannot be asked for some stacks gives all of them', async () => {
  const base = lay({ ...before, 'main.ts': 'no such thing' });
  write('environments/production.ts', '2');
  expect(await narrow(new Git(folder), folder, base)).toBeUndefined();
});

test('below a larger repository only what lies in the project is narrowed', async () => {
  const base = lay(before, 'infrastructure');
  const project = join(folder, 'infrastructure');
  write('environments/production.ts', '2', 'infrastructure');
  expect(await narrow(new Git(project), project, base)).toEqual(['production.ts']);
  git('commit', '--quiet', '--all', '--message', 'x');
  write('elsewhere.txt', '1');
  git('add', '--all');
  expect(await narrow(new Git(project), project, base)).toBeUndefined();
});
