import type { BootedProduct, Load } from '../__tests__/machines/product';
import { buildLoad } from '../rehearsal/registry';

/** How hard is asked. */
export interface Pressure {
  /** Each is kept for as long as the other side does. */
  readonly connections: number;
  /** Requests a second, of all connections together. */
  readonly rate: number;
}

/** What was counted, and how many connections it took: more than were asked for when some were closed. */
export type CountedLoad = Load & { readonly connections: number };

/** Any version of the stand-in service that works, and nothing else, not even half of it. */
const body = ' (v[0-9]+|slow)\\n$';

/** Puts load on an address, as a visitor would, until `work` has ended. Every body is looked at. */
export async function loadWhile<T>(product: BootedProduct, url: string, { connections, rate }: Pressure, work: () => Promise<T>): Promise<{ load: CountedLoad; result: T }> {
  const program = await buildLoad();
  const ended = new AbortController();
  const running = product.outside(
    [program, '--url', url, '--connections', String(connections), '--rate', String(rate), '--seconds', '3600', '--expect', body, '--json'],
    { signal: ended.signal },
  );
  let result: T;
  try {
    result = await work();
  } finally {
    ended.abort();
  }
  const { stdout, output } = await running;
  try {
    return { load: JSON.parse(stdout) as CountedLoad, result };
  } catch {
    throw new Error(`the load generator counted nothing at ${url}; it says: ${output.trim()}`);
  }
}

export const failuresOf = ({ failed }: Pick<Load, 'failed'>): number => failed.socket + failed.status + failed.body;
