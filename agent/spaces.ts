import http from 'node:http';
import https from 'node:https';
import { buffer } from 'node:stream/consumers';
import { sign } from 'aws4';
import type { Settings } from './settings';

export interface Answer {
  readonly status: number;
  readonly etag?: string;
  readonly body: Buffer;
}

/** The environment's buckets, as far as the machine's key opens them. */
export class Spaces {
  constructor(private readonly settings: Settings) {}

  /** The object, or 304 when it still is the one with this ETag. */
  get(bucket: string, key: string, etag?: string): Promise<Answer> {
    return this.request('GET', bucket, key, etag === undefined ? {} : { 'if-none-match': etag });
  }

  async put(bucket: string, key: string, body: string, contentType: string): Promise<void> {
    const { status, body: answer } = await this.request('PUT', bucket, key, { 'content-type': contentType }, body);
    if (status !== 200) throw new Error(`PUT ${bucket}/${key}: ${status} ${codeOf(answer)}`);
  }

  private request(method: string, bucket: string, key: string, headers: Record<string, string>, body?: string): Promise<Answer> {
    const endpoint = new URL(this.settings.endpoint);
    const { accessKeyId, secretAccessKey } = this.settings;
    const path = `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
    const signed = sign({ method, path, host: endpoint.host, service: 's3', region: 'us-east-1', headers, body }, { accessKeyId, secretAccessKey });
    const { request } = endpoint.protocol === 'http:' ? http : https;
    return new Promise((resolve, reject) => {
      const outgoing = request({
        host: endpoint.hostname, port: endpoint.port || undefined, method, path,
        headers: signed.headers as http.OutgoingHttpHeaders,
        // an answer that never comes must not hold up everything else
        timeout: 20_000,
      }, (response) => {
        buffer(response).then((content) => resolve({ status: response.statusCode ?? 0, etag: response.headers.etag, body: content }), reject);
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer within 20 s')));
      outgoing.on('error', (error) => reject(new Error(`${method} ${bucket}/${key}: ${error.message}`)));
      outgoing.end(body);
    });
  }
}

/** S3's own name for what went wrong. */
export const codeOf = (body: Buffer): string => /<Code>(\w+)<\/Code>/.exec(body.toString('utf8'))?.[1] ?? '';
