import { answerQuestion, type NameRecord, type Resolve } from '../../machines/name-server';

const records: Record<string, NameRecord[]> = {
  'fra1.digitaloceanspaces.com': [{ name: 'fra1.digitaloceanspaces.com', type: 'A', data: '203.0.113.1' }],
  'www.shop.test': [
    { name: 'www.shop.test', type: 'CNAME', data: 'shop.test' },
    { name: 'shop.test', type: 'A', data: '198.51.100.1' },
  ],
  'mail.shop.test': [],
};
const resolve: Resolve = (name) => records[name];

/** A question as resolvers send it: id 0x1234, recursion wished. */
const question = (name: string, type = 1): Buffer =>
  Buffer.concat([
    Buffer.from('123401000001000000000000', 'hex'),
    ...name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0, 0, type, 0, 1]),
  ]);
const hex = (text: string): string => Buffer.from(text).toString('hex');

test('a name of the simulated world has its address, whatever its case', () => {
  const asked = question('FRA1.digitaloceanspaces.com');
  expect(answerQuestion(asked, resolve)!.toString('hex')).toBe(
    `1234858000010001` + `00000000${asked.subarray(12).toString('hex')}` + 'c00c0001000100000005' + '0004cb007101',
  );
});

test('an alias is answered with what it leads to', () => {
  const asked = question('www.shop.test');
  const shop = `04${hex('shop')}04${hex('test')}00`;
  expect(answerQuestion(asked, resolve)!.toString('hex')).toBe(
    `1234858000010002` +
      `00000000${asked.subarray(12).toString('hex')}` +
      `c00c0005000100000005000b${shop}` +
      `${shop}00010001000000050004c6336401`,
  );
});

test.each([
  ['an address that has none of IPv6', 'fra1.digitaloceanspaces.com', 28],
  ['a name that has no address', 'mail.shop.test', 1],
])('%s is there: no answers, and no error', (_, name, type) => {
  expect(answerQuestion(question(name, type), resolve)!.subarray(0, 8).toString('hex')).toBe('1234858000010000');
});

test('every other name does not exist: nothing is asked of the world outside', () => {
  expect(answerQuestion(question('example.com'), resolve)!.subarray(0, 8).toString('hex')).toBe('1234858300010000');
});

test.each([
  ['an answer', Buffer.concat([Buffer.from('123481800001000000000000', 'hex'), question('a.b').subarray(12)])],
  ['less than a header', Buffer.alloc(5)],
  ['a name that is cut off', question('example.com').subarray(0, 18)],
  ['a compressed name', Buffer.from('123401000001000000000000c00c00010001', 'hex')],
])('%s gets no answer', (_, message) => {
  expect(answerQuestion(message, resolve)).toBeUndefined();
});
