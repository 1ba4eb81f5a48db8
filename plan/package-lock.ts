interface Package {
  readonly version?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  /** A workspace: its sources are compared, not its package. */
  readonly link?: boolean;
}

/**
 * The packages of two `package-lock.json` that are not the same and may take part in a synth, by name: all but those for
 * development alone. Both sides are synthesized with the packages that are installed, so their JSON does not show it.
 */
export function changedPackages(base: string | undefined, head: string | undefined): string[] {
  const [before, after] = [runtimePackages(base), runtimePackages(head)];
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  return [
    ...new Set(
      paths
        .filter((path) => before.get(path) !== after.get(path))
        .map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)),
    ),
  ].sort();
}

function runtimePackages(text: string | undefined): ReadonlyMap<string, string> {
  if (text === undefined) return new Map();
  const { packages = {} } = JSON.parse(text) as { packages?: Readonly<Record<string, Package>> };
  return new Map(
    Object.entries(packages)
      .filter(([path, { dev, link }]) => path.includes('node_modules/') && !dev && !link)
      .map(([path, { version, integrity }]) => [path, `${version} ${integrity}`]),
  );
}
