import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
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

const table = z.object({
  sizes: z.array(
    z.object({ slug: z.string(), vcpus: z.number(), memory: z.number(), disk: z.number(), priceMonthly: z.number() }),
  ),
});

/** For a rehearsed cloud that is used without the program around it. */
const WITHOUT_TABLE = [
  { slug: 's-1vcpu-512mb-10gb', vcpus: 1, memory: 512, disk: 10, priceMonthly: 4 },
  { slug: 's-1vcpu-1gb', vcpus: 1, memory: 1024, disk: 25, priceMonthly: 6 },
  { slug: 's-1vcpu-2gb', vcpus: 1, memory: 2048, disk: 50, priceMonthly: 12 },
  { slug: 's-2vcpu-2gb', vcpus: 2, memory: 2048, disk: 60, priceMonthly: 18 },
  { slug: 's-2vcpu-4gb', vcpus: 2, memory: 4096, disk: 80, priceMonthly: 24 },
  { slug: 's-4vcpu-8gb', vcpus: 4, memory: 8192, disk: 160, priceMonthly: 48 },
  { slug: 's-8vcpu-16gb', vcpus: 8, memory: 16384, disk: 320, priceMonthly: 96 },
];

/** The vendor's price list as the program keeps it: it is data, read as data, so that what can be planned can be bought. */
const FILE = join(__dirname, '..', '..', 'definition', 'data', 'droplet-sizes.json');

const KINDS: Record<string, string> = {
  s: 'Basic',
  c: 'CPU-Optimized',
  g: 'General Purpose',
  gd: 'General Purpose',
  m: 'Memory-Optimized',
};

/** Billed by the hour up to 672 hours a month (28 days). */
const HOURS_A_MONTH = 672;

const known = existsSync(FILE) ? table.parse(JSON.parse(readFileSync(FILE, 'utf8'))).sizes : WITHOUT_TABLE;

export const sizes: Size[] = known.map(({ slug, memory, vcpus, disk, priceMonthly }) => ({
  slug,
  memory,
  vcpus,
  disk,
  // Roughly the vendor's: the table does not carry it, and nothing depends on it.
  transfer: memory < 1024 ? 0.5 : Math.min(6, Math.ceil(priceMonthly / 8)),
  price_monthly: priceMonthly,
  price_hourly: Number((priceMonthly / HOURS_A_MONTH).toFixed(5)),
  regions: regionSlugs.filter(isOpen),
  available: true,
  description: KINDS[slug.split('-')[0]] ?? 'Basic',
}));

export const findSize = (slug: string): Size | undefined => sizes.find((size) => size.slug === slug);
