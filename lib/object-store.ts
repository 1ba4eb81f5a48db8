import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { sign } from 'aws4';
import { XMLParser } from 'fast-xml-parser';

export interface ObjectStoreKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface ObjectStoreOptions extends ObjectStoreKey {
  /** Where to connect, `https://fra1.digitaloceanspaces.com`. */
  readonly endpoint: string;
  /** The host that requests are addressed to and signed for; omitted: the endpoint's own. */
  readonly host?: string;
  /** Attempts per request; 3 by default. Network errors and answers of 500 and above are retried. */
  readonly attempts?: number;
  /** Milliseconds until a request without an answer fails; 30,000 by default. */
  readonly timeout?: number;
  /** Bytes that an answer may have; unlimited by default. */
  readonly maxBytes?: number;
}

export interface ObjectRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** Path and query, encoded. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface ObjectAnswer {
  readonly status: number;
  readonly etag?: string;
  readonly body: Buffer;
  /** S3's error code and message; empty for a success and for HEAD. */
  readonly code: string;
  readonly message: string;
}

/** The store refused a request. */
export class ObjectStoreError extends Error {
  constructor(
    what: string,
    readonly status: number,
    readonly code: string,
  ) {
    super(`${what}: ${status} ${code}`.trim());
  }

  /** `403 AccessDenied`, or the status alone. */
  get reason(): string {
    return `${this.status} ${this.code}`.trim();
  }
}

const xml = new XMLParser({
  parseTagValue: false,
  isArray: (name) => name === 'Contents' || name === 'Version',
});

interface Page {
  readonly ListBucketResult: {
    readonly Contents?: readonly { readonly Key: string }[];
    readonly IsTruncated: string;
    readonly NextContinuationToken?: string;
  };
}

interface Versions {
  readonly ListVersionsResult: {
    readonly Version?: readonly { readonly Key: string; readonly VersionId: string; readonly IsLatest: string }[];
  };
}

/** An S3-compatible object store (DigitalOcean Spaces), by path-style requests with signature version 4. */
export class ObjectStore {
  private readonly endpoint: URL;
  private readonly host: string;

  constructor(private readonly options: ObjectStoreOptions) {
    this.endpoint = new URL(options.endpoint);
    this.host = options.host ?? this.endpoint.host;
  }

  /** The object whatever the status; with an ETag, 304 while the object still has it. */
  get(bucket: string, key: string, etag?: string): Promise<ObjectAnswer> {
    return this.request({
      method: 'GET',
      path: pathOf(bucket, key),
      headers: etag === undefined ? {} : { 'if-none-match': etag },
    });
  }

  /** The object's bytes; `undefined` when there is no such object or no such bucket. */
  async read(bucket: string, key: string): Promise<Buffer | undefined> {
    const answer = await this.get(bucket, key);
    if (answer.status === 404) return undefined;
    return expectStatus(`GET ${bucket}/${key}`, answer, 200).body;
  }

  async put(bucket: string, key: string, body: string | Buffer, contentType: string): Promise<void> {
    const headers = { 'content-type': contentType };
    const answer = await this.request({ method: 'PUT', path: pathOf(bucket, key), headers, body });
    expectStatus(`PUT ${bucket}/${key}`, answer, 200);
  }

  /** An object that does not exist is no error. */
  async delete(bucket: string, key: string): Promise<void> {
    const answer = await this.request({ method: 'DELETE', path: pathOf(bucket, key) });
    expectStatus(`DELETE ${bucket}/${key}`, answer, 204, 200, 404);
  }

  /** Whether an object of this key exists. */
  async has(bucket: string, key: string): Promise<boolean> {
    const answer = await this.request({ method: 'HEAD', path: pathOf(bucket, key) });
    return expectStatus(`HEAD ${bucket}/${key}`, answer, 200, 404).status === 200;
  }

  /** The keys that begin with a prefix, in order. */
  async list(bucket: string, prefix: string, most = Infinity): Promise<string[]> {
    const keys: string[] = [];
    for (let token: string | undefined; ;) {
      const query = queryOf({
        'list-type': '2',
        prefix,
        'max-keys': String(Math.min(most, 1000)),
        ...(token !== undefined && { 'continuation-token': token }),
      });
      const answer = await this.request({ method: 'GET', path: `/${bucket}?${query}` });
      const { body } = expectStatus(`GET ${bucket}?prefix=${prefix}`, answer, 200);
      const page = (xml.parse(body) as Page).ListBucketResult;
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
      token = page.IsTruncated === 'true' ? page.NextContinuationToken : undefined;
      if (token === undefined || keys.length >= most) return keys.slice(0, most);
    }
  }

  /** The id of an object's current version; `undefined` without an object or without versioning. */
  async version(bucket: string, key: string): Promise<string | undefined> {
    const answer = await this.request({ method: 'GET', path: `/${bucket}?${queryOf({ prefix: key, versions: '' })}` });
    if (answer.status !== 200) return undefined;
    const { Version = [] } = (xml.parse(answer.body) as Versions).ListVersionsResult;
    const latest = Version.find(({ Key, IsLatest }) => Key === key && IsLatest === 'true')?.VersionId;
    return latest === 'null' ? undefined : latest;
  }

  /** One signed request, repeated while the store fails. */
  async request(request: ObjectRequest): Promise<ObjectAnswer> {
    const { attempts = 3 } = this.options;
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await this.send(request);
        if (answer.status < 500 || attempt >= attempts) return answer;
      } catch (error) {
        if (attempt >= attempts) throw error;
      }
      await sleep(attempt * 300);
    }
  }

  private send({ method, path, headers = {}, body }: ObjectRequest): Promise<ObjectAnswer> {
    const { accessKeyId, secretAccessKey, timeout = 30_000, maxBytes = Infinity } = this.options;
    const { host, endpoint } = this;
    const signed = sign(
      { method, path, host, service: 's3', region: 'us-east-1', headers: { host, ...headers }, body },
      { accessKeyId, secretAccessKey },
    );
    const what = `${method} ${path.slice(1).split('?')[0]}`;
    const { request } = endpoint.protocol === 'http:' ? http : https;
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => reject(new Error(`${what}: ${error.message}`, { cause: error }));
      const outgoing = request(
        {
          host: endpoint.hostname,
          port: endpoint.port || undefined,
          servername: this.options.host,
          method,
          path,
          headers: signed.headers as http.OutgoingHttpHeaders,
          timeout,
        },
        (response) => {
          bounded(response, maxBytes).then(
            (content) => resolve(answerOf(response.statusCode ?? 0, response.headers.etag, content)),
            fail,
          );
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer from ${host} within ${timeout / 1000} s`)));
      outgoing.on('error', fail);
      outgoing.end(body);
    });
  }
}

const pathOf = (bucket: string, key: string): string =>
  `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;

/** S3 signs a space as %20. */
const queryOf = (parameters: Readonly<Record<string, string>>): string =>
  new URLSearchParams(parameters).toString().replaceAll('+', '%20');

function expectStatus(what: string, answer: ObjectAnswer, ...expected: readonly number[]): ObjectAnswer {
  if (expected.includes(answer.status)) return answer;
  throw new ObjectStoreError(what, answer.status, answer.code);
}

function answerOf(status: number, etag: string | undefined, body: Buffer): ObjectAnswer {
  const { Code: code = '', Message: message = '' } = status >= 400 ? errorOf(body) : {};
  return { status, etag, body, code, message };
}

/** The XML document that S3 answers errors with; empty when something else has answered. */
function errorOf(body: Buffer): { readonly Code?: string; readonly Message?: string } {
  try {
    const { Code, Message } =
      (xml.parse(body) as { Error?: { readonly Code?: unknown; readonly Message?: unknown } }).Error ?? {};
    return {
      ...(typeof Code === 'string' && /^\w+$/.test(Code) && { Code }),
      ...(typeof Message === 'string' && { Message }),
    };
  } catch {
    return {};
  }
}

async function bounded(response: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > maxBytes) throw new Error(`the answer has more than ${maxBytes / 1024 / 1024} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
