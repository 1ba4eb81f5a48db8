import { compareChanges, compareRest } from '../../plan/compare';
import type { ResourceChange } from '../../plan/plan';
import { sealChanges } from '../../plan/sealed-change';
import { change, type Configured, planWith, sealed } from './reviewed-plan';

type Changes = readonly ResourceChange[];

const droplet = 'digitalocean_droplet.machine';
const volume = 'digitalocean_volume.data-volume';
const object = 'digitalocean_spaces_bucket_object.desired';
const stack: Configured = {
  [droplet]: ['size', 'tags', 'user_data', 'network'],
  [object]: ['content', 'key', 'source_hash'],
  [volume]: ['size'],
};

const update = (before: object, after: object, more: Partial<ResourceChange> = {}): ResourceChange =>
  change(droplet, { before: { id: '1', ...before }, after: { id: '1', ...after }, ...more });
const resize = update({ size: 'small' }, { size: 'large' });

const told = (compare: typeof compareChanges, reviewed: Changes, fresh: Changes, of: Configured = stack): string[] =>
  compare(sealed(reviewed, of), sealed(fresh, of)).map(
    ({ address, attribute, reviewed: was, now }) =>
      `${address}${attribute === undefined ? '' : ` ${attribute}`}: ${was} | ${now}`,
  );

describe('what does not count', () => {
  test.each<[string, Changes, Changes]>([
    [
      'the order of resources',
      [resize, change(volume, { actions: ['create'], after: { size: 10 } })],
      [change(volume, { actions: ['create'], after: { size: 10 } }), resize],
    ],
    [
      "the order of an object's keys",
      [update({ tags: { a: '1', b: '2' } }, { tags: { a: '1', b: '3' } })],
      [update({ tags: { b: '2', a: '1' } }, { tags: { b: '3', a: '1' } })],
    ],
    [
      'what stays as it is',
      [resize],
      [resize, change(volume, { actions: ['no-op'], before: { id: 'v' }, after: { id: 'v' } })],
    ],
    [
      'a data source that is read',
      [resize],
      [
        resize,
        change('digitalocean_image.debian', {
          address: 'data.digitalocean_image.debian',
          mode: 'data',
          actions: ['read'],
          after: { slug: 'other' },
        }),
      ],
    ],
    [
      'a hash that the provider computes',
      [change(object, { before: { content: 'a', etag: '1' }, after: { content: 'b', etag: '2' } })],
      [change(object, { before: { content: 'a', etag: '3' }, after: { content: 'b', etag: '4' } })],
    ],
    [
      'a hash of what is destroyed',
      [change(volume, { actions: ['delete'], before: { id: 'v', etag: '1' } })],
      [change(volume, { actions: ['delete'], before: { id: 'v', etag: '2' } })],
    ],
    [
      'a computed attribute that is known by now',
      [update({ size: 'small' }, { size: 'large' }, { afterUnknown: { price: true } })],
      [update({ size: 'small' }, { size: 'large', price: 5 })],
    ],
    [
      'a computed attribute that is not known any more',
      [resize],
      [update({ size: 'small', price: 4 }, { size: 'large' }, { afterUnknown: { price: true } })],
    ],
    [
      'a computed attribute that stays as it is, at another value',
      [update({ size: 'small', status: 'active' }, { size: 'large', status: 'active' })],
      [update({ size: 'small', status: 'off' }, { size: 'large', status: 'off' })],
    ],
    ['null, and not being there', [update({ size: 'small' }, { size: 'large', tags: null })], [resize]],
  ])('%s', (_, reviewed, fresh) => {
    expect(told(compareChanges, reviewed, fresh)).toEqual([]);
  });
});

describe('what counts', () => {
  test.each<[string, Changes, Changes, string[]]>([
    [
      'another new value',
      [resize],
      [update({ size: 'small' }, { size: 'huge' })],
      [`${droplet} size: "small" → "large" | "small" → "huge"`],
    ],
    [
      'another old value',
      [resize],
      [update({ size: 'tiny' }, { size: 'large' })],
      [`${droplet} size: "small" → "large" | "tiny" → "large"`],
    ],
    ['a change that is not needed any more', [resize], [], [`${droplet}: updated in place | nothing to do any more`]],
    [
      'a change more, and what it would do',
      [],
      [resize],
      [`${droplet}: nothing to do | updated in place`, `${droplet} size: no change | "small" → "large"`],
    ],
    [
      'one attribute more',
      [resize],
      [update({ size: 'small', tags: ['a'] }, { size: 'large', tags: [] })],
      [`${droplet} tags: no change | ["a"] → []`],
    ],
    [
      'another action',
      [update({ size: 'small' }, { size: 'large' })],
      [
        update(
          { size: 'small' },
          { size: 'large' },
          { actions: ['delete', 'create'], replacePaths: [['size']], reason: 'replace_because_cannot_update' },
        ),
      ],
      [`${droplet}: updated in place | replaced, the old one destroyed first (replace_because_cannot_update: size)`],
    ],
    [
      'the same on another object',
      [change(volume, { actions: ['delete'], before: { id: 'v1', size: 10 } })],
      [change(volume, { actions: ['delete'], before: { id: 'v2', size: 10 } })],
      [`${volume} id: "v1" → nothing | "v2" → nothing`],
    ],
    [
      'another id of what is replaced, though the new one is not known',
      [change(droplet, { actions: ['delete', 'create'], before: { id: '1' }, afterUnknown: { id: true } })],
      [change(droplet, { actions: ['delete', 'create'], before: { id: '2' }, afterUnknown: { id: true } })],
      [`${droplet} id: "1" → (known after apply) | "2" → (known after apply)`],
    ],
    [
      'what is destroyed holds more by now',
      [change(volume, { actions: ['delete'], before: { id: 'v', size: 10 } })],
      [change(volume, { actions: ['delete'], before: { id: 'v', size: 100 } })],
      [`${volume} size: 10 → nothing | 100 → nothing`],
    ],
    [
      'an attribute that the stack sets and that was unknown',
      [update({ network: 'a' }, {}, { afterUnknown: { network: true } })],
      [update({ network: 'a' }, { network: 'b' })],
      [`${droplet} network: "a" → (known after apply) | "a" → "b"`],
    ],
    [
      'a hash that the stack sets',
      [change(object, { before: { source_hash: '1' }, after: { source_hash: '2' } })],
      [change(object, { before: { source_hash: '1' }, after: { source_hash: '3' } })],
      [`${object} source_hash: "1" → "2" | "1" → "3"`],
    ],
    [
      "a resource of a module, of which the stack's JSON tells nothing",
      [change(object, { address: `module.a.${object}`, before: { etag: '1' }, after: { etag: '2' } })],
      [change(object, { address: `module.a.${object}`, before: { etag: '1' }, after: { etag: '3' } })],
      [`module.a.${object} etag: "1" → "2" | "1" → "3"`],
    ],
    [
      'another sensitive value, without either',
      [
        update(
          { user_data: 'canary-1' },
          { user_data: 'canary-2' },
          { beforeSensitive: { user_data: true }, afterSensitive: { user_data: true } },
        ),
      ],
      [
        update(
          { user_data: 'canary-1' },
          { user_data: 'canary-3' },
          { beforeSensitive: { user_data: true }, afterSensitive: { user_data: true } },
        ),
      ],
      [`${droplet} user_data: (sensitive) → (sensitive) | (sensitive) → (sensitive), but another value`],
    ],
    [
      'a value that was hidden and is not now',
      [
        update(
          { user_data: 'a' },
          { user_data: 'b' },
          { beforeSensitive: { user_data: true }, afterSensitive: { user_data: true } },
        ),
      ],
      [update({ user_data: 'a' }, { user_data: 'b' })],
      [`${droplet} user_data: (sensitive) → (sensitive) | "a" → "b"`],
    ],
    [
      'where it is moved from',
      [change(droplet, { actions: ['no-op'], previousAddress: 'digitalocean_droplet.a' })],
      [change(droplet, { actions: ['no-op'], previousAddress: 'digitalocean_droplet.b' })],
      [`${droplet}: unchanged moved from digitalocean_droplet.a | unchanged moved from digitalocean_droplet.b`],
    ],
    [
      'what is taken over',
      [change(droplet, { actions: ['no-op'], importing: '1' })],
      [change(droplet, { actions: ['no-op'], importing: '2' })],
      [`${droplet}: unchanged taken over from 1 | unchanged taken over from 2`],
    ],
    [
      'what an unfinished replacement has left',
      [],
      [change(droplet, { actions: ['delete'], deposed: 'abc', before: { id: '1' } })],
      [`${droplet} (deposed abc): nothing to do | destroyed`],
    ],
    [
      'of a long text, the lines that differ',
      [change(object, { before: { content: 'x\na\n' }, after: { content: 'x\nlevel: info\n' } })],
      [change(object, { before: { content: 'x\na\n' }, after: { content: 'x\nlevel: warn\n' } })],
      [`${object} content: "level: info" | "level: warn"`],
    ],
  ])('%s', (_, reviewed, fresh, differences) => {
    expect(told(compareChanges, reviewed, fresh)).toEqual(differences);
  });

  test('an output', () => {
    const output = (after: string, sensitive = false) => ({
      actions: ['update' as const],
      before: 'a',
      after,
      afterUnknown: false,
      beforeSensitive: sensitive,
      afterSensitive: sensitive,
    });
    const plan = (after: string) =>
      sealChanges(
        planWith([], {
          outputs: {
            address: output(after),
            password: output(after, true),
            same: { ...output('a'), actions: ['no-op' as const] },
          },
        }),
        'salt',
      );
    expect(compareChanges(plan('b'), plan('c'))).toEqual([
      { address: 'output.address', attribute: 'value', reviewed: '"a" → "b"', now: '"a" → "c"' },
      {
        address: 'output.password',
        attribute: 'value',
        reviewed: '(sensitive) → (sensitive)',
        now: '(sensitive) → (sensitive), but another value',
      },
    ]);
  });
});

describe('the rest of a deploy that failed half-way', () => {
  const create = (address: string, after: object, more: Partial<ResourceChange> = {}) =>
    change(address, { actions: ['create'], after, ...more });
  const replace = change(droplet, {
    actions: ['delete', 'create'],
    before: { id: '1', size: 'small' },
    after: { size: 'large' },
    afterUnknown: { id: true },
    reason: 'replace_because_cannot_update',
    replacePaths: [['size']],
  });
  const renew = change(droplet, { ...replace, actions: ['create', 'delete'] });

  test.each<[string, Changes, Changes]>([
    ['nothing', [resize], []],
    ['some of it', [resize, create(volume, { size: 10 })], [create(volume, { size: 10 })]],
    [
      'what was unknown and is known now',
      [
        create(volume, { size: 10 }, { afterUnknown: { id: true } }),
        update({ network: 'a' }, {}, { afterUnknown: { network: true } }),
      ],
      [update({ network: 'a' }, { network: 'b' })],
    ],
    [
      'the second half of a replacement',
      [replace],
      [create(droplet, { size: 'large' }, { afterUnknown: { id: true } })],
    ],
    [
      'the old one of a replacement that makes the new one first',
      [renew],
      [change(droplet, { actions: ['delete'], deposed: 'abc', before: { id: '1', size: 'small' } })],
    ],
    [
      'what was made, and is made again because it is tainted',
      [create(volume, { size: 10 })],
      [
        change(volume, {
          actions: ['delete', 'create'],
          reason: 'replace_because_tainted',
          before: { id: 'v', size: 10 },
          after: { size: 10 },
          afterUnknown: { id: true },
        }),
      ],
    ],
    [
      'one attribute of two',
      [update({ size: 'small', tags: 'a' }, { size: 'large', tags: 'b' })],
      [update({ size: 'large', tags: 'a' }, { size: 'large', tags: 'b' })],
    ],
  ])('may be %s', (_, reviewed, fresh) => {
    expect(told(compareRest, reviewed, fresh)).toEqual([]);
  });

  test.each<[string, Changes, Changes, string[]]>([
    [
      'a change that nobody reviewed',
      [resize],
      [resize, change(volume, { actions: ['delete'], before: { id: 'v' } })],
      [`${volume}: nothing to do | destroyed`],
    ],
    [
      'another value',
      [resize],
      [update({ size: 'small' }, { size: 'huge' })],
      [`${droplet} size: "small" → "large" | "small" → "huge"`],
    ],
    [
      'an attribute more',
      [resize],
      [update({ size: 'small', tags: 'a' }, { size: 'large', tags: 'b' })],
      [`${droplet} tags: no change | "a" → "b"`],
    ],
    [
      'more than an update',
      [resize],
      [replace],
      [`${droplet}: updated in place | replaced, the old one destroyed first (replace_because_cannot_update: size)`],
    ],
    [
      'a tainted object that was there before',
      [resize],
      [
        change(droplet, {
          actions: ['delete', 'create'],
          reason: 'replace_because_tainted',
          before: { id: '1' },
          after: { size: 'large' },
        }),
      ],
      [`${droplet}: updated in place | replaced, the old one destroyed first (replace_because_tainted)`],
    ],
    [
      'another object at the same address',
      [change(volume, { actions: ['delete'], before: { id: 'v1' } })],
      [change(volume, { actions: ['delete'], before: { id: 'v2' } })],
      [`${volume} id: "v1" → nothing | "v2" → nothing`],
    ],
    [
      'another leftover than the one that was to go',
      [renew],
      [change(droplet, { actions: ['delete'], deposed: 'abc', before: { id: '7', size: 'small' } })],
      [`${droplet} (deposed abc) id: "1" → (known after apply) | "7" → nothing`],
    ],
    [
      'the destruction of what was to be made',
      [create(volume, { size: 10 })],
      [change(volume, { actions: ['delete'], before: { id: 'v' } })],
      [`${volume}: created | destroyed`],
    ],
    [
      'something taken over',
      [create(volume, { size: 10 })],
      [create(volume, { size: 10 }, { importing: 'v' })],
      [`${volume}: created | created taken over from v`],
    ],
  ])('is not %s', (_, reviewed, fresh, differences) => {
    expect(told(compareRest, reviewed, fresh)).toEqual(differences);
  });
});
