import catalogue from './data/droplet-sizes.json';

export interface DropletSize {
  readonly slug: string;
  readonly vcpus: number;
  /** MiB */
  readonly memory: number;
  /** GiB */
  readonly disk: number;
  /** USD */
  readonly priceMonthly: number;
}

/** Sizes and prices with the day and the place they were read from; `berth sizes --refresh` reads them again. */
export const sizeCatalogue: { readonly asOf: string; readonly source: string; readonly sizes: readonly DropletSize[] } =
  catalogue;

export const dropletSize = (slug: string): DropletSize | undefined =>
  sizeCatalogue.sizes.find((size) => size.slug === slug);

/** The cheapest size with at least this much memory (MiB). */
export const smallestSizeFor = (memory: number): DropletSize | undefined =>
  sizeCatalogue.sizes
    .filter((size) => size.memory >= memory)
    .reduce<DropletSize | undefined>(
      (best, size) => (best === undefined || size.priceMonthly < best.priceMonthly ? size : best),
      undefined,
    );
