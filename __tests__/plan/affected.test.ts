import { compareSides, matrixOf, wavesOf, withoutBase } from '../../plan/affected';
import { fingerprint } from '../../plan/fingerprints';
import { changedPackages } from '../../plan/package-lock';

const side = (stacks: Record<string, string>, production = false) =>
  new Map(Object.entries(stacks).map(([name, digest]) => [name, { digest, production }]));

test.each([
  [
    'nothing differs',
    side({ a: '1', b: '2' }),
    side({ b: '2', a: '1' }),
    false,
    { changed: [], added: [], removed: [], affected: [] },
  ],
  [
    'one of each',
    side({ a: '1', b: '2', c: '3' }),
    side({ d: '4', b: '5', a: '1' }),
    false,
    { changed: ['b'], added: ['d'], removed: ['c'], affected: ['b', 'c', 'd'] },
  ],
  [
    'the digests cannot be trusted',
    side({ a: '1', c: '3' }),
    side({ a: '1', d: '4' }),
    true,
    { changed: ['a'], added: ['d'], removed: ['c'], affected: ['a', 'c', 'd'] },
  ],
])('%s', (_, base, head, everything, expected) => {
  expect(compareSides(base, head, everything)).toEqual(expected);
});

test('without a base everything is changed, and a file that is gone stands for its environment', () => {
  expect(
    withoutBase(['a.ts', 'gone.ts', 'renamed-file.ts'], side({ a: '1', 'renamed-file': '2' }), ['a.ts', 'other.ts']),
  ).toEqual({ changed: ['a', 'renamed-file'], added: [], removed: ['gone'], affected: ['a', 'gone', 'renamed-file'] });
});

test('each environment gets a job, which is told no commit', () => {
  expect(matrixOf({ changed: ['a'], added: ['b'], removed: ['c'], affected: [] })).toEqual([
    { environment: 'a', change: 'changed' },
    { environment: 'b', change: 'added' },
    { environment: 'c', change: 'removed' },
  ]);
});

test('production comes after all others, and so does what nobody knows', () => {
  const matrix = matrixOf({ changed: ['a', 'live'], added: [], removed: ['old', 'old-live', 'unknown'], affected: [] });
  const { first, production } = wavesOf(
    matrix,
    new Map([...side({ old: '1' }), ...side({ 'old-live': '1' }, true)]),
    new Map([...side({ a: '1' }), ...side({ live: '1' }, true)]),
  );
  expect([first, production].map((wave) => wave.map(({ environment }) => environment))).toEqual([
    ['a', 'old'],
    ['live', 'old-live', 'unknown'],
  ]);
  expect(
    fingerprint({ resource: { digitalocean_project: { project: { environment: 'Production' } } } }, '').production,
  ).toBe(true);
});

test('a stack is told apart by its JSON and by the versions of the providers that it uses', () => {
  const stack = {
    terraform: { required_providers: { digitalocean: { source: 'digitalocean/digitalocean' } } },
    resource: { x: { y: { a: 1, b: 2 } } },
  };
  const lock = (digitalocean: string, github: string) =>
    `provider "registry.terraform.io/digitalocean/digitalocean" {\n  version = "${digitalocean}"\n}\nprovider "registry.terraform.io/integrations/github" {\n  version = "${github}"\n}\n`;
  const one = fingerprint(stack, lock('2', '6'));
  expect(fingerprint({ resource: { x: { y: { b: 2, a: 1 } } }, terraform: stack.terraform }, lock('2', '7'))).toEqual(
    one,
  );
  expect(fingerprint(stack, lock('3', '6'))).not.toEqual(one);
  expect(fingerprint({ ...stack, resource: { x: { y: { a: 1, b: 3 } } } }, lock('2', '6'))).not.toEqual(one);
});

test.each<[string, object, object, string[]]>([
  ['the same', { 'node_modules/a': { version: '1' } }, { 'node_modules/a': { version: '1' } }, []],
  [
    'another version, an added and a removed one',
    { 'node_modules/a': { version: '1' }, 'node_modules/@s/b': { version: '1' } },
    { 'node_modules/a': { version: '2' }, 'node_modules/a/node_modules/c': { version: '1' } },
    ['@s/b', 'a', 'c'],
  ],
  [
    'the same version with other contents',
    { 'node_modules/a': { version: '1', integrity: 'x' } },
    { 'node_modules/a': { version: '1', integrity: 'y' } },
    ['a'],
  ],
  [
    'one for development alone',
    { 'node_modules/a': { version: '1', dev: true } },
    { 'node_modules/a': { version: '2', dev: true } },
    [],
  ],
  ['the project itself', { '': { version: '1' } }, { '': { version: '2' } }, []],
])('packages: %s', (_, base, head, changed) => {
  const lock = (packages: object) => JSON.stringify({ lockfileVersion: 3, packages });
  expect(changedPackages(lock(base), lock(head))).toEqual(changed);
});

test('a lock on one side alone makes every package another', () => {
  expect(changedPackages(undefined, JSON.stringify({ packages: { 'node_modules/a': { version: '1' } } }))).toEqual([
    'a',
  ]);
});
