export interface DatabaseSize {
  readonly vcpus: number;
  /** GB */
  readonly memory: number;
}

/** What the name of a managed database's size says of it (`db-s-2vcpu-4gb`). */
export function databaseSize(slug: string): DatabaseSize | undefined {
  const found = /-(\d+)vcpu-(\d+)gb(-|$)/.exec(slug);
  return found === null ? undefined : { vcpus: Number(found[1]), memory: Number(found[2]) };
}

/** Backend connections of each service's pool. */
export const poolSize = 4;

/**
 * Connections that all pools of a managed Postgres share: 25 for each GB of memory, without three that DigitalOcean keeps
 * (docs.digitalocean.com/products/databases/postgresql/how-to/manage-connection-pools).
 */
export const poolConnections = ({ memory }: DatabaseSize): number => 25 * memory - 3;
