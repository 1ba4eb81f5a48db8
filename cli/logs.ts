import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import pc from 'picocolors';
import { didYouMean } from '../definition/problem';
import type { Environment } from '../definition/resolve';
import { visibleJson, visibleLine } from '../lib/visible';
import { type Found, KeptLogs, type Wanted } from './kept-logs';
import { readTime, type Span, spanOf, timeHelp } from './log-span';
import { logText } from './log-text';
import { findEnvironment } from './project';
import { objectStore } from './object-store';

interface Options {
  readonly since?: number;
  readonly until?: number;
  readonly follow?: boolean;
  readonly errors?: boolean;
  readonly grep?: string;
  readonly json?: boolean;
}

export const logsCommand = (): Command =>
  new Command('logs')
    .description("Show what an environment's services and its machine have logged, without SSH")
    .argument('<env>', 'the environment')
    .argument('[service]', 'a service, a datastore, or anything else on the machine that logs: docker, ssh, kernel')
    .addOption(new Option('--since <time>', `${timeHelp}; left out: 1h, with --follow 5m`).argParser(time))
    .addOption(new Option('--until <time>', 'the same; left out: now').argParser(time))
    .addOption(new Option('--follow', 'go on with what comes, until Ctrl-C').conflicts('until'))
    .option('--errors', 'only what tells of an error: by its level, or where it says none, by its priority')
    .option('--grep <text>', 'only messages that hold this text')
    .option('--json', 'machine-readable output (JSON): lines as they are stored')
    .action(showLogs);

/** How often `--follow` looks, in milliseconds; the machine ships every ten seconds. */
const glance = 2_000;
const hour = 3_600_000;
/** Later than every line: what is followed has no end. */
const forEver = '9';

async function showLogs(
  name: string,
  service: string | undefined,
  { since, until, follow, json, ...filter }: Options,
): Promise<void> {
  const environment = findEnvironment(name);
  const { names, platform } = environment;
  const logs = new KeptLogs(objectStore(platform.region), names.exchangeBucket);
  const now = Date.now();
  const span = spanOf(since ?? now - (follow ? hour / 12 : hour), until ?? now);
  if (span.since > span.until) throw new Error(`--since ${span.since} is later than --until ${span.until}: swap them`);
  await expectSome(logs, environment, follow ?? false);
  const wanted: Wanted = {
    ...span,
    ...(follow && { until: forEver }),
    ...filter,
    service: service && (await spokenName(logs, environment, service, span)),
  };
  const print = printer(environment, span, json ?? false);

  const read = new Set<string>();
  let lines = 0;
  for await (const keys of logs.keys(span)) {
    const found = await logs.read(keys, wanted);
    print(found);
    lines += found.length;
    keys.forEach((key) => read.add(key));
  }
  if (follow) return followLogs(logs, wanted, read, print);
  if (lines === 0)
    note(`${name}: nothing${describe(wanted)} between ${span.since.slice(0, 19)} and ${span.until.slice(0, 19)} UTC`);
}

/** What has come since, again and again. What is late, because the machine could not reach the bucket, comes when it comes. */
async function followLogs(
  logs: KeptLogs,
  wanted: Wanted,
  read: Set<string>,
  print: (found: readonly Found[]) => void,
): Promise<void> {
  let said = '';
  for (;;) {
    await sleep(glance);
    const now = Date.now();
    // a machine's clock may be a little ahead of ours
    const span = spanOf(Math.max(Date.parse(wanted.since), now - hour), now + hour / 60);
    try {
      for await (const keys of logs.keys(span)) {
        const fresh = keys.filter((key) => !read.has(key));
        print(await logs.read(fresh, wanted));
        fresh.forEach((key) => read.add(key));
      }
      said = '';
    } catch (error) {
      const { message } = error as Error;
      if (message !== said) note(message);
      said = message;
    }
  }
}

async function expectSome(logs: KeptLogs, { name, names }: Environment, follow: boolean): Promise<void> {
  const any = await logs.any();
  if (any) return;
  if (any === undefined)
    throw new Error(`${name} has no bucket ${names.exchangeBucket}: deploy it first (npx cdktf deploy ${name})`);
  const why = `${name} has no logs yet: its machine has not booted to its end, or cannot reach its bucket; npx berth status ${name} tells more`;
  if (!follow) throw new Error(why);
  note(why);
}

/** Datastores log under the names of their units. */
const units: Record<string, string> = { postgres: 'postgresql', redis: 'redis-server' };

/** The name that lines go by: a service of the environment, or whoever else has logged in this span. */
async function spokenName(
  logs: KeptLogs,
  { name, services, datastores }: Environment,
  given: string,
  span: Span,
): Promise<string> {
  const own = services.map((service) => service.name);
  if (own.includes(given)) return given;
  if (datastores.some((datastore) => datastore.name === given)) return units[given] ?? given;
  const others = (await logs.services(span)).filter((other) => !own.includes(other));
  if (others.includes(given)) return given;
  const lines = [
    `${name} has no service "${given}"${didYouMean(given, [...own, ...others])}`,
    `  services: ${own.join(', ')}`,
  ];
  if (others.length > 0) lines.push(`  on its machine: ${others.join(', ')}`);
  throw new Error(lines.join('\n'));
}

function printer({ services }: Environment, span: Span, json: boolean): (found: readonly Found[]) => void {
  const options = {
    colour: process.stdout.isTTY && pc.isColorSupported,
    width: Math.max(12, ...services.map(({ name }) => name.length)),
    date: span.since.slice(0, 10) !== span.until.slice(0, 10),
  };
  return (found) => {
    for (let from = 0; from < found.length; from += 1000) {
      process.stdout.write(
        found
          .slice(from, from + 1000)
          .map(({ line, text }) => `${json ? visibleJson(text) : logText(line, options)}\n`)
          .join(''),
      );
    }
  };
}

const describe = ({ service, errors, grep }: Wanted): string =>
  [
    service === undefined ? '' : ` from ${service}`,
    errors ? ' that tells of an error' : '',
    grep === undefined ? '' : ` with ${JSON.stringify(grep)}`,
  ].join('');

function time(given: string): number {
  const read = readTime(given, Date.now());
  if (read === undefined) throw new InvalidArgumentError(`Write ${timeHelp}.`);
  return read;
}

const note = (line: string): void => void process.stderr.write(`${pc.dim(visibleLine(line))}\n`);
