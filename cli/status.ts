import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import Table from 'cli-table3';
import { Command } from 'commander';
import pc from 'picocolors';
import {
  type CertificateReport,
  readReport,
  type Report,
  reportKey,
  type ServiceReport,
  silence,
  type Space,
  waitingKey,
} from '../contract/report';
import { renderDesired } from '../templates/desired';
import { agentBundle } from '../templates/agent-bundle';
import type { Environment } from '../definition/resolve';
import { visibleAll, visibleJson } from '../lib/visible';
import { findEnvironment } from './project';
import { objectStore } from './object-store';
import { plainTable } from './table';

interface Options {
  readonly json?: boolean;
  readonly watch?: boolean;
}

export const statusCommand = (): Command =>
  new Command('status')
    .description("Show what an environment's machine reports, without SSH; exits with 1 when something is wrong")
    .argument('<env>', 'the environment')
    .option('--json', 'machine-readable output (JSON)')
    .option('--watch', 'again every five seconds, until Ctrl-C')
    .action(async (name: string, options: Options) => {
      const environment = findEnvironment(name);
      do {
        const [holder, waiting] = await Promise.all([reportKey, waitingKey].map((key) => read(environment, key)));
        const { report, follower } = whoSpeaks(holder, waiting, Date.now());
        const problems = judge(report, wanted(environment), Date.now());
        process.stdout.write(
          options.json
            ? `${visibleJson(JSON.stringify({ environment: name, problems, report, follower }, null, 2))}\n`
            : describe(name, visibleAll(report), visibleAll(follower), visibleAll(problems), Date.now()),
        );
        process.exitCode = problems.length === 0 ? 0 : 1;
        if (options.watch) await sleep(5_000);
      } while (options.watch);
    });

const age = ({ at }: Report, now: number): number => Math.round((now - Date.parse(at)) / 1000);

/**
 * Of the word of the machine that holds the volume, and of one that does not: which speaks for the environment, and whether
 * another machine is about to follow it.
 */
export function whoSpeaks(
  holder: Report | undefined,
  waiting: Report | undefined,
  now: number,
): { readonly report?: Report; readonly follower?: Report } {
  if (!holder || !waiting) return { report: holder ?? waiting };
  const newest = holder.at < waiting.at ? waiting : holder;
  // the same one that has lost its volume, or the next one after this one's end
  if (holder.machine.id === waiting.machine.id || age(holder, now) > silence) return { report: newest };
  return { report: holder, ...(age(waiting, now) > silence ? {} : { follower: waiting }) };
}

async function read({ names, platform }: Environment, key: string): Promise<Report | undefined> {
  const { exchangeBucket: bucket } = names;
  const { status, body, code } = await objectStore(platform.region).get(bucket, key);
  if (status === 404) return undefined;
  if (status !== 200) throw new Error(`${bucket}/${key}: ${status} ${code}: may this key read the bucket?`);
  const report = readReport(body.toString('utf8'));
  if (report === undefined)
    throw new Error(
      `${bucket}/${key} is not a report that this version can read: deploy, or check who else may write there`,
    );
  return report;
}

export interface Wanted {
  /** SHA-256 of the desired state that these files render to. */
  readonly desired: string;
  readonly agent: string;
}

const wanted = (environment: Environment): Wanted => ({
  desired: createHash('sha256').update(renderDesired(environment)).digest('hex'),
  agent: agentBundle().digest,
});

/** What is wrong, in words; nothing when the machine is healthy. */
export function judge(report: Report | undefined, { desired, agent }: Wanted, now: number): string[] {
  if (report === undefined) return ['no report yet: the machine has not booted to its end, or cannot reach its bucket'];
  const { machine } = report;
  return [
    ...(age(report, now) > silence
      ? [`silent for ${duration(age(report, now))}: the agent does not run, or cannot reach the bucket`]
      : []),
    ...(report.desired.problem ? [`could not pull: ${report.desired.problem}`] : []),
    ...(report.desired.digest !== undefined && report.desired.digest !== desired
      ? ['out of date: run `npx cdktf diff` to see what differs, then deploy']
      : []),
    ...(report.agent.digest !== agent ? ['agent is out of date: deploy to update it (takes up to a minute)'] : []),
    ...convergeProblems(report, desired),
    ...Object.entries(report.certificates ?? {}).flatMap(([name, certificate]) =>
      certificateProblems(name, certificate, now),
    ),
    ...Object.entries(report.services ?? {}).flatMap(([name, service]) => serviceProblems(name, service)),
    ...(machine.volume === undefined ? ['the data volume is not mounted: nothing that writes data runs'] : []),
    ...full('disk', machine.disk),
    ...(machine.volume ? full('volume', machine.volume) : []),
    ...(machine.swarm === 'active'
      ? []
      : [machine.swarm === undefined ? 'Docker Swarm is not initialized' : `Docker Swarm is ${machine.swarm}`]),
  ];
}

function convergeProblems({ converge }: Report, desired: string): readonly string[] {
  // an older machine's state is told above
  if (converge === undefined || converge.digest !== desired) return [];
  return converge.state === 'converged' ? [] : converge.problems;
}

function serviceProblems(name: string, { image, running, wanted, job }: ServiceReport): string[] {
  return [
    ...(image !== undefined && running !== undefined && running < wanted!
      ? [`${name}: ${running} of ${wanted} containers run and are healthy`]
      : []),
    ...(job !== undefined && job.next === undefined
      ? [
          `${name}: is not scheduled: its timer does not run, or its schedule names no day to come; npx berth logs tells what systemd says`,
        ]
      : []),
    ...(job?.exitCode ? [`${name}: its last run ended with ${job.exitCode}, at ${job.endedAt}`] : []),
  ];
}

/** The proxy renews a certificate a month before its end: with a week left, something has kept it from that. */
function certificateProblems(name: string, { until, problem }: CertificateReport, now: number): string[] {
  if (problem !== undefined) return [`${name}: ${problem}`];
  const days = until === undefined ? Infinity : Math.floor((Date.parse(until) - now) / 86_400_000);
  return days < 7
    ? [
        `${name}: its certificate ends in ${days} days, and has not been renewed: npx berth logs tells what the proxy says`,
      ]
    : [];
}

const full = (what: string, { total, free }: Space): string[] =>
  free < total / 10 ? [`the ${what} is ${Math.round(100 - (free / total) * 100)} % full`] : [];

function describe(
  name: string,
  report: Report | undefined,
  follower: Report | undefined,
  problems: readonly string[],
  now: number,
): string {
  const lines = [
    `${pc.bold(name)} ${problems.length === 0 ? pc.green('is healthy') : pc.red(`has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}`)}`,
  ];
  lines.push(...problems.map((problem) => `  ${pc.red('✗')} ${problem}`));
  if (report) {
    const { machine } = report;
    const rows: [string, string][] = [
      ['reported', `${duration(age(report, now))} ago, by ${report.hostname}, generation ${machine.generation}`],
      [
        'desired',
        `${report.desired.digest?.slice(0, 12) ?? 'none yet'}${report.converge ? `, ${report.converge.state}${report.converge.state === 'converging' ? '' : ` in ${report.converge.seconds} s`}` : ''}`,
      ],
      ['agent', `${report.agent.digest.slice(0, 12)}, since ${report.agent.startedAt}`],
      [
        'up',
        `${duration(machine.uptimeSeconds)}, load ${machine.load}${machine.rebootPending ? pc.yellow(', a restart is pending') : ''}`,
      ],
      ['memory', `${mib(machine.memory.available)} of ${mib(machine.memory.total)} available`],
      ['disk', space(machine.disk)],
      ['volume', machine.volume ? space(machine.volume) : 'not mounted'],
      ['docker', `${machine.docker ?? 'not there'}, swarm ${machine.swarm ?? 'not there'}`],
      ...(follower
        ? [
            [
              'follows',
              `generation ${follower.machine.generation}, ${follower.converge?.problems.join('; ') ?? 'booting'}`,
            ] satisfies [string, string],
          ]
        : []),
    ];
    lines.push(...rows.map(([title, text]) => `  ${title.padEnd(9)} ${text}`));
    const services = Object.entries(report.services ?? {});
    if (services.length > 0) {
      const table = new Table({ ...plainTable, head: ['  service', 'runs', 'revision', 'digest', ''] });
      for (const [service, state] of services)
        table.push([`  ${service}`, runs(state), state.revision ?? '', digest(state.image), attempt(state)]);
      lines.push(table.toString());
    }
  }
  return `${lines.join('\n')}\n`;
}

/** What became of the newest release, when it is not the one that runs: nothing is wrong with the machine for that. */
const attempt = ({ last }: ServiceReport): string =>
  last === undefined
    ? ''
    : last.state === 'rolling out'
      ? `${last.revision} is rolling out`
      : pc.yellow(`${last.revision}: ${last.state}`);

function runs({ image, running, wanted, job }: ServiceReport): string {
  if (image === undefined) return 'no release yet';
  if (running !== undefined) return `${running} of ${wanted}`;
  const next = job?.next ? `next ${job.next.slice(0, 16).replace('T', ' ')}` : 'not scheduled';
  return job?.endedAt ? `last run: ${job.last}, ${next}` : `not run yet, ${next}`;
}

const digest = (image: string | undefined): string => image?.slice(image.indexOf('sha256:') + 7).slice(0, 12) ?? '';
const mib = (n: number): string => `${n.toLocaleString('en-US')} MiB`;
const space = ({ total, free }: Space): string => `${mib(free)} of ${mib(total)} free`;

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}
