import { gzipSync } from 'node:zlib';
import { isoTime, logKey, type LogLine } from '../../contract/log';
import type { Spaces } from '../../simulator/spaces';

/** A line as the machine keeps it; what a test does not care about has a value of no meaning. */
export const kept = (time: string, service: string, message: string, more: Partial<LogLine> = {}): LogLine => ({
  time: isoTime(Date.parse(time) * 1000),
  service,
  priority: 6,
  message,
  seq: 1,
  ...more,
});

/** Puts lines into a bucket as one batch of a machine. Gives the key. */
export async function keep(
  spaces: Spaces,
  bucket: string,
  lines: readonly LogLine[],
  journal = 'a'.repeat(32),
): Promise<string> {
  const key = logKey({ at: Date.parse(lines[0]!.time) * 1000, journal, seq: lines[0]!.seq ?? 0 });
  await spaces.put(bucket, key, gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join('')));
  return key;
}
