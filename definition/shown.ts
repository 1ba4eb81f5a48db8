import { truncate } from '../lib/truncate';
import { visible, visibleJson } from '../lib/visible';

/** What stands in for a value that is no data: it passes no schema, and is shown as what it was. */
const oddities = new WeakMap<object, string>();

/** Takes the place of a value that no definition can hold. `what` names it in messages: "a Map", "5n". */
export function odd(what: string): unknown {
  const mark = (): void => undefined;
  oddities.set(mark, what);
  return mark;
}

/** A value as its author would recognise it, short enough for one line. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = visibleJson(
    typeof value === 'object' && value !== null
      ? JSON.stringify(value, (_, inner: unknown) => bare(inner) ?? inner)
      : (bare(value) ?? JSON.stringify(value)),
  );
  return truncate(text, 60, 57, '...');
}

/** What JSON has no word for. */
function bare(value: unknown): string | undefined {
  switch (typeof value) {
    case 'function':
      return oddities.get(value) ?? 'a function';
    case 'bigint':
      return `${value}n`;
    case 'symbol':
      return 'a symbol';
    case 'number':
      return Number.isFinite(value) ? undefined : String(value);
    default:
      return undefined;
  }
}

/** A path as it would be written in the file: `services.api.memory`, `registries["ghcr.io"].user`. */
export const joined = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number' || /^[\w-]+$/.test(String(key)))
      return text === '' ? String(key) : `${text}.${String(key)}`;
    return `${text}[${shown(typeof key === 'symbol' ? (key.description ?? 'a symbol') : key)}]`;
  }, '');

/** What an error says, in one line, whatever was thrown. */
export function reason(error: unknown): string {
  try {
    const text =
      error instanceof Error ? error.message || error.name : typeof error === 'string' ? error : shown(error);
    const [first = ''] = visible(text).split('\n');
    return truncate(first, 300, 297, '...');
  } catch {
    return 'an error that cannot be shown';
  }
}
