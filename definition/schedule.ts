import { z } from 'zod';

/**
 * When something happens: five cron fields in UTC, or in the time of a place, named as cron does it: `CRON_TZ=Europe/Berlin 0 3 * * *`. There, a moment
 * that the change of clocks leaves out does not come that day, and one that comes twice is taken the first time (docs/machine.md).
 */
export const scheduleSchema = z.string().regex(/^\s*(CRON_TZ=\S+\s+)?([^\s=]+\s+){4}[^\s=]+\s*$/, 'five cron fields in UTC, like "0 3 * * *", or "CRON_TZ=Europe/Berlin 0 3 * * *"');

/** Names of the IANA database that this Node knows. Capitals count: systemd opens a file of that name (systemd.time(7)). */
export function isZone(zone: string): boolean {
  if (!/^[A-Z][A-Za-z0-9_+-]*(\/[A-Z][A-Za-z0-9_+-]*)*$/.test(zone)) return false;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions();
    // an old name is answered with the new one, whose capitals say nothing
    return timeZone === zone || timeZone.toLowerCase() !== zone.toLowerCase();
  } catch {
    return false;
  }
}
