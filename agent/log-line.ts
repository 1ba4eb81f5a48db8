import * as z from 'zod';
import type { Entry } from './journal';

/** One line of the logs, as it is kept in the exchange bucket. */
export const logLineSchema = z.object({
  /** UTC, ISO 8601 with microseconds. */
  time: z.string(),
  /** A service of the product, or what else speaks on a machine: `docker`, `redis-server`, `kernel`. */
  service: z.string(),
  container: z.string().optional(),
  /** The swarm's task. */
  task: z.string().optional(),
  /** What systemd calls it, unless it is a container. */
  unit: z.string().optional(),
  /** As syslog counts: 0 is the worst, 3 an error, 7 the least. What a container writes to standard error has 3. */
  priority: z.number(),
  message: z.string(),
  /** The journal's own number of it. */
  seq: z.number().optional(),
  /** How many lines are missing before this one, when the line says just that. */
  lost: z.number().optional(),
});
export type LogLine = Readonly<z.infer<typeof logLineSchema>>;

/** In front of the names that Docker and systemd know a service by: `berth_api`, and for a cron service `berth-job-report`. */
const prefixes = /^(berth_|berth-job-)/;

export function lineOf({ seq, at, fields }: Entry): LogLine {
  const { CONTAINER_ID: container, CONTAINER_NAME: name = '', COM_DOCKER_SWARM_SERVICE_NAME: swarmService } = fields;
  const line = { priority: Number(fields.PRIORITY ?? 6), message: fields.MESSAGE ?? '', seq };
  const time = isoTime(at);
  if (container !== undefined) {
    const service = (swarmService ?? name).replace(prefixes, '');
    const task = swarmService === undefined ? undefined : name.split('.')[2];
    return { time, service, container, ...(task && { task }), ...line };
  }
  if (fields._TRANSPORT === 'kernel') return { time, service: 'kernel', ...line };
  // what init says about a unit belongs to the unit
  const unit = (fields._PID === '1' ? fields.UNIT : undefined) ?? fields._SYSTEMD_UNIT;
  const service = unit?.endsWith('.service')
    ? unit.replace(prefixes, '').replace(/(@.*)?\.service$/, '')
    : (fields.SYSLOG_IDENTIFIER ?? fields._COMM ?? unit ?? 'unknown');
  return { time, service, ...(unit && { unit }), ...line };
}

/** Microseconds since 1970, in words that sort as they count. */
export const isoTime = (at: number): string =>
  `${new Date(Math.floor(at / 1000)).toISOString().slice(0, -1)}${String(at % 1000).padStart(3, '0')}Z`;
