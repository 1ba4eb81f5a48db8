import { isoTime, type LogLine } from '../../contract/log';
import type { Entry } from './journal';

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
