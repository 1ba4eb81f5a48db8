import { join } from 'node:path';
import { type JobFiles, type JobUnits, unitOf } from '../render/job-unit';
import { type Host, must } from '../host';
import { isApplied, markApplied } from '../applied-config';

const units = '/etc/systemd/system';

export const jobFiles = (folder: string, name: string): JobFiles => ({
  script: join(folder, 'jobs', `${name}.sh`),
  environment: join(folder, 'jobs', `${name}.env`),
});

/**
 * Brings the timers of cron services to what is wanted; a run that is underway ends as it began. `untouched` ones stay as they are. What could not be brought there is
 * given back with the reason, and holds up no other.
 */
export async function convergeJobs(
  machine: Host,
  folder: string,
  jobs: Readonly<Record<string, JobUnits>>,
  untouched: readonly string[] = [],
): Promise<Record<string, string>> {
  for (const [name, { timer, service, script, environment }] of Object.entries(jobs)) {
    const files = jobFiles(folder, name);
    machine.write(files.environment, environment, 0o600);
    machine.write(files.script, script, 0o600);
    machine.write(join(units, `${unitOf(name)}.service`), service);
    machine.write(join(units, `${unitOf(name)}.timer`), timer);
  }
  const applied = join(folder, 'jobs', 'units.taken');
  const texts = JSON.stringify(Object.entries(jobs).map(([name, { timer, service }]) => [name, timer, service]));
  const changed = !isApplied(machine, applied, texts);
  const gone = timers(machine).filter((name) => !Object.hasOwn(jobs, name) && !untouched.includes(name));
  for (const name of gone) {
    await machine.run('systemctl', ['disable', '--now', `${unitOf(name)}.timer`]);
    for (const file of [
      join(units, `${unitOf(name)}.service`),
      join(units, `${unitOf(name)}.timer`),
      ...Object.values(jobFiles(folder, name)),
    ])
      machine.remove(file);
  }
  if (changed || gone.length > 0) await must(machine, 'systemctl', ['daemon-reload']);
  const stuck: Record<string, string> = {};
  for (const name of Object.keys(jobs)) {
    const timer = `${unitOf(name)}.timer`;
    try {
      if ((await machine.run('systemctl', ['is-active', '--quiet', timer])).code !== 0)
        await must(machine, 'systemctl', ['enable', '--now', timer]);
      else if (changed) await must(machine, 'systemctl', ['restart', timer]);
    } catch (error) {
      stuck[name] = (error as Error).message;
    }
  }
  if (Object.keys(stuck).length === 0) markApplied(machine, applied, texts);
  return stuck;
}

/** The jobs that this machine has. */
export const timers = (machine: Pick<Host, 'list'>): string[] =>
  machine.list(units).flatMap((file) => /^berth-job-(.+)\.timer$/.exec(file)?.[1] ?? []);

export interface JobReport {
  /** `success`, `exit-code`, `timeout` … as systemd says; nothing before the first run. */
  readonly last?: string;
  readonly exitCode?: number;
  readonly endedAt?: string;
  readonly next?: string;
}

/** How a job's last run ended, and when it runs next. */
export async function jobReport(machine: Pick<Host, 'run'>, name: string): Promise<JobReport> {
  const show = async (unit: string, properties: string): Promise<Record<string, string>> => {
    const { stdout } = await machine.run('systemctl', ['show', unit, `--property=${properties}`, '--timestamp=unix']);
    return Object.fromEntries(
      stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
  };
  const [service, timer] = await Promise.all([
    show(`${unitOf(name)}.service`, 'Result,ExecMainStatus,ExecMainExitTimestamp'),
    show(`${unitOf(name)}.timer`, 'NextElapseUSecRealtime'),
  ]);
  // a time by the clock is written out, whatever is asked for: Sun 2026-11-22 03:00:00 UTC
  const time = (stamp: string | undefined): string | undefined => {
    const date = stamp?.startsWith('@')
      ? new Date(Number(stamp.slice(1)) * 1000)
      : new Date(stamp?.replace(/^\w+ (\S+) (\S+) UTC$/, '$1T$2Z') ?? '');
    return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
  };
  const endedAt = time(service.ExecMainExitTimestamp);
  return {
    ...(endedAt === undefined ? {} : { last: service.Result, exitCode: Number(service.ExecMainStatus), endedAt }),
    next: time(timer.NextElapseUSecRealtime),
  };
}
