import { spawn } from 'node:child_process';

/** One entry of the journal, as far as logs need it. */
export interface Entry {
  readonly cursor: string;
  /** Whose count `seq` is: a journal that is begun anew counts anew. */
  readonly journal: string;
  /** One more than the entry before it; where it is not, entries are gone. */
  readonly seq: number;
  /** When it was written, in microseconds since 1970. */
  readonly at: number;
  readonly fields: Readonly<Partial<Record<Field, string>>>;
  /** The message's bytes, where they are no readable text by themselves: half of a letter, at the end of a part of a long line. */
  readonly bytes?: readonly number[];
}

/** All that is asked for: an entry has forty fields more, and each costs time. */
const fieldNames = [
  'MESSAGE',
  'PRIORITY',
  'SYSLOG_IDENTIFIER',
  '_COMM',
  '_TRANSPORT',
  '_PID',
  '_SYSTEMD_UNIT',
  'UNIT',
  'CONTAINER_ID',
  'CONTAINER_NAME',
  'CONTAINER_PARTIAL_ID',
  'CONTAINER_PARTIAL_LAST',
  // Docker makes this of the label com.docker.swarm.service.name (daemon.json, log-opts)
  'COM_DOCKER_SWARM_SERVICE_NAME',
] as const;
export type Field = (typeof fieldNames)[number];

/** The machine's journal, by way of journalctl. */
export class Journal {
  /** A test brings its own command. */
  constructor(private readonly command: readonly string[] = ['journalctl']) {}

  /** Everything after a cursor, the oldest first; without one, everything. Whoever stops reading ends the command. */
  async *read(after?: string): AsyncGenerator<Entry> {
    const [file, ...args] = this.command;
    const child = spawn(
      file!,
      [
        ...args,
        '--quiet',
        '--output=json',
        // fields of more than 4 KiB would be left out
        '--all',
        `--output-fields=${fieldNames.join()}`,
        ...(after === undefined ? [] : [`--after-cursor=${after}`]),
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-500);
    });
    const ended = new Promise<number | string | null>((resolve) => {
      child.once('error', ({ message }) => resolve(message)).once('close', (code, signal) => resolve(code ?? signal));
    });
    try {
      for await (const line of linesOf(child.stdout.setEncoding('utf8'))) yield entryOf(line);
      const how = await ended;
      if (how !== 0) throw new Error(`${file} ended with ${how}: ${complaint.trim()}`);
    } finally {
      child.kill();
    }
  }
}

/** Lines end with a newline and nothing else: readline also ends one at U+2028, which JSON may hold as it is. */
async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
}

type Value = string | null | number[] | Value[];

function entryOf(line: string): Entry {
  const all = JSON.parse(line) as Record<string, Value>;
  const fields: Partial<Record<Field, string>> = {};
  for (const name of fieldNames) {
    const text = textOf(all[name]);
    if (text !== undefined) fields[name] = text;
  }
  return {
    cursor: all.__CURSOR as string,
    journal: all.__SEQNUM_ID as string,
    seq: Number(all.__SEQNUM),
    at: Number(all.__REALTIME_TIMESTAMP),
    fields,
    ...(isBytes(all.MESSAGE) && { bytes: all.MESSAGE }),
  };
}

/** journalctl writes what is not printable as a list of bytes, and a field that was given more than once as a list of values. */
function textOf(value: Value | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  return isBytes(value) ? Buffer.from(value).toString('utf8') : textOf((value as Value[]).at(-1));
}

const isBytes = (value: Value | undefined): value is number[] => Array.isArray(value) && typeof value[0] === 'number';
