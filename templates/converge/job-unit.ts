import { toCalendar } from '../../definition/calendar';
import type { DesiredService } from './desired';
import { datastoreHosts, type MachineFacts, servicesNetwork, variablesOf } from './service-spec';

/** The systemd units of a cron service: a timer, and a service that cannot run twice at a time and remembers how it ended. */
export interface JobUnits {
  readonly name: string;
  readonly timer: string;
  readonly service: string;
  /** Its variables, secrets among them: for a file that only root can read. */
  readonly environment: string;
}

export const unitOf = (name: string): string => `berth-job-${name}`;

export function jobUnits(name: string, job: DesiredService, image: string, secrets: Readonly<Record<string, string>>, machine: MachineFacts, environmentFile: string): JobUnits {
  const variables = variablesOf(job, secrets);
  const run = [
    '/usr/bin/docker', 'run', '--rm', '--init', '--name', unitOf(name), '--network', servicesNetwork, '--read-only',
    '--cap-drop', 'ALL', ...(job.capabilities ?? []).flatMap((capability) => ['--cap-add', capability]),
    // what it says is the unit's output, and is in the journal already
    '--log-driver', 'none', '--tmpfs', '/tmp',
    '--memory', `${job.memory}m`, ...(machine.cpuLimits ? ['--cpus', String(job.cpu / 1000)] : []),
    ...datastoreHosts(job, machine).flatMap(([host, address]) => ['--add-host', `${host}:${address}`]),
    // values come from the unit's environment: nothing secret is on a command line
    ...Object.keys(variables).flatMap((variable) => ['--env', variable]),
    image, ...(job.command ?? []),
  ];
  return {
    name: unitOf(name),
    timer: [
      '[Unit]', `Description=When ${name} runs`, '',
      '[Timer]', ...toCalendar(job.schedule!).map((line) => `OnCalendar=${line}`), 'AccuracySec=1s',
      // one that was missed while the machine was off is made up for, once
      'Persistent=yes', '',
      '[Install]', 'WantedBy=timers.target', '',
    ].join('\n'),
    service: [
      '[Unit]', `Description=Run ${name} once`, 'Requires=docker.service', 'After=docker.service berth-volume.service', '',
      '[Service]', 'Type=oneshot', `EnvironmentFile=${environmentFile}`,
      // left over from a machine that went down in the middle
      `ExecStartPre=-/usr/bin/docker rm --force ${unitOf(name)}`,
      `ExecStart=${run.map(quoted).join(' ')}`,
      `ExecStop=-/usr/bin/docker stop --time ${job.stopGrace} ${unitOf(name)}`, `TimeoutStopSec=${job.stopGrace + 10}`, '',
    ].join('\n'),
    environment: Object.entries(variables).map(([variable, value]) => `${variable}=${inEnvironmentFile(value)}\n`).join(''),
  };
}

/** systemd.service(5): quotes, and signs that it would replace. */
const quoted = (argument: string): string =>
  (/^[\w@%+=:,./-]+$/.test(argument) && !argument.includes('%') ? argument : `"${argument.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`);

/** systemd.exec(5), EnvironmentFile: inside double quotes a backslash protects \ " $ and `. */
const inEnvironmentFile = (value: string): string => `"${value.replace(/[\\"$`]/g, '\\$&')}"`;
