import { masked } from '../../agent/masked';

const secrets = {
  TOKEN: 'canary-token', LONGER: 'canary-token-and-more', SHORT: 'abc',
  DATABASE_URL: 'postgres://api:canary%2Fpass@postgres:5432/api', BROKEN_URL: 'redis://api:canary%zz@redis:6379/0', NOBODY_URL: 'https://example.org/path',
  KEY: '-----BEGIN PRIVATE KEY-----\ncanary1234567890abcdef\nyes\n-----END PRIVATE KEY-----\n',
};

test.each([
  ['a whole value', 'GET /?token=canary-token HTTP/1.1', 'GET /?token=*** HTTP/1.1'],
  ['one twice', 'canary-token canary-token', '*** ***'],
  ['one that begins with another', 'canary-token-and-more', '***'],
  ['a URL', 'cannot reach postgres://api:canary%2Fpass@postgres:5432/api', 'cannot reach ***'],
  ['the password of a URL, as it is written there', 'user=api password=canary%2Fpass', 'user=api password=***'],
  ['and as a program reads it', 'password authentication failed for "canary/pass"', 'password authentication failed for "***"'],
  ['one that is written wrongly', 'canary%zz', '***'],
  ['a line of a key', '  canary1234567890abcdef', '  ***'],
])('%s is not told', (_, line, expected) => {
  expect(masked(line, secrets)).toBe(expected);
});

test('what is no secret stays readable: words that are too short to be one, and the rest of a URL', () => {
  for (const line of ['abc: yes, connected to redis:6379/0 as api', 'https://example.org', '']) expect(masked(line, secrets)).toBe(line);
});
