import { attributeChanges, type AttributeChange, visible } from '../../plan/change';
import { aPlan, type Entry } from './a-plan';

const changes = (given: Omit<Entry, 'address'>): string[] =>
  attributeChanges(aPlan([{ address: 'acme_thing.a', ...given }]).changes[0]!).map(told);
const told = ({ path, before = 'nothing', after = 'nothing', forcesReplacement }: AttributeChange): string =>
  `${path}: ${before} → ${after}${forcesReplacement ? ' !' : ''}`;

test.each<[string, Omit<Entry, 'address'>, string[]]>([
  ['a value', { before: { size: 1, same: 'x' }, after: { size: 2, same: 'x' } }, ['size: 1 → 2']],
  ['a value within an object', { before: { a: { b: 'x', c: 1 } }, after: { a: { b: 'y', c: 1 } } }, ['a.b: "x" → "y"']],
  [
    'a value that comes and one that goes',
    { before: { old: 1 }, after: { new: 2 } },
    ['old: 1 → nothing', 'new: nothing → 2'],
  ],
  [
    'nothing, written in another way',
    { before: { a: null, b: '', c: [], d: { e: null } }, after: { a: '', b: null, c: null } },
    [],
  ],
  [
    'what only an apply will know',
    { before: { id: 'a', ip: '192.0.2.1' }, after: { ip: '192.0.2.1' }, unknown: { id: true } },
    ['id: "a" → (known after apply)'],
  ],
  [
    'something unknown within an object',
    { before: { t: { a: 1, b: 2 } }, after: { t: { a: 1 } }, unknown: { t: { b: true } } },
    ['t.b: 2 → (known after apply)'],
  ],
  [
    'what forces a replacement, and what is beneath it',
    { before: { region: 'a', t: { g: 1 } }, after: { region: 'b', t: { g: 2 } }, replacePaths: [['region'], ['t']] },
    ['region: "a" → "b" !', 't.g: 1 → 2 !'],
  ],
  [
    'a set whose order is another',
    { before: { rule: [{ port: '80' }, { port: '443' }] }, after: { rule: [{ port: '443' }, { port: '80' }] } },
    [],
  ],
  [
    'a list whose order is another',
    { before: { command: ['a', 'b'] }, after: { command: ['b', 'a'] } },
    ['command: ["a","b"] → ["b","a"]'],
  ],
  [
    'one more rule',
    { before: { rule: [{ port: '80' }] }, after: { rule: [{ port: '22' }, { port: '80' }] } },
    ['rule: nothing → {"port":"22"}'],
  ],
  [
    'a rule that is edited',
    {
      before: {
        rule: [
          { port: '80', from: 'a' },
          { port: '22', from: 'a' },
        ],
      },
      after: {
        rule: [
          { port: '80', from: 'a' },
          { port: '22', from: 'b' },
        ],
      },
    },
    ['rule[1].from: "a" → "b"'],
  ],
  ['the same rule twice, then once', { before: { rule: ['a', 'a'] }, after: { rule: ['a'] } }, ['rule: "a" → nothing']],
])('%s is told as it is', (_, given, expected) => {
  expect(changes(given)).toEqual(expected);
});

const c = 'canary';
test.each<[string, Omit<Entry, 'address'>, string[]]>([
  [
    'a sensitive value',
    {
      before: { key: `${c}1` },
      after: { key: `${c}2` },
      beforeSensitive: { key: true },
      afterSensitive: { key: true },
    },
    ['key: (sensitive value) → (sensitive value)'],
  ],
  [
    'a value that was sensitive until now',
    { before: { key: `${c}1` }, after: { key: `${c}2` }, beforeSensitive: { key: true } },
    ['key: (sensitive value) → (sensitive value)'],
  ],
  [
    'a whole resource',
    { before: { a: c, b: { c } }, after: { a: `${c}2`, b: { c } }, beforeSensitive: true, afterSensitive: true },
    ['a: (sensitive value) → (sensitive value)'],
  ],
  [
    'a value deep within a list',
    {
      before: { grant: [{ name: 'x', key: c }] },
      after: { grant: [{ name: 'y', key: c }] },
      beforeSensitive: { grant: [{ key: true }] },
      afterSensitive: { grant: [{ key: true }] },
    },
    ['grant[0].name: "x" → "y"'],
  ],
  [
    'a value within something that comes',
    { before: {}, after: { grant: [{ key: c, name: 'x' }] }, afterSensitive: { grant: [{ key: true }] } },
    ['grant: nothing → [{"key":"(sensitive value)","name":"x"}]'],
  ],
  [
    'a secret that Terraform does not know to be one',
    { before: { user_data: `${c}1` }, after: { user_data: `${c}2` } },
    ['user_data: (sensitive value) → (sensitive value)'],
  ],
  [
    'an attribute that says that it is a secret',
    { before: { api_token: `${c}1` }, after: { api_token: `${c}2` } },
    ['api_token: (sensitive value) → (sensitive value)'],
  ],
  [
    'the form of a credential, anywhere',
    { before: { note: 'x' }, after: { note: `ghp_${'a1'.repeat(18)}` } },
    ['note: (sensitive value) → (sensitive value)'],
  ],
  [
    'a password within a list',
    { before: { urls: [] }, after: { urls: [`postgres://u:${c}@db/x`] } },
    ['urls: nothing → "(looks like a credential: hidden)db/x"'],
  ],
])('%s is hidden', (_, given, expected) => {
  expect(changes(given)).toEqual(expected);
  expect(changes(given).join('\n')).not.toContain(c);
});

test('sentences are only given what may be seen', () => {
  const [change] = aPlan([
    {
      address: 'a.b',
      before: { key: c, open: 'x', deep: { key: c } },
      after: { id: null, user_data: c },
      unknown: { id: true },
      beforeSensitive: { key: true, deep: true },
    },
  ]).changes;
  expect([
    visible(change!, 'before', 'open'),
    visible(change!, 'before', 'key'),
    visible(change!, 'before', 'deep', 'key'),
    visible(change!, 'after', 'id'),
    visible(change!, 'after', 'user_data'),
    visible(change!, 'after', 'nowhere', 'at', 'all'),
  ]).toEqual(['x', undefined, undefined, undefined, undefined, undefined]);
});

test('a key that every object of JavaScript has is compared as any other', () => {
  expect(changes({ before: { tags: { a: '1' } }, after: { tags: { a: '1', constructor: '2' } } })).toEqual([
    'tags.constructor: nothing → "2"',
  ]);
});
