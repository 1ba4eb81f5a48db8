import { type Check } from '../../terraform/schema';

/** Of a secret or a variable: the messages speak of secrets for both. */
export const secretName: Check = (value) => {
  const refuse = (detail: string) => ({ summary: 'Error', detail });
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(value)) {
    return refuse(
      'secret names can only contain alphanumeric characters or underscores and must not start with a number',
    );
  }
  return /^github_/i.test(value) ? refuse('secret names must not start with the GITHUB_ prefix') : undefined;
};

export const base64: Check = (value, key) => {
  if (value === '') return `expected "${key}" to not be an empty string, got `;
  const valid = /^[A-Za-z0-9+/]*={0,2}$/.test(value) && value.length % 4 === 0;
  return valid ? undefined : `expected "${key}" to be a base64 string, got ${value}`;
};
