/**
 * Loaded into every Node process of a measured command (NODE_OPTIONS=--require): tells the most memory it ever held.
 * VmHWM and not getrusage's ru_maxrss: Linux counts into that what the parent held before exec.
 */
const { appendFileSync, readFileSync } = require('node:fs');

process.on('exit', () => {
  const file = process.env.BERTH_PEAK_MEMORY_FILE;
  if (file === undefined) return;
  const kib =
    process.platform === 'linux'
      ? Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])
      : process.resourceUsage().maxRSS;
  appendFileSync(file, `${kib}\n`);
});
