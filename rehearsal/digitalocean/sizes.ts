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

/** slug, memory, vcpus, disk, transfer, dollars a month. The vendor's list has some 170: these are the ones small products take. */
const TABLE: [string, number, number, number, number, number][] = [
  ['s-1vcpu-512mb-10gb', 512, 1, 10, 0.5, 4],
  ['s-1vcpu-1gb', 1024, 1, 25, 1, 6],
  ['s-1vcpu-1gb-amd', 1024, 1, 25, 1, 7],
  ['s-1vcpu-1gb-intel', 1024, 1, 25, 1, 7],
  ['s-1vcpu-2gb', 2048, 1, 50, 2, 12],
  ['s-1vcpu-2gb-amd', 2048, 1, 50, 2, 14],
  ['s-1vcpu-2gb-intel', 2048, 1, 50, 2, 14],
  ['s-2vcpu-2gb', 2048, 2, 60, 3, 18],
  ['s-2vcpu-2gb-amd', 2048, 2, 60, 3, 21],
  ['s-2vcpu-2gb-intel', 2048, 2, 60, 3, 21],
  ['s-2vcpu-4gb', 4096, 2, 80, 4, 24],
  ['s-2vcpu-4gb-amd', 4096, 2, 80, 4, 28],
  ['s-2vcpu-4gb-intel', 4096, 2, 80, 4, 28],
  ['c-2', 4096, 2, 25, 4, 42],
  ['s-4vcpu-8gb', 8192, 4, 160, 5, 48],
  ['s-4vcpu-8gb-amd', 8192, 4, 160, 5, 56],
  ['s-4vcpu-8gb-intel', 8192, 4, 160, 5, 56],
  ['g-2vcpu-8gb', 8192, 2, 25, 4, 63],
  ['gd-2vcpu-8gb', 8192, 2, 50, 4, 68],
  ['c-4', 8192, 4, 50, 5, 84],
  ['m-2vcpu-16gb', 16384, 2, 50, 4, 84],
  ['s-8vcpu-16gb', 16384, 8, 320, 6, 96],
  ['s-8vcpu-16gb-amd', 16384, 8, 320, 6, 112],
  ['s-8vcpu-16gb-intel', 16384, 8, 320, 6, 112],
  ['g-4vcpu-16gb', 16384, 4, 50, 5, 126],
  ['c-8', 16384, 8, 100, 6, 168],
  ['m-4vcpu-32gb', 32768, 4, 100, 6, 168],
];

const KINDS: Record<string, string> = { s: 'Basic', c: 'CPU-Optimized', g: 'General Purpose', gd: 'General Purpose', m: 'Memory-Optimized' };

/** Billed by the hour up to 672 hours a month (28 days). */
const HOURS_A_MONTH = 672;

export const sizes: Size[] = TABLE.map(([slug, memory, vcpus, disk, transfer, price]) => ({
  slug, memory, vcpus, disk, transfer,
  price_monthly: price, price_hourly: Number((price / HOURS_A_MONTH).toFixed(5)),
  regions: regionSlugs.filter(isOpen),
  available: true, description: KINDS[slug.split('-')[0]],
}));

export const findSize = (slug: string): Size | undefined => sizes.find((size) => size.slug === slug);
