import catalogue from './time-zones.json';

/** Names of the IANA database that a machine knows. Capitals count: systemd opens a file of that name (systemd.time(7)). */
const zones: ReadonlySet<string> = new Set(catalogue.zones);

export const isZone = (zone: string): boolean => zones.has(zone);

/** The name on a machine of a zone that is written with other capitals, or with a former name (`US/Eastern`); undefined for what is no zone. */
export function presentName(zone: string): string | undefined {
  const sameLetters = catalogue.zones.find((name) => name.toLowerCase() === zone.toLowerCase());
  if (sameLetters !== undefined) return sameLetters;
  const meant = canonical(zone);
  return meant === undefined ? undefined : catalogue.zones.find((name) => canonical(name) === meant);
}

function canonical(zone: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
