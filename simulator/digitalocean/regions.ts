import { unprocessable } from './api-error';

export const regionNames = {
  ams2: 'Amsterdam 2',
  ams3: 'Amsterdam 3',
  blr1: 'Bangalore 1',
  fra1: 'Frankfurt 1',
  lon1: 'London 1',
  nyc1: 'New York 1',
  nyc2: 'New York 2',
  nyc3: 'New York 3',
  sfo1: 'San Francisco 1',
  sfo2: 'San Francisco 2',
  sfo3: 'San Francisco 3',
  sgp1: 'Singapore 1',
  syd1: 'Sydney 1',
  tor1: 'Toronto 1',
} as const;

export type RegionSlug = keyof typeof regionNames;

/** Full data centers: old machines stay, new ones are refused. */
const CLOSED: readonly string[] = ['ams2', 'nyc2', 'sfo1'];

export const isRegion = (slug: string): slug is RegionSlug => Object.hasOwn(regionNames, slug);
export const isOpen = (slug: string) => isRegion(slug) && !CLOSED.includes(slug);
export const regionSlugs = Object.keys(regionNames) as RegionSlug[];

/** The slug as the API keeps it. Slugs in upper case are refused: providers lower them before they send. */
export function openRegion(slug: string, message: string): RegionSlug {
  if (!isRegion(slug) || !isOpen(slug)) throw unprocessable(message);
  return slug;
}
