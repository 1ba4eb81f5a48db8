import { isoTime, type LogLine } from '../../contract/log';
import type { Entry } from './journal';

/** In front of the names that Docker and systemd know a service by: `berth_api`, and for a cron service `berth-job-report`. */
const prefixes = /^(berth_|berth-job-)/;

export function lineOf({ seq, at, fields }: Entry): LogLine {
  const line = { priority: Number(fields.PRIORITY ?? 6), message: fields.MESSAGE ?? '', seq };
  return { time: isoTime(at), ...speakerOf(fields), ...line };
}

/** Which service, and of it which container, task or unit, has logged an entry. */
function speakerOf(fields: Entry['fields']): Pick<LogLine, 'service' | 'container' | 'task' | 'unit'> {
  const { CONTAINER_ID: container, CONTAINER_NAME: name = '', COM_DOCKER_SWARM_SERVICE_NAME: swarmService } = fields;
  if (container !== undefined) {
    const service = (swarmService ?? name).replace(prefixes, '');
    const task = swarmService === undefined ? undefined : name.split('.')[2];
    return { service, container, ...(task && { task }) };
  }
  if (fields._TRANSPORT === 'kernel') return { service: 'kernel' };
  // what init says about a unit belongs to the unit
  const unit = (fields._PID === '1' ? fields.UNIT : undefined) ?? fields._SYSTEMD_UNIT;
  const service = unit?.endsWith('.service')
    ? unit.replace(prefixes, '').replace(/(@.*)?\.service$/, '')
    : (fields.SYSLOG_IDENTIFIER ?? fields._COMM ?? unit ?? 'unknown');
  return { service, ...(unit && { unit }) };
}
