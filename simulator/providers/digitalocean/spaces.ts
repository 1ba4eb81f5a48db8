import { createHash } from 'node:crypto';
import aws4 from 'aws4';
import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { type Dynamic } from '../../terraform/value';
import { type Answer, exchange, type Patience } from '../exchange';

export interface SpacesAccess {
  host: string;
  port: number;
  accessKey: string;
  secretKey: string;
}

/** An answer that is an error, in the words of the AWS client that DigitalOcean's provider uses. */
export class SpacesError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface SpacesCall {
  method: string;
  region: string;
  bucket: string;
  /** Absent: the bucket itself. */
  key?: string;
  /** As it stands after the question mark, for example `versioning`. */
  query?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

const parser = new XMLParser({ ignoreDeclaration: true, parseTagValue: false, ignoreAttributes: true });
const builder = new XMLBuilder({ ignoreAttributes: false, suppressEmptyNode: true });
const again = (status: number): boolean => status >= 500 && status !== 501;

// Every byte but the unreserved ones is escaped, the slash between the parts of a key excepted.
const encodeKey = (key: string) =>
  key
    .split('/')
    .map((part) =>
      encodeURIComponent(part).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
    )
    .join('/');

/** Spaces as DigitalOcean's Terraform provider uses it: signed for us-east-1, the bucket in the host name. */
export class Spaces {
  constructor(
    private readonly access: SpacesAccess,
    private readonly patience: Patience,
  ) {}

  async call(call: SpacesCall, failure: string): Promise<Answer> {
    const { host, port, accessKey, secretKey } = this.access;
    // GetBucketLocation alone has the bucket in its path.
    const pathStyle = call.query === 'location';
    const domain = `${call.region}.spaces.test`;
    const path = `/${pathStyle ? call.bucket : encodeKey(call.key ?? '')}${call.query ? `?${call.query}` : ''}`;
    const headers: Record<string, string> = { ...call.headers, host: pathStyle ? domain : `${call.bucket}.${domain}` };
    if (call.method !== 'GET' && call.method !== 'HEAD')
      headers['content-length'] = String(Buffer.byteLength(call.body ?? ''));
    const signed = aws4.sign(
      { service: 's3', region: 'us-east-1', method: call.method, path, headers, body: call.body },
      { accessKeyId: accessKey, secretAccessKey: secretKey },
    );
    const request = {
      method: call.method,
      url: `http://${host}:${port}${path}`,
      headers: signed.headers as Record<string, string>,
      body: call.body,
    };
    const { answer } = await exchange(request, this.patience, again).catch((error: Error) => {
      throw new Error(`${failure}: RequestError: send request failed\ncaused by: ${error.message}`);
    });
    if (answer.status < 300) return answer;
    const said = answer.body.length > 0 ? (parser.parse(answer.body.toString()) as Dynamic).Error : undefined;
    const plain: Record<number, string> = { 403: 'Forbidden', 404: 'NotFound', 412: 'PreconditionFailed' };
    const code = said?.Code ?? plain[answer.status] ?? 'UnknownError';
    const requestId = answer.headers['x-amz-request-id'] ?? said?.RequestId ?? '';
    const details = `status code: ${answer.status}, request id: ${String(requestId)}, host id: ${said?.HostId ?? ''}`;
    throw new SpacesError(answer.status, code, `${failure}: ${code}: ${said?.Message ?? code}\n\t${details}`);
  }

  /** Null when the answer is that there is no such thing. */
  find(call: SpacesCall, failure: string): Promise<Answer | null> {
    return this.call(call, failure).catch((error: Error) => {
      if (error instanceof SpacesError && error.status === 404) return null;
      throw error;
    });
  }

  /** Sends an XML document, such as a bucket's lifecycle. */
  async sendDocument(call: Omit<SpacesCall, 'body'>, document: object, failure: string): Promise<void> {
    const body = builder.build(document) as string;
    const headers = {
      'content-type': 'application/xml',
      'content-md5': createHash('md5').update(body).digest('base64'),
    };
    await this.call({ ...call, body, headers }, failure);
  }

  async document(call: Omit<SpacesCall, 'method'>, failure: string): Promise<Dynamic> {
    const answer = await this.find({ ...call, method: 'GET' }, failure);
    return answer && parser.parse(answer.body.toString());
  }
}
