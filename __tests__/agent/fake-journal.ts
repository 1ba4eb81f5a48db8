import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Journal } from '../../agent/logs/journal';
import type { LogLine } from '../../contract/log';
import type { LogBucket } from '../../agent/logs/shipper';

/** Plays journalctl: prints what lies in a file behind the cursor it is given, whether that entry is still there or not. */
const journalctl = `#!/bin/sh
file=$1; shift
for arg; do case $arg in --after-cursor=*) after=\${arg##*i=} ;; esac; done
exec awk -v after="\${after:-0}" '{ split($0, part, "i="); if (part[2] + 0 > after + 0) print }' "$file"
`;

type Fields = Readonly<Record<string, string | number[] | string[] | null>>;

/** A journal in a file, which entries are appended to and taken from. */
export class FakeJournal {
  readonly folder = mkdtempSync(join(tmpdir(), 'journal-'));
  readonly command: readonly string[];
  private readonly file = join(this.folder, 'entries');
  private seq = 0;
  /** Microseconds; some minutes before the end of an hour. */
  now = Date.parse('2026-11-21T11:55:00Z') * 1000;

  constructor(private readonly id = 'a'.repeat(32)) {
    const script = join(this.folder, 'journalctl');
    writeFileSync(script, journalctl);
    writeFileSync(this.file, '');
    this.command = ['sh', script, this.file];
  }

  get journal(): Journal {
    return new Journal(this.command);
  }

  /** Appends entries, a millisecond after each other. */
  write(...entries: Fields[]): void {
    const lines = entries.map((fields) => {
      this.now += 1000;
      const seq = ++this.seq;
      return `${JSON.stringify({ __CURSOR: `s=${this.id};i=${seq}`, __SEQNUM_ID: this.id, __SEQNUM: String(seq), __REALTIME_TIMESTAMP: String(this.now), PRIORITY: '6', ...fields })}\n`;
    });
    appendFileSync(this.file, lines.join(''));
  }

  /** What a service prints. */
  print(service: string, ...messages: string[]): void {
    this.write(...messages.map((message) => ({ MESSAGE: message, ...container(service) })));
  }

  /** Forgets everything up to this number. */
  vacuum(upTo: number): void {
    const lines = readFileSync(this.file, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && Number((JSON.parse(line) as { __SEQNUM: string }).__SEQNUM) > upTo);
    writeFileSync(this.file, lines.map((line) => `${line}\n`).join(''));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What Docker's driver says of a service's container. */
export const container = (service: string): Fields => ({
  CONTAINER_ID: 'c0ffee000001',
  CONTAINER_NAME: `berth_${service}.1.task1`,
  COM_DOCKER_SWARM_SERVICE_NAME: `berth_${service}`,
  _SYSTEMD_UNIT: 'docker.service',
  _TRANSPORT: 'journal',
});

/** What becomes of one call to a bucket. */
export type Fate = 'done' | 'refused' | 'unheard' | 'hangs' | 'hangs, though it is done';

/** A bucket in memory; each call meets the next of its fates, and once they are used up, none but `done`. */
export class FakeBucket implements LogBucket {
  readonly objects = new Map<string, Buffer>();
  /** Each call, as `put logs/…`. */
  readonly calls: string[] = [];
  fates: Fate[] = [];
  /** Called in the middle of a call, when the bucket has acted and has not answered. */
  meanwhile?: () => void;

  has(key: string): Promise<boolean> {
    return this.meet(`has ${key}`, () => this.objects.has(key));
  }

  put(key: string, body: Buffer): Promise<void> {
    return this.meet(`put ${key}`, () => void this.objects.set(key, body));
  }

  /** Everything that is kept, by key. */
  lines(): LogLine[] {
    return [...this.objects].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, body]) => unpack(body));
  }

  private async meet<T>(call: string, act: () => T): Promise<T> {
    this.calls.push(call);
    const fate = this.fates.shift() ?? 'done';
    if (fate === 'refused') throw new Error('503 SlowDown');
    if (fate === 'hangs') return new Promise(() => undefined);
    const result = act();
    this.meanwhile?.();
    if (fate === 'unheard') throw new Error('the connection was cut');
    return fate === 'done' ? result : new Promise(() => undefined);
  }
}

export const unpack = (body: Buffer): LogLine[] =>
  gunzipSync(body)
    .toString('utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as LogLine);

/** A folder of the agent's own in a journal's. */
export function stateFolder({ folder }: FakeJournal): string {
  const path = join(folder, 'state');
  mkdirSync(path, { recursive: true });
  return path;
}
