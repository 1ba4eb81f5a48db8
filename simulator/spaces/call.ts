import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { Address } from './address';
import type { Bucket } from './bucket';
import type { BucketStore } from './bucket-store';
import { S3Error } from './error';
import { receive, readText } from './payload';
import type { Received } from './payload';
import type { KeyOf, Sender } from './sender';
import { renderXml } from './xml';

/** What an operation answers with. */
export interface Answer {
  readonly status: number;
  /** Those that are undefined are not sent. */
  readonly headers?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: string | Readable;
}

/** 200 with an XML document. */
export function xmlAnswer(name: string, content: object, headers: Answer['headers'] = {}): Answer {
  return { status: 200, headers: { 'content-type': 'application/xml', ...headers }, body: renderXml(name, content) };
}

/** What the simulated Spaces can be told to do one way or another. */
export interface Behaviour {
  /** The limited-access keys that have a grant for a bucket. */
  limitedKeys(bucket: string): readonly string[];
  readonly conditionalWrites: ConditionalWrites;
  /** For what is signed within a body, as forms are. */
  readonly keyOf: KeyOf;
}

/** What becomes of `If-Match` and `If-None-Match` on a write: some S3 stores ignore them, others refuse such a write. */
export type ConditionalWrites = 'honoured' | 'ignored' | 'refused';

/** One request to Spaces, with its address read and its sender known. */
export class Call {
  constructor(
    readonly request: IncomingMessage,
    readonly address: Address,
    readonly sender: Sender,
    readonly store: BucketStore,
    readonly now: Date,
    readonly behaviour: Behaviour,
  ) {}

  readonly header = (name: string): string | undefined => headerOf(this.request, name);

  param(name: string): string | undefined {
    return this.address.query.get(name) ?? undefined;
  }

  /** The bucket, which a host of another region does not know. */
  get bucket(): Bucket {
    return this.bucketNamed(this.address.bucket!);
  }

  bucketNamed(name: string): Bucket {
    const bucket = this.store.get(name);
    if (!bucket) throw new S3Error('NoSuchBucket', `There is no bucket "${name}".`);
    const { region } = bucket.settings;
    if (this.address.region && this.address.region !== region) {
      throw new S3Error('NoSuchBucket', `There is no bucket "${name}" in ${this.address.region}: it is in ${region}.`);
    }
    return bucket;
  }

  get key(): string {
    return this.address.key!;
  }

  /** Stores the body as a blob that nothing refers to yet. */
  receive(): Promise<Received> {
    return receive({ stream: this.request, sender: this.sender, header: this.header }, this.store.blobs);
  }

  readText(): Promise<string> {
    return readText({ stream: this.request, sender: this.sender, header: this.header });
  }
}

/** A header as it is signed: repeated ones joined by a comma. */
export function headerOf(request: IncomingMessage, name: string): string | undefined {
  return request.headersDistinct[name]?.join(',');
}

/** Like those of Spaces, so that a log line can be found by it. */
export function newRequestId(now: Date, region = 'fra1'): string {
  const seconds = Math.floor(now.getTime() / 1000)
    .toString(16)
    .padStart(10, '0');
  return `tx${randomBytes(10).toString('hex')}-${seconds}-${randomBytes(4).toString('hex')}-${region}`;
}
