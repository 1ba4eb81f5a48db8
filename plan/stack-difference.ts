import { type Difference, inWords } from './compare';
import type { SealedChange } from '../contract/sealed-record';
import { isTree, type Tree } from './stack-json';

/** In what a synthesized stack differs from the one that was reviewed, by resource and attribute. */
export function stackDifferences(reviewed: Tree, fresh: Tree): Difference[] {
  const [a, b] = [flat(reviewed), flat(fresh)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .sort()
    .filter((path) => JSON.stringify(a.get(path)) !== JSON.stringify(b.get(path)))
    .map((path) => {
      const [block, type, name, ...attribute] = path.split('\0');
      const isResource = (block === 'resource' || block === 'data') && name !== undefined;
      const address = isResource ? `${block === 'data' ? 'data.' : ''}${type}.${name}` : block!;
      const within = (isResource ? attribute : [type, name, ...attribute])
        .filter((part) => part !== undefined)
        .join('.');
      return { address, ...(within === '' ? {} : { attribute: within }), ...inWords(a.get(path), b.get(path)) };
    });
}

/**
 * Those of the differences that no comparison of plans shows, so that they count by themselves: where credentials and state go, what is run,
 * and attributes whose value is known only after the apply.
 */
export function hiddenDifferences(differences: readonly Difference[], fresh: readonly SealedChange[]): Difference[] {
  const unknown = new Map(
    fresh.map(({ address, attributes }) => [
      address.replace(/\[.*\]$/, ''),
      new Set(
        Object.entries(attributes)
          .filter(([, { after }]) => after !== undefined && 'unknown' in after)
          .map(([path]) => topOf(path)),
      ),
    ]),
  );
  return differences.filter(({ address, attribute = '' }) => {
    if (frame.has(address) || address.startsWith('data.') || address === 'locals') return true;
    const top = topOf(attribute);
    return top === 'provisioner' || top === 'connection' || (unknown.get(address)?.has(top) ?? false);
  });
}

const frame = new Set(['terraform', 'provider']);
export const isFrame = ({ address }: Difference): boolean => frame.has(address);

const topOf = (path: string): string => /^[^.[]+/.exec(path)?.[0] ?? path;

/** Every plain value by the path to it. */
function flat(value: unknown, path: readonly string[] = [], found = new Map<string, unknown>()): Map<string, unknown> {
  const parts: [string, unknown][] = Array.isArray(value)
    ? value.map((inner, index) => [String(index), inner])
    : isTree(value)
      ? Object.entries(value)
      : [];
  if (parts.length === 0) return found.set(path.join('\0'), value);
  for (const [key, inner] of parts) flat(inner, [...path, key], found);
  return found;
}
