import { looksSecret, withoutCredentials } from '../../plan/secret-text';

const hex = '0123456789abcdef'.repeat(4);
// in two halves: what looks for credentials in repositories shall not find these
const credentials: readonly (readonly [whose: string, value: string])[] = [
  ['GitHub', `ghp_${'aB3'.repeat(12)}`],
  ['GitHub, fine-grained', `github_pat_${'aB3_'.repeat(8)}`],
  ['DigitalOcean', `dop_v1_${hex}`],
  ['Spaces', `DO00${'A1B2C3D4'.repeat(2)}`],
  ['AWS', `AKIA${'A1B2C3D4'.repeat(2)}`],
  ['Stripe', `sk_live_${'aB3'.repeat(8)}`],
  ['Slack', `xoxb-${'1234567890'}-abc`],
  ['OpenAI', `sk-${'aB3'.repeat(10)}`],
  ['age', `AGE-SECRET-KEY-1${'A2B3'.repeat(8)}`],
  ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----\nabc\ndef\n-----END OPENSSH PRIVATE KEY-----'],
  ['a JSON web token', `eyJ${'aB3d'.repeat(5)}.eyJ${'aB3d'.repeat(5)}.sig`],
  ['a URL with a password', 'postgresql://user:hunter2@db.example:5432/app'],
];

test.each(credentials)('a credential of %s is known by its form, and taken out of a text', (_, value) => {
  expect(looksSecret('HARMLESS', value)).toBe('its value has the form of a credential');
  const clean = withoutCredentials(`before ${value} after`);
  expect(clean).toMatch(/^before \(looks like a credential: hidden\).*after$/s);
  expect(clean).not.toMatch(/hunter2|aB3aB3|A1B2C3D4|A2B3A2B3|abc\ndef/);
});

test.each([
  'SMTP_PASSWORD',
  'API_KEY',
  'APIKEY',
  'NPM_TOKEN',
  'SECRET',
  'STRIPE_SECRET_KEY',
  'AWS_SECRET_ACCESS_KEY',
  'DB_PASSWD',
  'ADMIN_CREDENTIALS',
  'api_token',
])('a variable called %s is a secret', (name) => {
  expect(looksSecret(name, 'some-value')).toBe('its name says that it is one');
});

test.each([
  ['TOKEN_TTL', '3600'],
  ['SECRET_NAME', 'mail'],
  ['PASSWORD_FILE', '/run/x'],
  ['USE_TOKEN', 'true'],
  ['TOKENIZER', 'x'],
  ['KEYBOARD', 'x'],
  ['LOG_LEVEL', 'debug'],
  ['EMPTY_TOKEN', ''],
  ['MAX_TOKENS', '4096'],
  ['URL', 'https://example.com/a:b@c'],
  ['NEXT_PUBLIC_API_URL', 'https://api.acme.example'],
])('%s=%s is none', (name, value) => expect(looksSecret(name, value)).toBeUndefined());

test('a long text without any is read in no time that grows with its square', () => {
  const text = 'a.b-c+'.repeat(20_000);
  expect(withoutCredentials(`${text}://${text}`)).toHaveLength(text.length * 2 + 3);
});
