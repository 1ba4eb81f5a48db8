import { joined, odd, reason, shown } from './shown';
import type { Problem } from './problem';

export interface Plain {
  /** The same, as plain objects, lists and values. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
}

/** Longer lists and larger objects are no definition. */
const mostEntries = 10_000;
const deepest = 32;

/**
 * A value from a person's file as plain data. TypeScript may hand over anything: getters that throw, proxies, promises, functions, objects that
 * hold themselves, names that JavaScript treats in its own way. It is read once, here; all that follows sees data. What is no data
 * stays in its place as something that no schema takes.
 */
export function plain(given: unknown): Plain {
  const problems: Problem[] = [];
  return { value: copy(given, [], new Set(), problems), problems };
}

/** A copy of what `plain` gave, to be changed. */
export const copied = (tree: unknown): unknown => copy(tree, [], new Set(), []);

type Path = readonly PropertyKey[];

function copy(given: unknown, path: Path, above: Set<object>, problems: Problem[]): unknown {
  if (typeof given === 'string') return text(given, path, problems);
  if (typeof given !== 'object' || given === null) return given;
  if (above.has(given)) return odd('something that holds itself');
  if (path.length > deepest) return odd('something that is nested too deeply');
  above.add(given);
  try {
    return Array.isArray(given) ? list(given, path, above, problems) : object(given, path, above, problems);
  } catch (error) {
    return odd(`something that cannot be read (${reason(error)})`);
  } finally {
    above.delete(given);
  }
}

function list(given: readonly unknown[], path: Path, above: Set<object>, problems: Problem[]): unknown {
  if (given.length > mostEntries) return odd(`a list of ${given.length.toLocaleString('en-US')} entries`);
  return Array.from({ length: given.length }, (_, index) =>
    copy(read(given, index), [...path, index], above, problems),
  );
}

function object(given: object, path: Path, above: Set<object>, problems: Problem[]): unknown {
  const prototype: unknown = Object.getPrototypeOf(given);
  // an object of another realm has another Object.prototype, which has no prototype either
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return odd(`a ${className(given)}`);
  const keys = Reflect.ownKeys(given);
  if (keys.length > mostEntries) return odd(`an object of ${keys.length.toLocaleString('en-US')} names`);
  const plainly: Record<string, unknown> = {};
  for (const key of keys) {
    if (!Object.getOwnPropertyDescriptor(given, key)?.enumerable) continue;
    if (typeof key === 'symbol')
      problems.push({ path: joined([...path, key]), message: 'a symbol cannot be a name here: write a text' });
    else if (key === '__proto__')
      problems.push({
        path: joined([...path, key]),
        message: `unknown, and it cannot be a name here: ${builtIn(key)}`,
      });
    else plainly[key] = copy(read(given, key), [...path, key], above, problems);
  }
  return plainly;
}

function read(holder: object, key: string | number): unknown {
  try {
    return (holder as Record<string | number, unknown>)[key];
  } catch (error) {
    return odd(`a value that cannot be read (${reason(error)})`);
  }
}

function text(given: string, path: Path, problems: Problem[]): string {
  if (given.includes('\0'))
    problems.push({
      path: joined(path),
      message: `got ${shown(given)}; a NUL cannot be in an environment variable, a command or a name: take it out`,
    });
  else if (/\p{Surrogate}/u.test(given))
    problems.push({
      path: joined(path),
      message: `got ${shown(given)}; it holds half of a character (a lone surrogate), which cannot be written to a file: take it out`,
    });
  else if (cdktfToken.test(given))
    problems.push({
      path: joined(path),
      message: `got ${shown(given)}; cdktf takes "TfToken" for a reference of its own: write something else`,
    });
  return given;
}

/** What cdktf puts where a reference will stand, whole or cut off. */
export const cdktfToken = /tftoken\[|#\{token\[|\$\{tf(t(o(k(en?)?)?)?)?$/i;

export const builtIn = (name: string): string =>
  `every JavaScript object has a "${name}" of its own, so take another name`;

/** Whether every object has something of this name already. */
export const isBuiltIn = (name: string): boolean => name in Object.prototype;

function className(given: object): string {
  const name: unknown = (given as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === 'string' && /^\w+$/.test(name) ? name : 'class instance';
}
