import http from 'node:http';
import https from 'node:https';
import { sign } from 'aws4';
import { XMLParser } from 'fast-xml-parser';
import type { Settings } from './settings';

export interface Answer {
  readonly status: number;
  readonly etag?: string;
  readonly body: Buffer;
}

/** The environment's buckets, as far as the machine's key opens them. */
export class Spaces {
  constructor(private readonly settings: Pick<Settings, 'endpoint' | 'accessKeyId' | 'secretAccessKey'>) {}

  /** The object, or 304 when it still is the one with this ETag. */
  get(bucket: string, key: string, etag?: string): Promise<Answer> {
    return this.request('GET', this.path(bucket, key), etag === undefined ? {} : { 'if-none-match': etag });
  }

  async put(bucket: string, key: string, body: string | Buffer, contentType: string): Promise<void> {
    const { status, body: answer } = await this.request(
      'PUT',
      this.path(bucket, key),
      { 'content-type': contentType },
      body,
    );
    if (status !== 200) throw new Error(`PUT ${bucket}/${key}: ${status} ${codeOf(answer)}`);
  }

  /** One that is not there is no error. */
  async delete(bucket: string, key: string): Promise<void> {
    const { status, body } = await this.request('DELETE', this.path(bucket, key), {});
    if (status !== 204 && status !== 200 && status !== 404)
      throw new Error(`DELETE ${bucket}/${key}: ${status} ${codeOf(body)}`);
  }

  /** Whether there is an object of this key. */
  async has(bucket: string, key: string): Promise<boolean> {
    const { status } = await this.request('HEAD', this.path(bucket, key), {});
    if (status !== 200 && status !== 404) throw new Error(`HEAD ${bucket}/${key}: ${status}`);
    return status === 200;
  }

  /** Every key that begins so, in the order of their letters. */
  async list(bucket: string, prefix: string): Promise<string[]> {
    const keys: string[] = [];
    for (let token: string | undefined, more = true; more;) {
      const query = new URLSearchParams({
        'list-type': '2',
        prefix,
        ...(token === undefined ? {} : { 'continuation-token': token }),
      });
      const { status, body } = await this.request('GET', `/${bucket}?${query}`, {});
      if (status !== 200) throw new Error(`GET ${bucket}?prefix=${prefix}: ${status} ${codeOf(body)}`);
      const page = (listing.parse(body) as Listing).ListBucketResult;
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
      token = page.NextContinuationToken;
      more = page.IsTruncated === 'true' && token !== undefined;
    }
    return keys;
  }

  private path(bucket: string, key: string): string {
    return `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
  }

  private request(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string | Buffer,
  ): Promise<Answer> {
    const endpoint = new URL(this.settings.endpoint);
    const { accessKeyId, secretAccessKey } = this.settings;
    const signed = sign(
      { method, path, host: endpoint.host, service: 's3', region: 'us-east-1', headers, body },
      { accessKeyId, secretAccessKey },
    );
    const { request } = endpoint.protocol === 'http:' ? http : https;
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: endpoint.hostname,
          port: endpoint.port || undefined,
          method,
          path,
          headers: signed.headers as http.OutgoingHttpHeaders,
          // an answer that never comes must not hold up everything else
          timeout: 20_000,
        },
        (response) => {
          bounded(response).then(
            (content) => resolve({ status: response.statusCode ?? 0, etag: response.headers.etag, body: content }),
            reject,
          );
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer within 20 s')));
      outgoing.on('error', (error) => reject(new Error(`${method} ${path.slice(1).split('?')[0]}: ${error.message}`)));
      outgoing.end(body);
    });
  }
}

/** Bytes of an answer: far more than anything of ours has, and less than what would take a machine's memory. */
const mostBytes = 32 * 1024 * 1024;

async function bounded(response: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > mostBytes) throw new Error(`the answer has more than ${mostBytes / 1024 / 1024} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

interface Listing {
  readonly ListBucketResult: {
    readonly Contents?: readonly { readonly Key: string }[];
    readonly IsTruncated: string;
    readonly NextContinuationToken?: string;
  };
}

const listing = new XMLParser({ parseTagValue: false, isArray: (name) => name === 'Contents' });

/** S3's own name for what went wrong. */
export const codeOf = (body: Buffer): string => /<Code>(\w+)<\/Code>/.exec(body.toString('utf8'))?.[1] ?? '';
