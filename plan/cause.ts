import type { Source } from '../definition/layers';
import { propertyLines } from './source-lines';

/** What an environment's definition is made of, for whoever wants to point into it. */
export interface DefinitionText {
  /** Paths from the project's root, with the files' texts. */
  readonly environment: { readonly file: string; readonly text: string };
  readonly product?: { readonly file: string; readonly text: string };
  /** By path, the layer that a resolved value came from (definition/layers.ts). */
  readonly sources: ReadonlyMap<string, Source>;
}

/** Where a definition says what a plan does. */
export interface Cause {
  /** `services.api.memory` */
  readonly path: string;
  /** Nothing when it can be told, but not pointed to. */
  readonly file?: string;
  readonly line?: number;
  /** `default` when nobody says it: it was taken out, or never written. */
  readonly source: Source;
}

/** A function that finds the place of a definition's path. */
export type Locate = (paths: readonly string[]) => Cause | undefined;

/**
 * Points to the first path that a file writes itself. A path that is written nowhere, because a default took its place, is
 * told with the object that it would stand in.
 */
export function locator({ environment, product, sources }: DefinitionText): Locate {
  const inEnvironment = propertyLines(environment.text);
  const inProduct = product ? propertyLines(product.text) : new Map<string, number>();
  const at = (path: string): Cause | undefined => {
    const source = sourceOf(sources, path);
    const [file, lines] = source === 'product' ? [product?.file, inProduct] : [environment.file, inEnvironment];
    const line = source === 'default' ? undefined : lines.get(path);
    return line === undefined ? undefined : { path, file, line, source: source ?? 'environment' };
  };
  return (paths) => {
    for (const path of paths) {
      // a host or a rule within a value that is written as a whole
      for (let short = path; short !== ''; short = short.includes('.') ? short.slice(0, short.lastIndexOf('.')) : '') {
        const cause = short.includes('.') || short === path ? at(short) : undefined;
        if (cause) return { ...cause, path };
        if (sources.get(short) === 'default') break;
      }
    }
    const [path] = paths;
    if (path === undefined) return undefined;
    const holder = path.slice(0, Math.max(0, path.lastIndexOf('.')));
    return {
      path,
      source: 'default',
      ...(inEnvironment.has(holder)
        ? { file: environment.file, line: inEnvironment.get(holder)! }
        : { file: environment.file }),
    };
  };
}

/** The layer of a path, or of something beneath it: an object has none of its own. */
function sourceOf(sources: ReadonlyMap<string, Source>, path: string): Source | undefined {
  const own = sources.get(path);
  if (own) return own;
  let beneath: Source | undefined;
  for (const [known, source] of sources)
    if (known.startsWith(`${path}.`) && (beneath === undefined || source === 'environment')) beneath = source;
  return beneath;
}
