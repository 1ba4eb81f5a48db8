/**
 * A value as a line of a `.env` file says it: as it is where nothing in it means anything, else in quotes (docs.docker.com/compose/how-tos/environment-variables/variable-interpolation,
 * "Env file syntax"). In single quotes nothing is filled in; a value with line breaks or single quotes takes double quotes and escapes.
 */
export function dotenvText(value: string): string {
  if (/^[\w@%+=:,./?&!*()[\]{}<>;|^~-]+$/.test(value)) return value;
  if (!/['\\\r\n]/.test(value)) return `'${value}'`;
  return `"${value
    .replace(/[\\"$]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')}"`;
}
