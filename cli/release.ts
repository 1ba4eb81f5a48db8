import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import Table from 'cli-table3';
import { Command } from 'commander';
import pc from 'picocolors';
import {
  type Ledger,
  ledgerKey,
  newRevision,
  readLedger,
  type ReleaseRequest,
  requestKey,
  type Revision,
  whyNotImage,
} from '../contract/release';
import type { ObjectStore } from '../lib/object-store';
import { poll } from '../lib/poll';
import { didYouMean } from '../definition/problem';
import type { Environment } from '../definition/resolve';
import type { Service } from '../definition/service';
import { visibleJson, visibleLine } from '../lib/visible';
import { objectStore } from './object-store';
import { findEnvironment } from './project';
import { plainTable } from './table';

interface ReleaseOptions {
  readonly wait: boolean;
  readonly json?: boolean;
}

export const releaseCommand = (): Command =>
  new Command('release')
    .description(
      'Roll out an image of a service, and wait until it is healthy or rolled back; without an image, list revisions',
    )
    .argument('<env>', 'the environment')
    .argument('[service]', 'the service')
    .argument('[image]', "REPOSITORY@sha256:…, of the repository that the environment's file declares")
    .option('--no-wait', 'return immediately instead of waiting for the rollout')
    .option('--json', 'machine-readable output (JSON)')
    .addHelpText(
      'after',
      '\nEnds with 0 when the new revision is healthy, and with 1 when it was rolled back, failed or was refused.\nReleases of one service queue; those of different services do not wait for each other.',
    )
    .action(
      async (name: string, serviceName: string | undefined, image: string | undefined, options: ReleaseOptions) => {
        const environment = findEnvironment(name);
        const exchange = new Exchange(environment);
        if (image === undefined)
          return list(
            await exchange.ledger(),
            environment,
            serviceName && findService(environment, serviceName).name,
            options,
          );
        const service = findService(environment, serviceName!);
        const why = whyNotImage(image, service.image);
        if (why) throw new Error(`${service.name}: ${why}`);
        await ask(exchange, { service: service.name, image }, options);
      },
    );

interface RollbackOptions extends ReleaseOptions {
  readonly to?: string;
}

export const rollbackCommand = (): Command =>
  new Command('rollback')
    .description('Roll a service back to a revision that was healthy before; data stays as it is')
    .argument('<env>', 'the environment')
    .argument('<service>', 'the service')
    .option('--to <revision>', 'the revision; left out: the healthy one before the one that runs')
    .option('--no-wait', 'return immediately instead of waiting for the rollout')
    .option('--json', 'machine-readable output (JSON)')
    .action(async (name: string, serviceName: string, { to, ...options }: RollbackOptions) => {
      const environment = findEnvironment(name);
      const { name: service } = findService(environment, serviceName);
      const exchange = new Exchange(environment);
      const { running, revisions } = (await exchange.ledger()).services[service] ?? { revisions: [] };
      const target = chooseTarget(service, revisions, running, to);
      await ask(exchange, { service, image: target.image, rollbackTo: target.id }, options);
    });

/** Where a rollback leads, or why it cannot. */
export function chooseTarget(
  service: string,
  revisions: readonly Revision[],
  running: string | undefined,
  to: string | undefined,
): Revision {
  const healthy = revisions.filter(({ state }) => state === 'healthy');
  const listed =
    healthy
      .map(({ id }) => id)
      .reverse()
      .slice(0, 10)
      .join(', ') || 'none';
  if (to !== undefined) {
    const found = healthy.find(({ id }) => id === to);
    if (found) return found;
    const known = revisions.find(({ id }) => id === to);
    throw new Error(
      known
        ? `revision ${to} of ${service} was ${known.state}: roll back to a healthy one: ${listed}`
        : `${service} has no revision "${to}"${didYouMean(
            to,
            healthy.map(({ id }) => id),
          )}; healthy ones are: ${listed}`,
    );
  }
  const current = healthy.find(({ id }) => id === running);
  // going back twice goes back further, and not to and fro
  const point = current?.rollbackTo ?? running ?? '';
  const before = healthy.filter(({ id, image }) => id < point && image !== current?.image).at(-1);
  // what ran then may have been gone back to: past whatever was left behind
  if (before) return healthy.find(({ id }) => id === before.rollbackTo) ?? before;
  throw new Error(
    `${service} has no healthy revision before the one that runs${running === undefined ? ', and none runs' : ''}: healthy ones are: ${listed}`,
  );
}

function findService({ name, services }: Environment, wanted: string): Service {
  const found = services.find((service) => service.name === wanted);
  const names = services.map((service) => service.name);
  if (!found)
    throw new Error(`${name} has no service "${wanted}"; it has: ${names.join(', ')}${didYouMean(wanted, names)}`);
  return found;
}

/** The bucket in which the machine and everybody else leave messages for each other. */
class Exchange {
  readonly environment: string;
  private readonly store: ObjectStore;
  private readonly bucket: string;

  constructor({ name, names, platform }: Environment) {
    this.environment = name;
    this.bucket = names.exchangeBucket;
    // whoever follows a release asks again by itself, and tells what keeps it from reading
    this.store = objectStore(platform.region, undefined, { attempts: 1 });
  }

  async ledger(): Promise<Ledger> {
    const { status, body } = await this.store.get(this.bucket, ledgerKey);
    if (status === 404) return { version: 1, services: {} };
    if (status !== 200) throw new Error(`${this.bucket}/${ledgerKey}: ${status}: may this key read the bucket?`);
    const ledger = readLedger(body.toString('utf8'));
    if (ledger === undefined)
      throw new Error(`${this.bucket}/${ledgerKey} is not a ledger of releases: check who else may write there`);
    return ledger;
  }

  async ask(request: ReleaseRequest): Promise<string> {
    const id = newRevision(new Date(), randomBytes(2).toString('hex'));
    await this.store.put(
      this.bucket,
      requestKey(request.service, id),
      `${JSON.stringify(request)}\n`,
      'application/json',
    );
    return id;
  }
}

/** Seconds after which waiting is given up; the machine goes on without anybody waiting. */
const timeout = 1200;

async function ask(exchange: Exchange, request: ReleaseRequest, { wait, json }: ReleaseOptions): Promise<void> {
  const { service, image, rollbackTo } = request;
  const id = await exchange.ask({ ...request, by: process.env.GITHUB_ACTOR ?? userInfo().username });
  const say = (line: string): void => {
    if (!json) process.stdout.write(`${line}\n`);
  };
  say(
    `${service} ${pc.bold(id)} ${rollbackTo ? `back to ${rollbackTo}, ` : ''}${image.slice(image.indexOf('@') + 1, image.indexOf('@') + 20)}…`,
  );
  if (!wait) return void (json && process.stdout.write(`${JSON.stringify({ id, ...request, state: 'queued' })}\n`));
  const revision = await follow(exchange, service, id, say);
  if (json) process.stdout.write(`${visibleJson(JSON.stringify(revision, null, 2))}\n`);
  const seconds = Math.round((Date.parse(revision.endedAt!) - Date.parse(revision.startedAt)) / 1000);
  say(
    revision.state === 'healthy'
      ? pc.green(`✓ healthy after ${seconds} s`)
      : pc.red(`✗ ${revision.state} after ${seconds} s`),
  );
  if (revision.state !== 'healthy') process.exitCode = 1;
}

/** Shows what happens to a revision, line by line, until it has ended. */
async function follow(exchange: Exchange, service: string, id: string, say: (line: string) => void): Promise<Revision> {
  let shown = 0;
  let waiting = '';
  return poll(
    async () => {
      // it has been asked for, and whether it happens does not depend on who looks
      const ledger = await exchange.ledger().catch((error: Error) => error);
      const { revisions = [] } = ledger instanceof Error ? {} : (ledger.services[service] ?? {});
      const revision = revisions.find((each) => each.id === id);
      const now = revision ? '' : whyWaiting(ledger, revisions);
      if (now !== waiting && now !== '') say(pc.dim(now));
      waiting = now;
      for (const line of revision?.lines.slice(shown) ?? []) say(`  ${visibleLine(line)}`);
      shown = revision?.lines.length ?? shown;
      return revision && revision.state !== 'rolling out' ? revision : undefined;
    },
    {
      timeout: timeout * 1000,
      interval: 1_000,
      describe: () =>
        `${service} ${id} has not ended within ${timeout / 60} minutes. The machine goes on with it: \`npx berth release ${exchange.environment} ${service}\` lists what became of it, \`npx berth status ${exchange.environment}\` tells whether the machine is there`,
    },
  );
}

function whyWaiting(ledger: Ledger | Error, revisions: readonly Revision[]): string {
  if (ledger instanceof Error) return `  ${visibleLine(ledger.message)}`;
  const ahead = revisions.find(({ state }) => state === 'rolling out');
  return ahead ? `  waits for ${ahead.id}` : '  waits for the machine';
}

function list(
  { services }: Ledger,
  { name, services: declared }: Environment,
  only: string | undefined,
  { json }: ReleaseOptions,
): void {
  const wanted = declared.map((service) => service.name).filter((service) => only === undefined || service === only);
  if (json)
    return void process.stdout.write(
      `${visibleJson(JSON.stringify(Object.fromEntries(wanted.map((service) => [service, services[service] ?? { revisions: [] }])), null, 2))}\n`,
    );
  const table = new Table({ ...plainTable, head: ['', 'service', 'revision', 'state', 'digest', 'by'] });
  for (const service of wanted) {
    const { running, revisions = [] } = services[service] ?? {};
    for (const { id, state, image, by, rollbackTo } of [...revisions].reverse().slice(0, only === undefined ? 3 : 50)) {
      const digest = visibleLine(image.slice(image.indexOf('sha256:') + 7).slice(0, 12));
      table.push([
        id === running ? pc.green('●') : '',
        service,
        id,
        state === 'healthy' ? state : pc.red(state),
        digest,
        `${visibleLine(by ?? '')}${rollbackTo ? ` (back to ${rollbackTo})` : ''}`,
      ]);
    }
  }
  process.stdout.write(
    table.length > 0
      ? `${table.toString()}\n`
      : `${name} has no release yet: npx berth release ${name} ${wanted[0] ?? 'SERVICE'} ${declared.find((service) => service.name === wanted[0])?.image ?? 'REPOSITORY'}@sha256:…\n`,
  );
}
