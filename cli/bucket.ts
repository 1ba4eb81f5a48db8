import http from 'node:http';
import https from 'node:https';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { sign } from 'aws4';
import { XMLParser } from 'fast-xml-parser';
import type { SpacesCredentials } from './spaces-request';

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

const parser = new XMLParser({ isArray: (name) => name === 'Contents', parseTagValue: false });
const attempts = 3;

/** Reads a bucket of many objects. What fails on the way, or on the vendor's side, is tried again. */
export class Bucket {
  private readonly host: string;
  private readonly endpoint: URL;

  constructor(
    private readonly credentials: SpacesCredentials,
    region: string,
    readonly name: string,
    endpoint = process.env.AWS_ENDPOINT_URL_S3,
  ) {
    this.host = `${region}.digitaloceanspaces.com`;
    this.endpoint = new URL(endpoint ?? `https://${this.host}`);
  }

  /** The keys that begin with a prefix, in order; nothing when there is no such bucket. */
  async list(prefix: string, most = Infinity): Promise<string[] | undefined> {
    const keys: string[] = [];
    for (let token: string | undefined; ;) {
      const query = new URLSearchParams({
        'list-type': '2',
        prefix,
        'max-keys': String(Math.min(most, 1000)),
        ...(token !== undefined && { 'continuation-token': token }),
      });
      // S3 signs a space as %20
      const { status, body } = await this.request(`/${this.name}?${query.toString().replaceAll('+', '%20')}`);
      if (status === 404) return undefined;
      const text = body.toString('utf8');
      if (status !== 200)
        throw new Error(`${this.name}/${prefix}: ${status} ${codeOf(text)}: may this key list the bucket?`);
      const page = (
        parser.parse(text) as {
          ListBucketResult: { Contents?: { Key: string }[]; IsTruncated: string; NextContinuationToken?: string };
        }
      ).ListBucketResult;
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
      token = page.IsTruncated === 'true' ? page.NextContinuationToken : undefined;
      if (token === undefined || keys.length >= most) return keys.slice(0, most);
    }
  }

  /** The object's bytes; nothing when there is none. */
  async get(key: string): Promise<Buffer | undefined> {
    const { status, body } = await this.request(`/${this.name}/${key.split('/').map(encodeURIComponent).join('/')}`);
    if (status === 404) return undefined;
    if (status !== 200)
      throw new Error(`${this.name}/${key}: ${status} ${codeOf(body.toString('utf8'))}: may this key read the bucket?`);
    return body;
  }

  private async request(path: string): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await this.requestOnce(path);
        if (answer.status < 500 || attempt === attempts) return answer;
      } catch (error) {
        if (attempt === attempts)
          throw new Error(`https://${this.host}${path}: ${(error as Error).message}`, { cause: error });
      }
      await sleep(attempt * 300);
    }
  }

  private requestOnce(path: string): Promise<Answer> {
    const signed = sign(
      { method: 'GET', path, host: this.host, service: 's3', region: 'us-east-1', headers: { host: this.host } },
      this.credentials,
    );
    const { request } = this.endpoint.protocol === 'http:' ? http : https;
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: this.endpoint.hostname,
          port: this.endpoint.port || undefined,
          servername: this.host,
          path,
          headers: signed.headers as http.OutgoingHttpHeaders,
          timeout: 30_000,
        },
        (response) => {
          buffer(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer within 30 s')));
      outgoing.on('error', reject);
      outgoing.end();
    });
  }
}

const codeOf = (body: string): string => /<Code>(\w+)<\/Code>/.exec(body)?.[1] ?? '';
