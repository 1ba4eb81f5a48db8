/** Names that people give to what nobody should read. */
const secretName =
  /(^|_)(SECRET|SECRETS|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|PRIVATE_KEY|API_?KEY|ACCESS_KEY|SECRET_KEY|SIGNING_KEY|ENCRYPTION_KEY)(_|$)/i;
/** Names that hold such a word, and tell where a secret is or how it is used. */
const harmlessName =
  /_(NAME|ID|FILE|PATH|URL|TTL|EXPIRY|LIFETIME|LENGTH|ISSUER|AUDIENCE|TYPE|HEADER|ENABLED|ALGORITHM)$/i;

/** Texts that cannot be anything else, each with who hands them out. */
const secretValues: readonly RegExp[] = [
  /\bgh[pousr]_[A-Za-z0-9]{20,}/,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/, // GitHub
  /\bdo[opr]_v1_[a-f0-9]{32,}/i,
  /\bDO(00|801)[A-Z0-9]{16,}\b/, // DigitalOcean, Spaces
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/, // AWS
  /\b[rs]k_(live|test)_[A-Za-z0-9]{16,}/, // Stripe
  /\bxox[abposr]-[A-Za-z0-9-]{10,}/, // Slack
  /\bsk-[A-Za-z0-9_-]{20,}/, // OpenAI and others
  /\bAGE-SECRET-KEY-1[A-Z0-9]{20,}/, // age
  /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,20}PRIVATE KEY-----|$)/,
  /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\./, // JSON web tokens
  /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@]{0,200}:[^\s/@]{1,500}@/i, // a URL with a password in it
];
/** What each of them begins with or contains: most texts have none of it, and one look is enough. */
const hint =
  /gh[pousr]_|github_pat_|do[opr]_v1_|DO(?:00|801)|AKIA|ASIA|[rs]k_|xox|sk-|AGE-SECRET|PRIVATE KEY|eyJ|:\/\//i;
const everySecretValue = secretValues.map((pattern) => new RegExp(pattern, `${pattern.flags}g`));

/** Why a variable looks like a secret in the clear; nothing when it does not. The value is never part of the answer. */
export function looksSecret(name: string, value: string): string | undefined {
  if (hint.test(value) && secretValues.some((pattern) => pattern.test(value)))
    return 'its value has the form of a credential';
  if (
    value !== '' &&
    secretName.test(name) &&
    !harmlessName.test(name) &&
    !/^(true|false|\d{1,6}|none|off|on)$/i.test(value)
  )
    return 'its name says that it is one';
  return undefined;
}

/** The text without what has the form of a credential, wherever it stands. */
export const withoutCredentials = (text: string): string =>
  !hint.test(text)
    ? text
    : everySecretValue.reduce((clean, pattern) => clean.replace(pattern, '(looks like a credential: hidden)'), text);
