import * as z from 'zod';

/**
 * When something happens: five cron fields in UTC, or in the time of a place, named as cron does it: `CRON_TZ=Europe/Berlin 0 3 * * *`. There, a moment
 * that the change of clocks leaves out does not come that day, and one that comes twice is taken the first time (docs/machine.md).
 */
export const scheduleSchema = z
  .string()
  .regex(
    /^\s*(CRON_TZ=\S+\s+)?([^\s=]+\s+){4}[^\s=]+\s*$/,
    'five cron fields in UTC, like "0 3 * * *", or "CRON_TZ=Europe/Berlin 0 3 * * *"',
  );
