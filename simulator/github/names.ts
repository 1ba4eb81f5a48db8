import { invalid } from './api-error';

/** What secrets and variables may be called; kept in capitals, found in any case. */
export function checkedName(kind: 'Secret' | 'Variable', name: string): string {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) {
    throw invalid(
      `${kind} names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_). ` +
        'Spaces are not allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_).',
    );
  }
  if (/^GITHUB_/i.test(name)) throw invalid(`${kind} names must not start with GITHUB_.`);
  return name.toUpperCase();
}
