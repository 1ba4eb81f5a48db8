import type { Environment } from '../../definition/resolve';

/** What a laptop runs: a product without anything that belongs to an environment. */
export type Product = Pick<Environment, 'product' | 'services' | 'datastores'>;
