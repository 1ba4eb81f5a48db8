import catalogue from '../../definition/data/droplet-sizes.json';
import { isOpen, regionSlugs } from './regions';

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

const KINDS: Record<string, string> = { s: 'Basic', c: 'CPU-Optimized', g: 'General Purpose', gd: 'General Purpose', m: 'Memory-Optimized' };

/** Billed by the hour up to 672 hours a month (28 days). */
const HOURS_A_MONTH = 672;

/** The same table that plans are priced with: a size that the program knows can be bought here. */
export const sizes: Size[] = catalogue.sizes.map(({ slug, memory, vcpus, disk, priceMonthly }) => ({
  slug, memory, vcpus, disk,
  // Roughly the vendor's: the table above does not carry it, and nothing depends on it.
  transfer: memory < 1024 ? 0.5 : Math.min(6, Math.ceil(priceMonthly / 8)),
  price_monthly: priceMonthly, price_hourly: Number((priceMonthly / HOURS_A_MONTH).toFixed(5)),
  regions: regionSlugs.filter(isOpen), available: true, description: KINDS[slug.split('-')[0]] ?? 'Basic',
}));

export const findSize = (slug: string): Size | undefined => sizes.find((size) => size.slug === slug);
