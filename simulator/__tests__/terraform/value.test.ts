import { same } from '../../terraform/compare';
import { conform, type Block } from '../../terraform/schema';
import { hasUnknown, known, pack, unknown, Unknown, unpack, type Type } from '../../terraform/value';

const block = (type: Type): Block => ({ attributes: { a: { type, optional: true } }, blocks: {} });
const trip = (type: Type, value: unknown) => conform(block(type), unpack(pack({ a: value }))).a;

test.each<[Type, unknown, unknown]>([
  ['number', 0.1, 0.1],
  ['number', 1e30, 1e30],
  ['number', -3, -3],
  ['number', '12', 12],
  ['string', '0.1', '0.1'],
  ['bool', false, false],
  ['string', undefined, null],
  [
    ['set', 'string'],
    ['a', 'a', 'b'],
    ['a', 'b'],
  ],
  [
    ['list', 'string'],
    ['a', 'a'],
    ['a', 'a'],
  ],
  [['map', 'number'], { a: '1.5' }, { a: 1.5 }],
  [
    ['list', ['object', { x: 'number' }]],
    [{ x: '2', extra: true }, {}],
    [{ x: 2 }, { x: null }],
  ],
])('a %j %j arrives as it was sent', (type, value, expected) => {
  expect(trip(type, value)).toEqual(expected);
});

test('fractions travel as decimal text, since Terraform would read a binary one as another number', () => {
  expect(Buffer.from(pack({ a: 0.1 }).msgpack!).toString('latin1')).toContain('0.1');
});

test('an unknown value is returned as it came, with what Terraform knows about it', () => {
  const refined = new Unknown(12, new Uint8Array([0x81, 1, 0xc2]));
  const back = unpack(pack({ a: refined, b: [unknown] })) as { a: Unknown; b: Unknown[] };
  expect([back.a.extension, [...back.a.data], back.b[0].extension]).toEqual([12, [0x81, 1, 0xc2], 0]);
  expect([hasUnknown(back), hasUnknown({ a: [1] })]).toEqual([true, false]);
  expect(known(back)).toEqual({ a: null, b: [null] });
});

test.each<[Type, unknown, string]>([
  ['number', 'many', 'resource.a: expected a number, got "many"'],
  ['string', 1, 'resource.a: expected a string, got 1'],
  [['list', 'string'], 'x', 'resource.a: expected a list, got "x"'],
  [['set', 'number'], [true], 'resource.a.0: expected a number, got true'],
])('a stand-in that gives a %j the value %j is told so', (type, value, message) => {
  expect(() => conform(block(type), { a: value })).toThrow(message);
});

test.each<[Type, unknown, unknown, boolean]>([
  ['string', '', null, true],
  ['string', null, '', true],
  ['bool', false, null, true],
  ['bool', null, false, false],
  ['number', null, 0, false],
  ['number', 0, null, true],
  [['list', 'string'], null, [], true],
  [['list', 'string'], ['a', 'b'], ['b', 'a'], false],
  [['set', 'string'], ['a', 'b'], ['b', 'a'], true],
  ['string', 'a', unknown, false],
])(
  "as Terraform's older provider kit sees it, a %j that was %j and is to be %j is the same: %j",
  (type, prior, next, expected) => {
    expect(same(type, prior, next)).toBe(expected);
  },
);
