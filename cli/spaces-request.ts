import http from 'node:http';
import https from 'node:https';
import { buffer } from 'node:stream/consumers';
import { sign } from 'aws4';

export interface SpacesAnswer {
  readonly status: number;
  readonly body: string;
}

export interface SpacesCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The key of the account's owner, from the variables that the DigitalOcean provider reads too. */
export function spacesCredentials(): SpacesCredentials {
  const { SPACES_ACCESS_KEY_ID: accessKeyId, SPACES_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey };
  throw new Error(
    'SPACES_ACCESS_KEY_ID and SPACES_SECRET_ACCESS_KEY are not set: to make a bucket, a Spaces key with full access is needed; to look at an environment or release to it, one that opens its exchange bucket',
  );
}

/**
 * One signed request to Spaces. AWS_ENDPOINT_URL_S3, if set, says where to connect; what is asked and signed stays the
 * same, with the region's own host name.
 */
export async function spacesRequest(
  credentials: SpacesCredentials,
  region: string,
  request: { method: string; path: string; headers?: Record<string, string>; body?: string },
): Promise<SpacesAnswer> {
  const host = `${region}.digitaloceanspaces.com`;
  const endpoint = new URL(process.env.AWS_ENDPOINT_URL_S3 ?? `https://${host}`);
  const signed = sign(
    { ...request, host, service: 's3', region: 'us-east-1', headers: { host, ...request.headers } },
    credentials,
  );
  const { request: open } = endpoint.protocol === 'http:' ? http : https;
  return new Promise((resolve, reject) => {
    const outgoing = open(
      {
        host: endpoint.hostname,
        port: endpoint.port || undefined,
        servername: host,
        method: signed.method,
        path: signed.path,
        headers: signed.headers as http.OutgoingHttpHeaders,
        timeout: 30_000,
      },
      (response) => {
        buffer(response).then(
          (body) => resolve({ status: response.statusCode ?? 0, body: body.toString('utf8') }),
          reject,
        );
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${host} did not answer within 30 s`)));
    outgoing.on('error', (error) =>
      reject(new Error(`${request.method} https://${host}${request.path}: ${error.message}`)),
    );
    outgoing.end(request.body);
  });
}
