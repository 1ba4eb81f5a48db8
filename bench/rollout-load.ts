import type { BootedProduct, Load } from './booted-product';

/** How hard is asked. */
export interface Pressure {
  /** Each is kept for as long as the other side does. */
  readonly connections: number;
  /** Requests a second, of all connections together. */
  readonly rate: number;
}

/** Any version of the stand-in service that works, and nothing else, not even half of it. */
const body = ' (v[0-9]+|slow)\\n$';

/** Puts load on an address, as a visitor would, until `work` has ended. Every body is looked at. */
export const loadWhile = <T>(
  product: BootedProduct,
  url: string,
  pressure: Pressure,
  work: () => Promise<T>,
): Promise<{ load: Load; result: T }> => product.underLoad(work, { url, ...pressure, expect: body });

export const failuresOf = ({ failed }: Pick<Load, 'failed'>): number => failed.socket + failed.status + failed.body;
