import { createServer, request as send } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { sign } from 'aws4';
import { createSpaces } from '../../spaces';
import type { Permission, Spaces, SpacesKey, SpacesOptions } from '../../spaces';

const key = (accessKey: string, bucket: string, permission: Permission): SpacesKey => ({
  accessKey,
  secretKey: `${accessKey}-secret`,
  grants: [{ bucket, permission }],
});
export const ownerKey = key('OWNER', '', 'fullaccess');
export const readKey = key('READER', 'photos', 'read');
export const writeKey = key('WRITER', 'photos', 'readwrite');
const keys = [ownerKey, readKey, writeKey];

export interface Sent {
  readonly method?: string;
  /** With its query, as it is to stand in the request line; absolute for a request to a proxy. */
  readonly path: string;
  /** The Host header; that of the server when absent. */
  readonly host?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Buffer | string;
  /** Signs the request; the owner's when absent, unsigned when null. */
  readonly key?: SpacesKey | null;
}

export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Of an error. */
  readonly code?: string;
}

/** The simulated Spaces behind a port of its own, with clients for it. */
export interface ServedSpaces {
  readonly spaces: Spaces;
  readonly endpoint: string;
  client(key?: SpacesKey, config?: S3ClientConfig): S3Client;
  request(sent: Sent): Promise<Got>;
  close(): Promise<void>;
}

export async function serveSpaces(options: Partial<SpacesOptions> = {}): Promise<ServedSpaces> {
  const spaces = createSpaces({ keyOf: (accessKey) => keys.find((key) => key.accessKey === accessKey), ...options });
  const server = createServer(spaces.listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const clients: S3Client[] = [];
  return {
    spaces,
    endpoint: `http://127.0.0.1:${port}`,
    client({ accessKey, secretKey } = ownerKey, config = {}) {
      const client = new S3Client({
        endpoint: `http://127.0.0.1:${port}`,
        region: 'us-east-1',
        forcePathStyle: true,
        maxAttempts: 1,
        credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
        ...config,
      });
      clients.push(client);
      return client;
    },
    request: (sent) => exchange(port, sent),
    async close() {
      for (const client of clients) client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function exchange(port: number, sent: Sent): Promise<Got> {
  const { method = 'GET', path, host = `127.0.0.1:${port}`, body, key: signer = ownerKey } = sent;
  const headers: Record<string, string> = { Host: host, ...sent.headers };
  if (signer) {
    const target = path.replace(/^https?:\/\/[^/]+/, '') || '/';
    const { accessKey: accessKeyId, secretKey: secretAccessKey } = signer;
    const options = { service: 's3', region: 'us-east-1', method, path: target, body, headers: { ...headers } };
    Object.assign(headers, sign(options, { accessKeyId, secretAccessKey }).headers);
  } else if (body !== undefined && headers['Transfer-Encoding'] === undefined) {
    headers['Content-Length'] ??= String(Buffer.byteLength(body));
  }
  return new Promise((resolve, reject) => {
    const request = send({ host: '127.0.0.1', port, agent: false, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          text,
          code: /<Code>(.*?)<\/Code>/.exec(text)?.[1],
        });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}
