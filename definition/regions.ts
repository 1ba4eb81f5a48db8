/**
 * Regions that have Spaces, in the order of the provider's own list (terraform-provider-digitalocean v2.71.0,
 * digitalocean/spaces/spaces_entities.go). A machine and its buckets always share a region.
 */
export const spacesRegions = [
  'ams3',
  'atl1',
  'blr1',
  'fra1',
  'lon1',
  'nyc3',
  'sfo2',
  'sfo3',
  'sgp1',
  'syd1',
  'tor1',
] as const;
export type Region = (typeof spacesRegions)[number];
