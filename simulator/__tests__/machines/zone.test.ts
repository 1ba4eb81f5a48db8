import { lookUp } from '../../machines/zone';

const record = (type: string, name: string, data: string) => ({
  id: 0,
  type,
  name,
  data,
  priority: null,
  port: null,
  ttl: 300,
  weight: null,
  flags: null,
  tag: null,
});
const domain = (name: string, ...records: ReturnType<typeof record>[]) => ({
  name,
  ttl: 1800,
  records: Object.fromEntries(records.map((each, index) => [index, each])),
});
const domains = {
  'shop.test': domain(
    'shop.test',
    record('NS', '@', 'ns1.digitalocean.com'),
    record('A', '@', '198.51.100.1'),
    record('A', 'api', '198.51.100.2'),
    record('A', 'api', '198.51.100.3'),
    record('CNAME', 'www', '@'),
    record('CNAME', 'elsewhere', 'other.test'),
    record('CNAME', 'a', 'b.shop.test'),
    record('CNAME', 'b', 'a.shop.test'),
    record('MX', 'mail', 'mail.test'),
    record('A', '*.preview', '198.51.100.4'),
    record('A', 'one.preview', '198.51.100.5'),
    record('A', 'deep.below', '198.51.100.6'),
  ),
  'stage.shop.test': domain('stage.shop.test', record('A', '@', '198.51.100.9')),
};
const resolve = lookUp(domains);
const addresses = (name: string): string | undefined =>
  resolve(name)
    ?.map(({ type, data }) => `${type} ${data}`)
    .join(', ');

test.each([
  ['the domain itself', 'shop.test', 'A 198.51.100.1'],
  ['a host, with all its addresses', 'api.shop.test', 'A 198.51.100.2, A 198.51.100.3'],
  ['an alias of the domain', 'www.shop.test', 'CNAME shop.test, A 198.51.100.1'],
  ['an alias of a name that is not there', 'elsewhere.shop.test', 'CNAME other.test'],
  ['a name without an address', 'mail.shop.test', ''],
  ['a name that only has names below it', 'below.shop.test', ''],
  ['a name that a star covers', 'any.preview.shop.test', 'A 198.51.100.4'],
  ['one further down that it covers too', 'x.any.preview.shop.test', 'A 198.51.100.4'],
  ['a name that has a record of its own beside the star', 'one.preview.shop.test', 'A 198.51.100.5'],
  ['a domain within another', 'stage.shop.test', 'A 198.51.100.9'],
])('%s: %s', (_, name, expected) => {
  expect(addresses(name)).toBe(expected);
});

test.each(['nope.shop.test', 'shop.example', 'www.stage.shop.test', 'below.one.preview.shop.test', 'test'])(
  '%s does not exist',
  (name) => {
    expect(resolve(name)).toBeUndefined();
  },
);

test('aliases that lead in a circle end', () => {
  expect(addresses('a.shop.test')).toBe('CNAME b.shop.test, CNAME a.shop.test');
});

test('a record that is made after the question was answered is in the next answer', () => {
  const account = { 'shop.test': domain('shop.test') };
  const live = lookUp(account);
  expect(live('new.shop.test')).toBeUndefined();
  account['shop.test'].records[1] = record('A', 'new', '198.51.100.7');
  expect(live('new.shop.test')).toEqual([{ name: 'new.shop.test', type: 'A', data: '198.51.100.7' }]);
});
