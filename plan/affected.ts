/** What is kept of a synthesized stack. */
export interface Fingerprint {
  readonly digest: string;
  /** Whether people live on it: it is deployed after the others. */
  readonly production: boolean;
}

/** What one side of a comparison synthesizes, by stack. */
export type Fingerprints = ReadonlyMap<string, Fingerprint>;

/** Which stacks a change touches. All lists are in the order of their letters. */
export interface Affected {
  readonly changed: readonly string[];
  readonly added: readonly string[];
  /** Not in the project any more: only a destroy by the base's own code takes them away. */
  readonly removed: readonly string[];
  /** All of them. */
  readonly affected: readonly string[];
}

/** `everything`: the digests cannot be trusted to show every change, so each stack of the head counts as changed. */
export function compareSides(base: Fingerprints, head: Fingerprints, everything = false): Affected {
  const names = [...new Set([...base.keys(), ...head.keys()])].sort();
  const changed = names.filter(
    (name) => base.has(name) && head.has(name) && (everything || base.get(name)?.digest !== head.get(name)?.digest),
  );
  const added = names.filter((name) => !base.has(name));
  const removed = names.filter((name) => !head.has(name));
  return { changed, added, removed, affected: [...changed, ...added, ...removed].sort() };
}

/**
 * When the base does not synthesize: everything of the head counts as changed. A file that is gone stands for the
 * environment that it is named after, so that no destroy is forgotten.
 */
export function withoutBase(baseFiles: readonly string[], head: Fingerprints, headFiles: readonly string[]): Affected {
  const changed = [...head.keys()].sort();
  const removed = baseFiles
    .filter((file) => !headFiles.includes(file))
    .map((file) => file.replace(/\.ts$/, ''))
    .filter((name) => !head.has(name))
    .sort();
  return { changed, added: [], removed, affected: [...changed, ...removed].sort() };
}

/** One job of a workflow's matrix. */
export interface MatrixEntry {
  readonly environment: string;
  readonly change: 'changed' | 'added' | 'removed';
}

/** It names no commit: what runs beside credentials is for the workflow's event to say, and not for a job that has run the code of environments. */
export function matrixOf({ changed, added, removed }: Affected): MatrixEntry[] {
  const entries = (names: readonly string[], change: MatrixEntry['change']) =>
    names.map((environment): MatrixEntry => ({ environment, change }));
  return [...entries(changed, 'changed'), ...entries(added, 'added'), ...entries(removed, 'removed')];
}

/** The order of deploys: production only when all others went well. What nobody knows counts as production. */
export interface Waves {
  readonly first: readonly MatrixEntry[];
  readonly production: readonly MatrixEntry[];
}

export function wavesOf(matrix: readonly MatrixEntry[], base: Fingerprints, head: Fingerprints): Waves {
  const isProduction = ({ environment }: MatrixEntry): boolean =>
    (head.get(environment) ?? base.get(environment))?.production ?? true;
  return { first: matrix.filter((entry) => !isProduction(entry)), production: matrix.filter(isProduction) };
}
