import { messageJson } from '../../contract/messages';
import { learnSecret, redacted } from '../../lib/redact';

const secrets = [
  'canary-token',
  'canary-token-and-more',
  'abc',
  'postgres://api:canary%2Fpass@postgres:5432/api',
  'redis://api:canary%zz@redis:6379/0',
  'https://example.org/path',
  '-----BEGIN PRIVATE KEY-----\ncanary1234567890abcdef\nyes\n-----END PRIVATE KEY-----\n',
  'quoted"canary\\pass',
  'hello {{canary_function}} you',
  'healthy',
];
beforeAll(() => secrets.forEach(learnSecret));

test.each([
  ['a whole value', 'GET /?token=canary-token HTTP/1.1', 'GET /?token=*** HTTP/1.1'],
  ['one twice', 'canary-token canary-token', '*** ***'],
  ['one that begins with another', 'canary-token-and-more', '***'],
  ['a URL', 'cannot reach postgres://api:canary%2Fpass@postgres:5432/api', 'cannot reach ***'],
  ['the password of a URL, as it is written there', 'user=api password=canary%2Fpass', 'user=api password=***'],
  [
    'and as a program reads it',
    'password authentication failed for "canary/pass"',
    'password authentication failed for "***"',
  ],
  ['one that is written wrongly', 'canary%zz', '***'],
  ['a line of a key', '  canary1234567890abcdef', '  ***'],
  [
    'one that another program has quoted',
    'expanding env "X=quoted\\"canary\\\\pass" failed',
    'expanding env "X=***" failed',
  ],
  [
    'a word of one that Docker took for a template',
    'template: expansion:1: function "canary_function" not defined',
    'template: expansion:1: function "***" not defined',
  ],
])('%s is not told', (_, line, expected) => {
  expect(redacted(line)).toBe(expected);
});

test('what is no secret stays readable: words that are too short to be one, and the rest of a URL', () => {
  for (const line of ['abc: yes, connected to redis:6379/0 as api', 'https://example.org', ''])
    expect(redacted(line)).toBe(line);
});

test('a message keeps what programs read of it, whatever a secret is called like', () => {
  expect(
    messageJson({
      state: 'healthy',
      lines: ['it is healthy', 'quoted"canary\\pass'],
      more: { problem: 'canary-token' },
    }),
  ).toBe('{"state":"healthy","lines":["it is ***","***"],"more":{"problem":"***"}}');
});
