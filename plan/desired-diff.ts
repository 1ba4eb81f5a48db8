import { createHash } from 'node:crypto';
import { createTwoFilesPatch } from 'diff';
import { parse } from 'yaml';
import { type ReadableDesired, readableDesiredSchema } from '../contract/desired';
import { looksSecret, withoutCredentials } from './secret-text';

/** The text of the desired state, read; nothing when it is none that this understands. */
export function readDesired(text: unknown): ReadableDesired | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    return readableDesiredSchema.safeParse(parse(text, { version: '1.1', maxAliasCount: 0 })).data;
  } catch {
    return undefined;
  }
}

/** One fact that differs, by its path beneath what was compared. */
export interface Difference {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

type Tree = Readonly<Record<string, unknown>>;
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stands under a name, and not what every object has under `constructor`. */
export const ownValue = <T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;

/** Leaves that differ between two trees; lists count as one value. */
export function differences(before: unknown, after: unknown, path = ''): Difference[] {
  if (isTree(before) && isTree(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      differences(ownValue(before, key), ownValue(after, key), path === '' ? key : `${path}.${key}`),
    );
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}

/** The text as it may be shown: ciphertexts shortened to a digest, and nothing that looks like a secret in the clear. */
export function shownDesired(text: string): string {
  const short = text.replace(
    /-----BEGIN AGE ENCRYPTED FILE-----[\s\S]*?-----END AGE ENCRYPTED FILE-----/g,
    (sealed) => `(sealed, ${createHash('sha256').update(sealed.replace(/\s+/g, '\n')).digest('hex').slice(0, 12)})`,
  );
  return withoutCredentials(short).replace(
    /^(\s+)([A-Za-z_][A-Za-z0-9_]*): (?![|>{[]\s*$)(.+)$/gm,
    (line, indent: string, name: string, value: string) =>
      name === name.toUpperCase() && looksSecret(name, value)
        ? `${indent}${name}: (looks like a secret: hidden)`
        : line,
  );
}

/** A unified diff with three lines around each change; empty when both are the same. */
export function desiredDiff(before: string, after: string): string {
  if (before === after) return '';
  const patch = createTwoFilesPatch(
    'desired.yaml',
    'desired.yaml',
    shownDesired(before),
    shownDesired(after),
    'before',
    'after',
    { context: 3 },
  );
  return patch.slice(patch.indexOf('--- '));
}
