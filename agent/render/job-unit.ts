import { toCalendar } from '../../lib/calendar';
import type { DesiredService } from '../../contract/desired';
import { datastoreHosts, type MachineFacts, servicesNetwork, variablesOf } from './service-spec';
import { shellText } from '../../lib/text/shell';

/**
 * The systemd units of a cron service: a timer, and a service that cannot run twice at a time and remembers how it ended. Nothing that people write is in them:
 * what runs is a shell script, because systemd takes only some letters (systemd.exec(5), EnvironmentFile).
 */
export interface JobUnits {
  readonly name: string;
  readonly timer: string;
  readonly service: string;
  /** What the service runs, and the variables that it runs with, secrets among them: for files that only root can read. */
  readonly script: string;
  readonly environment: string;
}

/** Where a job's files lie. */
export interface JobFiles {
  readonly script: string;
  readonly environment: string;
}

export const unitOf = (name: string): string => `berth-job-${name}`;

export function jobUnits(
  name: string,
  job: DesiredService,
  image: string,
  secrets: Readonly<Record<string, string>>,
  machine: MachineFacts,
  files: JobFiles,
): JobUnits {
  const variables = Object.entries(variablesOf(job, secrets));
  const exported = variables.filter(([, value]) => !fitsLine(value));
  const run = [
    '/usr/bin/docker',
    'run',
    '--rm',
    '--init',
    '--name',
    unitOf(name),
    '--network',
    servicesNetwork,
    '--read-only',
    '--cap-drop',
    'ALL',
    ...(job.capabilities ?? []).flatMap((capability) => ['--cap-add', capability]),
    // what it says is the unit's output, and is in the journal already
    '--log-driver',
    'none',
    '--tmpfs',
    '/tmp',
    '--memory',
    `${job.memory}m`,
    ...(machine.cpuLimits ? ['--cpus', String(job.cpu / 1000)] : []),
    ...datastoreHosts(job, machine).flatMap(([host, address]) => ['--add-host', `${host}:${address}`]),
    // values come from a file and from the environment: nothing secret is on a command line
    '--env-file',
    files.environment,
    ...exported.flatMap(([variable]) => ['--env', variable]),
    image,
    ...(job.command ?? []),
  ];
  return {
    name: unitOf(name),
    timer: [
      '[Unit]',
      `Description=When ${name} runs`,
      '',
      '[Timer]',
      ...toCalendar(job.schedule!).map((line) => `OnCalendar=${line}`),
      'AccuracySec=1s',
      // one that was missed while the machine was off is made up for, once
      'Persistent=yes',
      '',
      '[Install]',
      'WantedBy=timers.target',
      '',
    ].join('\n'),
    service: [
      '[Unit]',
      `Description=Run ${name} once`,
      'Requires=docker.service',
      'After=docker.service berth-volume.service',
      '',
      '[Service]',
      'Type=oneshot',
      // left over from a machine that went down in the middle
      `ExecStartPre=-/usr/bin/docker rm --force ${unitOf(name)}`,
      `ExecStart=/bin/sh ${files.script}`,
      `ExecStop=-/usr/bin/docker stop --time ${job.stopGrace} ${unitOf(name)}`,
      `TimeoutStopSec=${job.stopGrace + 10}`,
      '',
    ].join('\n'),
    script: [
      '# Written by the agent.',
      ...exported.map(([variable, value]) => `export ${variable}=${shellText(value)}`),
      `exec ${run.map(shellText).join(' ')}`,
      '',
    ].join('\n'),
    environment: variables
      .filter(([, value]) => fitsLine(value))
      .map(([variable, value]) => `${variable}=${value}\n`)
      .join(''),
  };
}

/** Docker reads a file of variables line by line, each as it is, and none of more than 64 KiB (docs.docker.com/reference/cli/docker/container/run, --env-file). */
const fitsLine = (value: string): boolean => !/[\r\n]/.test(value) && Buffer.byteLength(value) < 60_000;
