import type { Entry } from './journal';
import { hourFolder, isoTime, logKey, type LogLine } from '../../contract/log';
import { lineOf } from './line';

/** How far the journal has been read, and all that must be known to go on there. */
export interface Position {
  readonly cursor: string;
  readonly journal: string;
  readonly seq: number;
  /** Microseconds since 1970. */
  readonly at: number;
  /** Long lines of which only the beginning has been read, by Docker's id of them; `message` holds its bytes, one a character. */
  readonly open: Readonly<Record<string, LogLine>>;
}

/** What bounds a batch, and with it the agent's memory. */
export interface Limits {
  readonly entries: number;
  /** Characters of messages. */
  readonly characters: number;
  /** Characters of one line; what is longer becomes several. */
  readonly line: number;
}

export const usualLimits: Limits = { entries: 5_000, characters: 4 * 1024 * 1024, line: 1024 * 1024 };

/** Bytes after which Docker splits a line. A shorter part that is not the last one is: its container ended without a newline. */
const dockerPart = 16 * 1024;

/** Microseconds of the journal's time after which the rest of a line is no longer waited for: its container is gone. */
const lineEnds = 60_000_000;

/**
 * Lines of one hour, in the journal's order, made of one entry after the other. From the same position and the same entries it
 * becomes the same: nothing here asks a clock.
 */
export class Batch {
  readonly lines: LogLine[] = [];
  /** Nothing more fits; what comes next belongs to the next batch. */
  full = false;
  private first?: Entry;
  private last?: Entry;
  private entries = 0;
  private characters = 0;
  private readonly open: Map<string, LogLine>;

  constructor(
    private readonly from: Position | undefined,
    private readonly limits: Limits = usualLimits,
  ) {
    this.open = new Map(Object.entries(from?.open ?? {}));
  }

  /** Takes an entry in; false when it belongs to the next batch. */
  take(entry: Entry): boolean {
    if (this.first && hourFolder(isoTime(entry.at)) !== hourFolder(isoTime(this.first.at))) this.full = true;
    if (this.full) return false;
    this.first ??= entry;
    const gap = gapBefore(entry, this.last ?? this.from);
    if (gap) this.lines.push(gap);
    this.giveUpOn(entry);
    const line = lineOf(entry);
    const id = entry.fields.CONTAINER_PARTIAL_ID;
    if (id === undefined) this.lines.push(line);
    else this.join(id, line, entry);
    this.last = entry;
    this.characters += line.message.length;
    this.full = ++this.entries >= this.limits.entries || this.characters >= this.limits.characters;
    return true;
  }

  /** Where the next one begins. */
  get position(): Position | undefined {
    if (!this.last) return this.from;
    const { cursor, journal, seq, at } = this.last;
    return { cursor, journal, seq, at, open: Object.fromEntries(this.open) };
  }

  /** Where in the bucket it belongs; nothing when there are no lines. */
  get key(): string | undefined {
    return this.lines.length > 0 && this.first ? logKey(this.first) : undefined;
  }

  /** A long line comes from Docker in parts, which may begin and end in the middle of a letter. */
  private join(id: string, line: LogLine, { bytes, fields }: Entry): void {
    const part = bytes ? Buffer.from(bytes) : Buffer.from(line.message);
    const open = { ...line, message: (this.open.get(id)?.message ?? '') + part.toString('latin1') };
    if (fields.CONTAINER_PARTIAL_LAST !== 'true' && part.length >= dockerPart && open.message.length < this.limits.line)
      return void this.open.set(id, open);
    this.open.delete(id);
    if (open.message !== '') this.lines.push(closed(open));
  }

  private giveUpOn({ at, seq }: Entry): void {
    for (const [id, line] of this.open) {
      if (at - Date.parse(line.time) * 1000 < lineEnds) continue;
      this.open.delete(id);
      // it lies among lines of this hour, and sorts there
      this.lines.push({ ...closed(line), time: isoTime(at), seq });
    }
  }
}

const closed = (open: LogLine): LogLine => ({ ...open, message: Buffer.from(open.message, 'latin1').toString('utf8') });

/** A line that says that lines are missing, where the journal's own numbers do. */
function gapBefore(
  { at, journal, seq }: Entry,
  before: Pick<Position, 'journal' | 'seq'> | undefined,
): LogLine | undefined {
  if (before?.journal !== journal) return undefined;
  const lost = seq - before.seq - 1;
  if (!(lost > 0)) return undefined;
  const message = `${lost.toLocaleString('en-US')} ${lost === 1 ? 'line is' : 'lines are'} missing here: the journal dropped what had not been shipped yet`;
  return { time: isoTime(at), service: 'berth-agent', priority: 4, message, lost };
}
