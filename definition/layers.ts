/** Where a resolved value came from. */
export type Source = 'default' | 'product' | 'environment';

export interface Layer {
  readonly source: Source;
  readonly value: Record<string, unknown>;
}

type Tree = Record<string, unknown>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Objects that make sense only as a whole: a new route takes the place of the old one, host and path together. */
const replacedWhole = new Set(['route']);

/**
 * Lays one layer over the other: later ones win, objects merge key by key, everything else is replaced whole.
 * `sources` tells for each leaf, by its path, which layer it came from.
 */
export function merge(layers: readonly Layer[]): { value: Tree; sources: Map<string, Source> } {
  const value: Tree = {};
  const sources = new Map<string, Source>();
  for (const layer of layers) lay(value, layer.value, layer.source, '', sources);
  return { value, sources };
}

function lay(onto: Tree, from: Tree, source: Source, prefix: string, sources: Map<string, Source>): void {
  for (const [key, given] of Object.entries(from)) {
    if (given === undefined) continue;
    const path = prefix === '' ? key : `${prefix}.${key}`;
    if (isTree(given) && !replacedWhole.has(key)) {
      const beneath = Object.hasOwn(onto, key) ? onto[key] : undefined;
      const next: Tree = isTree(beneath) ? beneath : {};
      if (!isTree(beneath)) forget(path, sources);
      onto[key] = next;
      if (Object.keys(given).length === 0 && Object.keys(next).length === 0) sources.set(path, source);
      else if (Object.keys(given).length > 0) sources.delete(path);
      lay(next, given, source, path, sources);
    } else {
      forget(path, sources);
      onto[key] = given;
      sources.set(path, source);
    }
  }
}

function forget(path: string, sources: Map<string, Source>): void {
  for (const known of sources.keys()) if (known === path || known.startsWith(`${path}.`)) sources.delete(known);
}
