import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { hourFolder, journalOf, keyAt, logFolder, type LogLine, logLineSchema } from '../contract/log';
import { type ObjectStore, ObjectStoreError } from '../lib/object-store';
import { isError } from './log-level';
import { hoursOf, type Span } from './log-span';

/** Which lines are wanted. */
export interface Wanted extends Span {
  readonly service?: string;
  /** Text that the message holds. */
  readonly grep?: string;
  readonly errors?: boolean;
}

/** A line that is wanted, and how it is kept. */
export interface Found {
  readonly line: LogLine;
  readonly text: string;
}

/** The logs in an environment's exchange bucket. */
export class KeptLogs {
  constructor(
    private readonly store: ObjectStore,
    private readonly bucket: string,
  ) {}

  /** Whether there are any; nothing when there is not even a bucket. */
  async any(): Promise<boolean | undefined> {
    const keys = await this.list(logFolder, 1);
    return keys && keys.length > 0;
  }

  /** The objects that can hold lines of a span, by hour and in order. */
  async *keys(span: Span): AsyncGenerator<string[]> {
    for (const hour of hoursOf(span)) yield overlapping((await this.list(hourFolder(hour))) ?? [], span);
  }

  /** The wanted lines of some objects, by time. */
  async read(keys: readonly string[], wanted: Wanted): Promise<Found[]> {
    const find = finder(wanted);
    const found = await eachOf(keys, async (key) => {
      const body = await this.store.read(this.bucket, key).catch(explained(`${this.bucket}/${key}`, 'read'));
      // an object that expired between the listing and now is no error
      if (!body) return [];
      const content = await unzip(body).catch((error: Error) => JSON.stringify(unreadable(key, error, wanted)));
      return find(content.toString('utf8'));
    });
    return found.flat().sort((a, b) => (a.line.time < b.line.time ? -1 : Number(a.line.time > b.line.time)));
  }

  /** Everybody who has logged in a span. */
  async services(span: Span): Promise<string[]> {
    const names = new Set<string>();
    for await (const keys of this.keys(span))
      for (const { line } of await this.read(keys, span)) names.add(line.service);
    return [...names].sort();
  }

  /** The keys that begin with a prefix; `undefined` when the bucket does not exist. */
  private list(prefix: string, most?: number): Promise<string[] | undefined> {
    return this.store.list(this.bucket, prefix, most).catch((error: unknown) => {
      if (error instanceof ObjectStoreError && error.status === 404) return undefined;
      return explained(`${this.bucket}/${prefix}`, 'list')(error);
    });
  }
}

const explained =
  (where: string, right: string) =>
  (error: unknown): never => {
    if (!(error instanceof ObjectStoreError)) throw error;
    throw new Error(`${where}: ${error.reason}: may this key ${right} the bucket?`, { cause: error });
  };

/** Bytes of an unpacked object: a batch of the machine's has far less (`agent/logs/batch.ts`), and whoever may write the bucket could pack anything. */
const mostBytes = 256 * 1024 * 1024;
const unzip = (body: Buffer): Promise<Buffer> =>
  promisify<Buffer, object, Buffer>(gunzip)(body, { maxOutputLength: mostBytes });

/** In the place of an object that somebody else has put there: the others are shown all the same. */
const unreadable = (key: string, { message }: Error, { since }: Span): LogLine => ({
  time: since,
  service: 'berth',
  priority: 3,
  message: `${key} cannot be read as logs: ${message}`,
});

/** The line that a text holds; nothing when the machine has not written it. */
function readLine(text: string): LogLine | undefined {
  try {
    return logLineSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Leaves out what begins after the span, and what has ended before it: where the same journal's next object begins before it. */
export function overlapping(keys: readonly string[], { since, until }: Span): string[] {
  const last = new Map(keys.filter((key) => key <= keyAt(since)).map((key) => [journalOf(key), key]));
  return keys.filter((key) => key <= `${keyAt(until)}~` && !(key < (last.get(journalOf(key)) ?? '')));
}

/** Looks at the text before it is parsed: most lines are not wanted, and to parse them is what takes long. */
function finder({ since, until, service, grep, errors }: Wanted): (text: string) => Found[] {
  const hints = [
    ...(service === undefined ? [] : [`"service":${JSON.stringify(service)}`]),
    ...(grep === undefined ? [] : [JSON.stringify(grep).slice(1, -1)]),
  ];
  const matches = (line: LogLine): boolean =>
    line.time >= since &&
    line.time <= until &&
    (service === undefined || line.service === service) &&
    (grep === undefined || line.message.includes(grep)) &&
    (!errors || isError(line));
  return (content) =>
    content.split('\n').flatMap((text) => {
      if (text === '' || !hints.every((hint) => text.includes(hint))) return [];
      const line = readLine(text);
      return line !== undefined && matches(line) ? [{ line, text }] : [];
    });
}

/** Does it for all of them, sixteen at a time; results in the order of what was given. */
async function eachOf<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await act(items[index]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(16, items.length) }, worker));
  return results;
}
