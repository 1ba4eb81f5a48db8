import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { nextRelease } from '../../scripts/next-release';
import { Commits } from './commits';

let commits: Commits;
beforeEach(() => {
  commits = new Commits();
});
afterEach(() => commits.remove());

const next = () => nextRelease(commits.folder);
const begun = ['feat: the beginning', 'tag v0.1.0'];

test.each([
  ['the first version is v0.1.0', ['feat: a', 'fix: b'], 'v0.1.0'],
  ['a fix raises the third number', [...begun, 'fix: a'], 'v0.1.1'],
  ['what is told in another section does, too', [...begun, 'docs: a'], 'v0.1.1'],
  ['a title that is not conventional is not lost', [...begun, 'A hand-written title'], 'v0.1.1'],
  ['a feature raises the second number', [...begun, 'fix: a', 'feat(api): b', 'fix: c'], 'v0.2.0'],
  ['before 1.0, so does a breaking change', [...begun, 'fix(api)!: a'], 'v0.2.0'],
  ['a breaking change is one by its footer alone', [...begun, 'fix: a\n\nBREAKING CHANGE: b'], 'v0.2.0'],
  ['a chore that breaks something is no mere chore', [...begun, 'chore!: a'], 'v0.2.0'],
  [
    'from 1.0 on, a breaking change raises the first number',
    ['feat: a', 'tag v1.4.2', 'refactor!: b', 'feat: c'],
    'v2.0.0',
  ],
  ['from 1.0 on, a feature raises the second number', ['feat: a', 'tag v1.4.2', 'feat: b'], 'v1.5.0'],
  [
    'numbers are numbers: 9 is followed by 10',
    ['feat: a', 'tag v0.9.0', 'feat: b', 'tag v0.10.0', 'fix: c'],
    'v0.10.1',
  ],
  [
    'tags that are no versions of ours do not count',
    [...begun, 'fix: a', 'tag v9.0.0-rc.1', 'tag nightly', 'tag 7.0.0', 'fix: b'],
    'v0.1.1',
  ],
])('%s', async (_, messages, tag) => {
  commits.add(...messages);
  expect(await next()).toMatchObject({ tag, commit: commits.head() });
});

test('nothing is released when there are only chores, style and merges', async () => {
  commits.add(...begun, 'chore: a', 'style(api): b', "Merge branch 'wider'");
  expect(await next()).toEqual({ nothing: 'nothing to release since v0.1.0: no commit but chores, style and merges' });
});

test('an older commit that is in a version already is not given one of its own', async () => {
  commits.add(...begun, 'fix: a', 'feat: b', 'tag v0.2.0');
  commits.git('checkout', '--quiet', 'HEAD~1');
  expect(await next()).toEqual({ nothing: `${commits.head().slice(0, 7)} is in v0.2.0 already` });
});

test('a commit that has its tag already is that release, with its notes: an attempt may have been cut off', async () => {
  commits.add(...begun, 'fix: a', 'tag v0.1.1');
  expect(await next()).toEqual({
    tag: 'v0.1.1',
    commit: commits.head(),
    previous: 'v0.1.0',
    notes: `### Fixed\n\n- a (${commits.head().slice(0, 7)})`,
  });
});

test("another branch's versions, though newer, are not counted on from", async () => {
  commits.add(...begun);
  commits.git('switch', '--quiet', '--create', 'other');
  commits.add('feat: elsewhere', 'tag v0.5.0');
  commits.git('switch', '--quiet', 'main');
  commits.add('fix: here');
  expect(await next()).toMatchObject({ tag: 'v0.1.1', previous: 'v0.1.0' });
});

test('a version that was made on a branch counts once it is merged', async () => {
  commits.add(...begun);
  commits.git('switch', '--quiet', '--create', 'other');
  commits.add('fix: urgent', 'tag v0.1.1');
  commits.git('switch', '--quiet', 'main');
  commits.add('style: here');
  commits.git('merge', '--quiet', '--no-ff', '--message', "Merge branch 'other'", 'other');
  expect(await next()).toEqual({ nothing: 'nothing to release since v0.1.1: no commit but chores, style and merges' });
  commits.add('fix: another');
  expect(await next()).toMatchObject({
    tag: 'v0.1.2',
    previous: 'v0.1.1',
    notes: `### Fixed\n\n- another (${commits.head().slice(0, 7)})`,
  });
});

test('a version that another branch has taken is not given twice', async () => {
  commits.add(...begun);
  commits.git('switch', '--quiet', '--create', 'other');
  commits.add('fix: elsewhere', 'tag v0.1.1');
  commits.git('switch', '--quiet', 'main');
  commits.add('fix: here');
  await expect(next()).rejects.toThrow(
    'v0.1.1 would be next, but is the tag of a commit that this branch does not have: merge it, or delete the tag if nobody uses it',
  );
});

test('a shallow clone is refused, since versions would be counted from too little', async () => {
  commits.add(...begun, 'feat: a');
  commits.git('clone', '--quiet', '--depth=1', `file://${commits.folder}`, 'shallow');
  await expect(nextRelease(join(commits.folder, 'shallow'))).rejects.toThrow(
    /^this clone is shallow.*fetch --unshallow --tags/,
  );
});

const everyKind = [
  'docs: how',
  'feat(api): one\n\nAt length.',
  'fix: two (#12)',
  'perf: three',
  'refactor: four',
  'test: five',
  'build: six',
  'ci: seven',
  'chore: no',
  'style: no',
  'feat!: eight\n\nBREAKING CHANGE: write `new`\nrather than `old`',
  'chore(api)!: nine',
  'By hand, @grace: <details>\n\nMore of it.',
  'wip: ten',
  "Merge branch 'wider'",
];

test('the notes tell each commit in its section, breaking changes first, and neither ping anybody nor open a tag', async () => {
  commits.add(...begun, ...everyKind);
  expect(await next()).toEqual({
    tag: 'v0.2.0',
    commit: commits.head(),
    previous: 'v0.1.0',
    notes: `### Breaking changes

- write \`new\` rather than \`old\` (2aa8c42)
- **api:** nine (9f5f4d6)

### New

- **api:** one (fb44076)
- eight (2aa8c42)

### Fixed

- two (#12) (d7cd131)

### Faster

- three (6b0c220)

### Inside

- four (0b3bd11)

### Documentation

- how (2aaf2e5)

### Tests

- five (8a8fcc1)

### Build

- six (8531a72)
- seven (37c98cb)

### Other

- By hand, @\u200Bgrace: <\u200Bdetails> (063e03f)
- ten (ab5fa28)`,
  });
});

test('npm run changelog tells every version, the newest first, and what is not released yet', async () => {
  commits.add('feat: one', 'tag v0.1.0', 'fix: two', 'tag v0.1.1', 'feat: three');
  const root = join(__dirname, '../..');
  const text = execFileSync(
    join(root, 'node_modules/.bin/git-cliff'),
    ['--offline', '--config', join(root, 'cliff.toml')],
    { cwd: commits.folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  expect(text.trimEnd()).toBe(`# Changelog

## Not released yet

### New

- three (efc2305)

## v0.1.1 (2026-03-01)

### Fixed

- two (ffda333)

## v0.1.0 (2026-03-01)

### New

- one (07d202b)`);
});
