import { join } from 'node:path';
import type { Host } from './host';
import { type Ledger, ledgerKey, type ReleaseRequest, requestPrefix, type Revision } from './release';
import type { Spaces } from './spaces';

const kept = 50;

/** What was asked for and what became of it: on the machine's disk, and in the bucket for everybody who waits. */
export class Releases {
  private ledger: Ledger | undefined;
  private publishing: Promise<void> = Promise.resolve();
  private unsaved = false;
  private stale = false;

  constructor(private readonly spaces: Spaces, private readonly bucket: string, private readonly machine: Pick<Host, 'read' | 'write'>, private readonly folder: string) {}

  private get file(): string {
    return join(this.folder, 'releases.json');
  }

  /** A machine that is new goes on with what the one before it ran. */
  async open(): Promise<void> {
    if (this.ledger) return;
    const text = this.machine.read(this.file);
    if (text !== undefined) {
      this.ledger = JSON.parse(text) as Ledger;
      // whoever wrote it may have been killed before the bucket had it
      this.stale = true;
      return;
    }
    this.ledger = await this.published();
    this.machine.write(this.file, JSON.stringify(this.ledger));
  }

  /** By service, the image of its newest healthy revision. */
  images(): Record<string, string> {
    return imagesOf(this.ledger);
  }

  /** The same as the bucket has it now: for a machine that waits, while another one writes the ledger. */
  async imagesElsewhere(): Promise<Record<string, string>> {
    return imagesOf(await this.published());
  }

  private async published(): Promise<Ledger> {
    const { status, body } = await this.spaces.get(this.bucket, ledgerKey);
    if (status !== 200 && status !== 404) throw new Error(`${this.bucket}/${ledgerKey}: ${status}`);
    return status === 200 ? (JSON.parse(body.toString('utf8')) as Ledger) : { version: 1, services: {} };
  }

  /** The revision that runs, or did last. */
  running(service: string): Revision | undefined {
    return runningOf(this.ledger, service);
  }

  /** What shall run; nothing while it is being decided, because a release is under way. */
  imageNow(service: string): string | undefined {
    return this.revisions(service).some(({ state }) => state === 'rolling out') ? undefined : this.running(service)?.image;
  }

  find(service: string, id: string): Revision | undefined {
    return this.revisions(service).find((revision) => revision.id === id);
  }

  revisions(service: string): readonly Revision[] {
    return this.ledger?.services[service]?.revisions ?? [];
  }

  /** What was asked for and is not in the ledger yet, oldest first; and what was underway when the agent ended. */
  async pending(): Promise<(ReleaseRequest & { id: string })[]> {
    await this.open();
    const keys = await this.spaces.list(this.bucket, requestPrefix);
    const wanted = keys.flatMap((key) => {
      const match = /^releases\/([^/]+)\/([^/]+)\.json$/.exec(key);
      if (!match) return [];
      const [, service, id] = match as unknown as [string, string, string];
      const known = this.find(service, id);
      // older than what is remembered, apart from the running one: long done
      const oldest = this.revisions(service).at(-kept)?.id;
      const forgotten = oldest !== undefined && id < oldest;
      return (known && known.state !== 'rolling out') || forgotten ? [] : [{ key, service, id }];
    }).sort((a, b) => (a.id < b.id ? -1 : 1));
    return Promise.all(wanted.map(async ({ key, service, id }) => {
      const { status, body } = await this.spaces.get(this.bucket, key);
      if (status !== 200) throw new Error(`${this.bucket}/${key}: ${status}`);
      return { ...request(body.toString('utf8')), service, id };
    }));
  }

  /** Writes down where a revision stands, first here and then in the bucket. */
  async record(revision: Revision): Promise<void> {
    const { services } = this.ledger!;
    const before = services[revision.service] ?? { revisions: [] };
    const revisions = [...before.revisions.filter(({ id }) => id !== revision.id), revision].sort((a, b) => (a.id < b.id ? -1 : 1));
    // the running one is never forgotten
    const running = revision.state === 'healthy' ? revision.id : before.running;
    const last = revisions.filter(({ id }, index) => id === running || index >= revisions.length - kept);
    this.ledger = { version: 1, services: { ...services, [revision.service]: { running, revisions: last } } };
    this.unsaved = true;
    this.stale = true;
    this.save();
    await this.publish();
  }

  private save(): void {
    if (!this.unsaved) return;
    this.machine.write(this.file, JSON.stringify(this.ledger));
    this.unsaved = false;
  }

  /** Tries again what could not be written before, here and in the bucket. */
  publish(): Promise<void> {
    return this.publishing = this.publishing.then(async () => {
      if (!this.stale || !this.ledger) return;
      try {
        this.save();
        this.stale = false;
        await this.spaces.put(this.bucket, ledgerKey, `${JSON.stringify(this.ledger)}\n`, 'application/json');
      } catch {
        this.stale = true;
      }
    });
  }
}

const runningOf = (ledger: Ledger | undefined, service: string): Revision | undefined => {
  const { running, revisions } = ledger?.services[service] ?? { revisions: [] };
  return revisions.find(({ id }) => id === running);
};

const imagesOf = (ledger: Ledger | undefined): Record<string, string> => Object.fromEntries(Object.keys(ledger?.services ?? {}).flatMap((name) => {
  const revision = runningOf(ledger, name);
  return revision ? [[name, revision.image]] : [];
}));

function request(text: string): Omit<ReleaseRequest, 'service'> {
  try {
    const { image, by, rollbackTo } = JSON.parse(text) as Partial<ReleaseRequest>;
    return { image: String(image), by, rollbackTo };
  } catch {
    return { image: text.slice(0, 80) };
  }
}
