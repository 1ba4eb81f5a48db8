import { createHash } from 'node:crypto';
import { S3Error } from './error';
import type { ChunkChain } from './sender';
import { sha256 } from './signature-v4';

/** What came after the last chunk, by lower-case name. */
export type Trailers = ReadonlyMap<string, string>;

const emptyHash = sha256('');
const longestLine = 16 * 1024;

/**
 * Decodes `aws-chunked`, the framing that S3 clients put within HTTP's own, and gives the trailers at its end.
 * With a chain, every chunk carries a signature, which is checked: a body cut, reordered or changed on the way is refused.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export async function* decodeChunks(
  body: AsyncIterable<Buffer>,
  chain?: ChunkChain,
  signedTrailer = false,
): AsyncGenerator<Buffer, Trailers> {
  const input = new Input(body);
  for (;;) {
    const line = await input.line();
    const [length = '', signature] = line.split(';chunk-signature=');
    const size = /^[0-9a-f]{1,8}$/i.test(length.trim()) ? parseInt(length, 16) : undefined;
    if (size === undefined) {
      throw new S3Error('InvalidRequest', `aws-chunked: "${line.slice(0, 40)}" is not the head of a chunk.`);
    }
    const hash = createHash('sha256');
    for await (const piece of input.bytes(size)) {
      hash.update(piece);
      yield piece;
    }
    if (chain)
      expectSignature(chain.next('PAYLOAD', emptyHash, hash.digest('hex')), signature, `a chunk of ${size} bytes`);
    if (size === 0) break;
    if ((await input.line()) !== '')
      throw new S3Error('IncompleteBody', 'aws-chunked: a chunk is longer than its head says.');
  }
  return readTrailers(input, signedTrailer ? chain : undefined);
}

async function readTrailers(input: Input, chain?: ChunkChain): Promise<Trailers> {
  const trailers = new Map<string, string>();
  for (let line = await input.line(true); line; line = await input.line(true)) {
    const colon = line.indexOf(':');
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const signature = trailers.get('x-amz-trailer-signature');
  trailers.delete('x-amz-trailer-signature');
  if (chain) {
    const text = [...trailers].map(([name, value]) => `${name}:${value}\n`).join('');
    expectSignature(chain.next('TRAILER', sha256(text)), signature, 'the trailer');
  }
  await input.drain();
  return trailers;
}

function expectSignature(expected: string, given: string | undefined, what: string): void {
  if (given !== expected)
    throw new S3Error('SignatureDoesNotMatch', `aws-chunked: the signature of ${what} is not right.`);
}

/** A stream read by lines and by counts of bytes. */
class Input {
  private readonly source: AsyncIterator<Buffer>;
  private held: Buffer = Buffer.alloc(0);

  constructor(body: AsyncIterable<Buffer>) {
    this.source = body[Symbol.asyncIterator]();
  }

  /** Up to the next CRLF, which is left out. At the end of the stream: '' when the end is allowed here. */
  async line(mayEnd = false): Promise<string> {
    for (;;) {
      const end = this.held.indexOf('\r\n');
      if (end >= 0) {
        const line = this.held.toString('latin1', 0, end);
        this.held = this.held.subarray(end + 2);
        return line;
      }
      if (this.held.length > longestLine)
        throw new S3Error('InvalidRequest', 'aws-chunked: a line of the framing is too long.');
      if (await this.more()) continue;
      if (mayEnd && this.held.length === 0) return '';
      throw new S3Error('IncompleteBody', 'aws-chunked: the body ends before its last chunk.');
    }
  }

  async *bytes(count: number): AsyncGenerator<Buffer> {
    while (count > 0) {
      if (this.held.length === 0 && !(await this.more())) {
        throw new S3Error('IncompleteBody', `aws-chunked: the body ends ${count} bytes before the end of a chunk.`);
      }
      const piece = this.held.subarray(0, count);
      this.held = this.held.subarray(piece.length);
      count -= piece.length;
      yield piece;
    }
  }

  async drain(): Promise<void> {
    while (await this.more()) this.held = Buffer.alloc(0);
  }

  private async more(): Promise<boolean> {
    const { value, done } = await this.source.next();
    if (done) return false;
    this.held = this.held.length === 0 ? value : Buffer.concat([this.held, value]);
    return true;
  }
}
