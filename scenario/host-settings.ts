import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where machines' roots, packages and images are kept between runs, for every checkout of this user. */
export const cacheFolder = (): string => join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'berth');

// the simulator's own settings, from this program's: whatever imports this file passes them on
process.env.SIMULATOR_CACHE = cacheFolder();
for (const name of ['BOOT', 'PACKAGES', 'DEBIAN_MIRROR']) {
  const value = process.env[`BERTH_${name}`];
  if (value !== undefined && value !== '') process.env[`SIMULATOR_${name}`] = value;
}
