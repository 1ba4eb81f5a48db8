/** The address a name has in the rehearsed world; undefined: there is no such name. */
export type Resolve = (name: string) => string | undefined;

const A = 1;
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
  const address = resolve(labels.join('.').toLowerCase());
  const header = Buffer.alloc(12);
  message.copy(header, 0, 0, 2);
  // an answer, with authority, recursion as it was wished and on offer
  header.writeUInt16BE(0x8480 | (message.readUInt16BE(2) & 0x0100) | (address === undefined ? NXDOMAIN : 0), 2);
  header.writeUInt16BE(1, 4);
  const question = message.subarray(12, at + 4);
  if (address === undefined || type !== A) return Buffer.concat([header, question]);
  header.writeUInt16BE(1, 6);
  const answer = Buffer.alloc(16);
  answer.writeUInt16BE(0xc00c, 0);
  answer.writeUInt16BE(A, 2);
  answer.writeUInt16BE(1, 4);
  answer.writeUInt32BE(ttl, 6);
  answer.writeUInt16BE(4, 10);
  answer.set(address.split('.').map(Number), 12);
  return Buffer.concat([header, question, answer]);
}
