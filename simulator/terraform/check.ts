import { isIPv4 } from 'node:net';
import { type Check } from './schema';

/**
 * The validators of Terraform's provider kit, in its wording. DigitalOcean's provider 2.71 prints the allowed values plainly,
 * GitHub's 6.9 quoted: it is built with a newer kit.
 */
export const notZero: Check = (value, key) =>
  value === '' ? `${key} must not be empty, got ` : value === 0 ? `${key} must not be zero, got 0` : undefined;

export const notEmpty: Check = (value, key) =>
  value === '' ? `expected "${key}" to not be an empty string, got ` : undefined;

export const atLeast =
  (min: number): Check =>
  (value, key) =>
    value < min ? `expected ${key} to be at least (${min}), got ${value}` : undefined;

/** A fraction, which the kit prints with six decimals. */
export const fractionAtLeast =
  (min: number): Check =>
  (value, key) =>
    value < min ? `expected ${key} to be at least (${min.toFixed(6)}), got ${value.toFixed(6)}` : undefined;

export const between =
  (min: number, max: number): Check =>
  (value, key) =>
    value < min || value > max ? `expected ${key} to be in the range (${min} - ${max}), got ${value}` : undefined;

export const lengthBetween =
  (min: number, max: number): Check =>
  (value, key) => {
    const length = Buffer.byteLength(value as string);
    return length < min || length > max
      ? `expected length of ${key} to be in the range (${min} - ${max}), got ${value}`
      : undefined;
  };

const listed =
  (allowed: string[], text: string, ignoreCase: boolean): Check =>
  (value, key) => {
    const equal = (one: string) => (ignoreCase ? one.toLowerCase() === String(value).toLowerCase() : one === value);
    return allowed.some(equal) ? undefined : `expected ${key} to be one of ${text}, got ${value}`;
  };

export const oneOf = (...allowed: string[]): Check => listed(allowed, `[${allowed.join(' ')}]`, false);
export const oneOfAnyCase = (...allowed: string[]): Check => listed(allowed, `[${allowed.join(' ')}]`, true);
export const oneOfQuoted = (...allowed: string[]): Check =>
  listed(allowed, `[${allowed.map((one) => `"${one}"`).join(' ')}]`, false);

export const cidr: Check = (value, key) => {
  const [address, prefix, ...rest] = String(value).split('/');
  const valid = isIPv4(address) && /^\d{1,2}$/.test(prefix ?? '') && Number(prefix) <= 32 && rest.length === 0;
  return valid ? undefined : `expected "${key}" to be a valid IPv4 Value, got ${value}: invalid CIDR address: ${value}`;
};

export const ipv4: Check = (value, key) =>
  isIPv4(String(value)) ? undefined : `expected ${key} to contain a valid IPv4 address, got: ${value}`;

export const json: Check = (value, key) => {
  try {
    JSON.parse(String(value));
    return undefined;
  } catch {
    const first = String(value).trim()[0];
    const reason =
      first === undefined
        ? 'unexpected end of JSON input'
        : `invalid character '${first}' looking for beginning of value`;
    return `"${key}" contains an invalid JSON: ${reason}`;
  }
};

/** The first problem that any of the checks finds. */
export const all =
  (...checks: Check[]): Check =>
  (value, key) => {
    for (const check of checks) {
      const problem = check(value, key);
      if (problem) return problem;
    }
    return undefined;
  };
