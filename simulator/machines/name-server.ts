/** What a name leads to: an address, or another name. */
export interface NameRecord {
  readonly name: string;
  readonly type: 'A' | 'CNAME';
  /** The address, or the other name. */
  readonly data: string;
}

/** The records that answer for a name, aliases before what they lead to; none: the name is there and has no address; undefined: there is no such name. */
export type Resolve = (name: string) => readonly NameRecord[] | undefined;

const types = { A: 1, CNAME: 5 };
const NXDOMAIN = 3;
const ttl = 5;

/** Answers one DNS message (RFC 1035): one question, addresses of IPv4. Undefined for what is no question. */
export function answerQuestion(message: Buffer, resolve: Resolve): Buffer | undefined {
  if (message.length < 17 || message.readUInt16BE(4) !== 1 || (message[2]! & 0x80) !== 0) return undefined;
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at++]!; length !== 0; length = message[at++]!) {
    if (length > 63 || at + length >= message.length) return undefined;
    labels.push(message.toString('latin1', at, at + length));
    at += length;
  }
  if (at + 4 > message.length) return undefined;
  const type = message.readUInt16BE(at);
  const name = labels.join('.').toLowerCase();
  const found = resolve(name);
  const answers = (found ?? []).filter((record) => record.type === 'CNAME' || type === types.A);
  const header = Buffer.alloc(12);
  message.copy(header, 0, 0, 2);
  // an answer, with authority, recursion as it was wished and on offer
  header.writeUInt16BE(0x8480 | (message.readUInt16BE(2) & 0x0100) | (found === undefined ? NXDOMAIN : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers.length, 6);
  return Buffer.concat([header, message.subarray(12, at + 4), ...answers.map((record) => encode(record, name))]);
}

/** The name that was asked for is not written again: a pointer leads back to it. */
function encode({ name, type, data }: NameRecord, asked: string): Buffer {
  const value = type === 'A' ? Buffer.from(data.split('.').map(Number)) : encodeName(data);
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(types[type], 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(ttl, 4);
  fixed.writeUInt16BE(value.length, 8);
  return Buffer.concat([name === asked ? Buffer.from([0xc0, 12]) : encodeName(name), fixed, value]);
}

const encodeName = (name: string): Buffer =>
  Buffer.concat([
    ...name.split('.').map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`, 'latin1')),
    Buffer.from([0]),
  ]);
