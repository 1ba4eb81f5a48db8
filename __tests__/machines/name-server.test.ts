import { answerQuestion } from '../../rehearsal/machines/name-server';

const resolve = (name: string): string | undefined => (name === 'fra1.digitaloceanspaces.com' ? '203.0.113.1' : undefined);

/** A question as resolvers send it: id 0x1234, recursion wished. */
const question = (name: string, type = 1): Buffer => Buffer.concat([
  Buffer.from('123401000001000000000000', 'hex'),
  ...name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
  Buffer.from([0, 0, type, 0, 1]),
]);

test('a name of the rehearsed world has its address, whatever its case', () => {
  const asked = question('FRA1.digitaloceanspaces.com');
  expect(answerQuestion(asked, resolve)!.toString('hex')).toBe(
    `1234858000010001` + `00000000${asked.subarray(12).toString('hex')}` + 'c00c0001000100000005' + '0004cb007101');
});

test('it has none of IPv6, which is no error', () => {
  expect(answerQuestion(question('fra1.digitaloceanspaces.com', 28), resolve)!.subarray(0, 8).toString('hex')).toBe('1234858000010000');
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
