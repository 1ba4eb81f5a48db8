import { join } from 'node:path';
import type { Desired } from '../contract/desired';
import type { Messages } from '../contract/messages';
import type { Host } from './host';
import { KeyedQueue } from './keyed-queue';
import { messageJson } from '../contract/messages';
import {
  byName,
  type Ledger,
  ledgerKey,
  newRevision,
  readLedger,
  readRequest,
  type ReleaseRequest,
  requestOf,
  requestPrefix,
  type Revision,
  type ServiceRevisions,
  whyNotImage,
} from '../contract/release';

/** Revisions of a service that are remembered, beside the one that runs. */
const kept = 50;
/** Refused requests that are answered for: of each service, and how many names without a service. Anybody who may write can ask for anything. */
const keptRefused = 20;
/** Characters of a line and lines of a revision that are written down; requests that are taken up at a time. */
const most = { line: 5_000, lines: 200, requests: 50 } as const;
/** Milliseconds by which clocks may differ; Spaces refuses a machine whose clock is more off. */
const skew = 900_000;

/** What was asked for and what became of it: on the machine's disk, and in the bucket for everybody who waits. */
export class Releases {
  private services: Map<string, ServiceRevisions> | undefined;
  private readonly queue = new KeyedQueue();
  private unsaved = false;
  private stale = false;

  constructor(
    private readonly exchange: Pick<Messages, 'text' | 'send' | 'list' | 'remove'>,
    private readonly machine: Pick<Host, 'read' | 'write'>,
    private readonly folder: string,
    private readonly log: (line: string) => void = () => undefined,
  ) {}

  private get file(): string {
    return join(this.folder, 'releases.json');
  }

  /** A machine that is new goes on with what the one before it ran, as far as that may run here. */
  async open(declared: Desired['services']): Promise<void> {
    if (this.services) return;
    const own = readLedger(this.machine.read(this.file) ?? '');
    if (own) {
      this.services = new Map(Object.entries(own.services));
      // whoever wrote it may have been killed before the bucket had it
      this.stale = true;
      return;
    }
    const { services, problems } = await this.published(declared);
    for (const problem of problems) this.log(problem);
    this.services = services;
    this.machine.write(this.file, messageJson(this.ledger));
  }

  /** By service, the image of its newest healthy revision. */
  images(): Record<string, string> {
    return imagesOf(this.services);
  }

  /** The same as the bucket has it now, for a machine that waits while another one writes the ledger; and what of it cannot run here. */
  async imagesElsewhere(
    declared: Desired['services'],
  ): Promise<{ images: Record<string, string>; problems: string[] }> {
    const { services, problems } = await this.published(declared);
    return { images: imagesOf(services), problems };
  }

  /** The ledger in the bucket is somebody's word: every image in it is looked at as if it were asked for now. */
  private async published(
    declared: Desired['services'],
  ): Promise<{ services: Map<string, ServiceRevisions>; problems: string[] }> {
    const text = await this.exchange.text(ledgerKey);
    if (text === undefined) return { services: new Map(), problems: [] };
    const ledger = readLedger(text);
    if (ledger === undefined)
      return {
        services: new Map(),
        problems: [`${ledgerKey} in the exchange bucket is no ledger of releases: nothing is known of what ran before`],
      };
    const problems: string[] = [];
    const services = Object.entries(ledger.services)
      .filter(([name]) => Object.hasOwn(declared, name))
      .map(([name, { running, revisions }]): [string, ServiceRevisions] => {
        const allowed = revisions.filter(
          ({ image, state }) => state === 'refused' || whyNotImage(image, declared[name]!.image) === undefined,
        );
        const image = revisions.find(({ id }) => id === running)?.image;
        const why = image && whyNotImage(image, declared[name]!.image);
        if (why) problems.push(`${name}: what ran before is not started: ${why}`);
        return [name, { ...(!why && running !== undefined && { running }), revisions: bounded(allowed, running) }];
      });
    return { services: new Map(services), problems };
  }

  private get ledger(): Ledger {
    return { version: 1, services: Object.fromEntries(this.services!) };
  }

  /** The revision that runs, or did last. */
  running(service: string): Revision | undefined {
    return runningOf(this.services?.get(service));
  }

  /** What shall run; nothing while it is being decided, because a release is under way. */
  imageNow(service: string): string | undefined {
    return this.revisions(service).some(({ state }) => state === 'rolling out')
      ? undefined
      : this.running(service)?.image;
  }

  find(service: string, id: string): Revision | undefined {
    return this.revisions(service).find((revision) => revision.id === id);
  }

  revisions(service: string): readonly Revision[] {
    return this.services?.get(service)?.revisions ?? [];
  }

  /**
   * What was asked for and is not in the ledger yet, oldest first; and what was underway when the agent ended. A request that has been
   * answered is removed: what lies there is what is still to be done.
   */
  async pending(now = Date.now()): Promise<(ReleaseRequest & { id: string })[]> {
    const wanted: { key: string; service: string; id: string }[] = [];
    for (const key of await this.exchange.list(requestPrefix)) {
      const asked = requestOf(key);
      // one from the future has its time still to come: it must not make those before it look old
      if (!asked || asked.id > newRevision(new Date(now + skew), '')) continue;
      const known = this.find(asked.service, asked.id);
      // older than what is remembered, apart from the running one: long done
      const oldest = this.revisions(asked.service)
        .filter(({ state }) => state !== 'refused')
        .at(-kept)?.id;
      if (known ? known.state === 'rolling out' : oldest === undefined || asked.id >= oldest)
        wanted.push({ key, ...asked });
      else await this.exchange.remove(key);
    }
    wanted.sort((a, b) => (a.id < b.id ? -1 : 1));
    const read: (ReleaseRequest & { id: string })[] = [];
    // one after the other: nobody can have more than one object in this machine's memory
    for (const { key, service, id } of wanted.slice(0, most.requests)) {
      const text = await this.exchange.text(key);
      if (text !== undefined) read.push({ ...readRequest(text), service, id });
    }
    return read;
  }

  /** Writes down where a revision stands, first here and then in the bucket. */
  async record(revision: Revision): Promise<void> {
    const { service, id, state } = revision;
    const before = this.services!.get(service) ?? { revisions: [] };
    const written = { ...revision, lines: revision.lines.slice(-most.lines).map((line) => line.slice(0, most.line)) };
    const revisions = [...before.revisions.filter((each) => each.id !== id), written].sort((a, b) =>
      a.id < b.id ? -1 : 1,
    );
    const running = state === 'healthy' ? id : before.running;
    this.services!.set(service, { running, revisions: bounded(revisions, running) });
    this.forgetStrangers();
    this.unsaved = true;
    this.stale = true;
    this.save();
    await this.publish();
  }

  /** Answers a request that nothing is done for. */
  async refuse(request: ReleaseRequest & { id: string }, why: string): Promise<void> {
    const now = new Date().toISOString();
    await this.record({
      startedAt: now,
      ...this.find(request.service, request.id),
      ...request,
      state: 'refused',
      lines: [why],
      endedAt: now,
    });
    this.log(`${request.service} ${request.id}: refused`);
  }

  /** Of names that never had a release, the newest. */
  private forgetStrangers(): void {
    const strangers = [...this.services!].filter(([, { revisions }]) =>
      revisions.every(({ state }) => state === 'refused'),
    );
    const newest = (of: ServiceRevisions): string => of.revisions.at(-1)?.id ?? '';
    strangers.sort(([, a], [, b]) => (newest(a) < newest(b) ? 1 : -1));
    for (const [name] of strangers.slice(keptRefused)) this.services!.delete(name);
  }

  private save(): void {
    if (!this.unsaved) return;
    this.machine.write(this.file, messageJson(this.ledger));
    this.unsaved = false;
  }

  /** Tries again what could not be written before, here and in the bucket. */
  publish(): Promise<void> {
    return this.queue.run('publish', async () => {
      if (!this.stale || !this.services) return;
      try {
        this.save();
        this.stale = false;
        await this.exchange.send(ledgerKey, this.ledger);
      } catch {
        this.stale = true;
      }
    });
  }
}

/** The newest ones, those that were refused apart from the others: neither takes the other's place. The running one is never forgotten. */
function bounded(revisions: readonly Revision[], running: string | undefined): readonly Revision[] {
  const refused = new Set(revisions.filter(({ state }) => state === 'refused').slice(-keptRefused));
  const others = new Set(revisions.filter(({ state }) => state !== 'refused').slice(-kept));
  return revisions.filter((revision) => revision.id === running || refused.has(revision) || others.has(revision));
}

const runningOf = ({ running, revisions }: ServiceRevisions = { revisions: [] }): Revision | undefined =>
  revisions.find(({ id }) => id === running);

const imagesOf = (services: ReadonlyMap<string, ServiceRevisions> = new Map()): Record<string, string> =>
  byName(
    [...services].flatMap(([name, service]) => {
      const revision = runningOf(service);
      return revision ? [[name, revision.image] as const] : [];
    }),
  );
