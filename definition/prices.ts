import catalogue from './data/other-prices.json';
import { dropletSize, sizeCatalogue } from './sizes';

/** From which day the prices are, and where they were read: droplets apart from everything else. */
export const priceDates = {
  droplets: { asOf: sizeCatalogue.asOf, source: sizeCatalogue.source },
  others: { asOf: catalogue.asOf, source: catalogue.source },
} as const;

export type BackupPlan = 'off' | 'weekly' | 'daily';

/** USD a month; nothing for a size that is not in the list. DigitalOcean's backups cost a share of the droplet's price. */
export function dropletPrice(size: string, backups: BackupPlan): number | undefined {
  const price = dropletSize(size)?.priceMonthly;
  return price === undefined ? undefined : price * (1 + (backups === 'off' ? 0 : catalogue.backups[backups]));
}

/** USD a month for a volume of this many GiB. */
export const volumePrice = (gib: number): number => gib * catalogue.volumePerGiB.price;

/** USD a month for one node of a managed database; nothing for a size that is not in the list. */
export const databaseNodePrice = (engine: string, size: string): number | undefined =>
  (catalogue.databaseNodes as unknown as Record<string, Record<string, number> | undefined>)[engine]?.[size];

/** USD a month for an address that no machine has; one that has a machine costs nothing. */
export const unassignedAddressPrice: number = catalogue.reservedIp.unassigned;

/** USD a month, once for the account, whatever the number of buckets. */
export const spacesSubscription: number = catalogue.spaces.subscription;
