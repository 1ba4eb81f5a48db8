import priceList from '../data/droplet-sizes.json';

export interface Size {
  slug: string;
  /** MiB */
  memory: number;
  vcpus: number;
  /** GiB */
  disk: number;
  /** TiB a month */
  transfer: number;
  price_monthly: number;
  price_hourly: number;
  regions: string[];
  available: boolean;
  description: string;
}

/** A size as price lists and seeds give it. */
export interface PricedSize {
  readonly slug: string;
  readonly vcpus: number;
  /** MiB */
  readonly memory: number;
  /** GiB */
  readonly disk: number;
  /** USD */
  readonly priceMonthly: number;
}

const KINDS: Record<string, string> = {
  s: 'Basic',
  c: 'CPU-Optimized',
  g: 'General Purpose',
  gd: 'General Purpose',
  m: 'Memory-Optimized',
};

/** Billed by the hour up to 672 hours a month (28 days). */
const HOURS_A_MONTH = 672;

const describeSize = ({ slug, memory, vcpus, disk, priceMonthly }: PricedSize, regions: readonly string[]): Size => ({
  slug,
  memory,
  vcpus,
  disk,
  // Roughly the vendor's: the price list does not carry it, and nothing depends on it.
  transfer: memory < 1024 ? 0.5 : Math.min(6, Math.ceil(priceMonthly / 8)),
  price_monthly: priceMonthly,
  price_hourly: Number((priceMonthly / HOURS_A_MONTH).toFixed(5)),
  regions: [...regions],
  available: true,
  description: KINDS[slug.split('-')[0]!] ?? 'Basic',
});

/** The sizes of one simulated account: the vendor's price list (data/droplet-sizes.json), and what its seed adds or overrides. */
export class Sizes {
  private readonly bySlug: ReadonlyMap<string, Size>;

  constructor(regions: readonly string[], added: readonly PricedSize[] = []) {
    this.bySlug = new Map([...priceList.sizes, ...added].map((size) => [size.slug, describeSize(size, regions)]));
  }

  get all(): Size[] {
    return [...this.bySlug.values()];
  }

  find(slug: string): Size | undefined {
    return this.bySlug.get(slug);
  }
}
