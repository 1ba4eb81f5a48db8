import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { Blob } from './blob';
import { RegistryError } from './registry-error';
import type { Repository } from './repository';
import type { StandInImages } from './stand-in-images';

/** The names that it answers for. Docker Hub has two: Docker asks the first, other clients the second. */
export const registryHosts = ['registry-1.docker.io', 'index.docker.io', 'ghcr.io'];

export interface RegistryOptions {
  /** What is taken as a password at ghcr.io, with any user's name: GitHub's tokens that may read packages. */
  readonly passwords: readonly string[];
}

/**
 * Docker Hub and GitHub's registry, as far as images are pulled from them. Docker Hub lets everybody in. ghcr.io wants a token for
 * everything, as the real one does: anybody is given one, but a repository named `…/private-…` opens only to a login's.
 */
export function createRegistry(images: StandInImages, { passwords }: RegistryOptions): RequestListener {
  const tokens = { anonymous: randomUUID(), login: randomUUID() };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    const url = new URL(request.url ?? '/', `https://${host || 'nowhere'}`);
    if (!registryHosts.includes(host))
      throw new RegistryError(
        'NAME_UNKNOWN',
        `no registry is simulated at ${host || 'no host'}: there are ${registryHosts.join(', ')}`,
      );
    if (request.method !== 'GET' && request.method !== 'HEAD')
      throw new RegistryError('UNSUPPORTED', 'The operation is unsupported.');
    if (host === 'ghcr.io' && url.pathname === '/token') return sendJson(response, issueToken(request, url));

    const { name, kind, reference } = route(url.pathname);
    if (host === 'ghcr.io') checkToken(request, name);
    if (name === undefined) return sendJson(response, {});
    const repository = await images.repository(host, name);
    if (!repository) throw new RegistryError('NAME_UNKNOWN', `there is no stand-in for ${name} here`, { name });
    if (kind === 'tags') return sendJson(response, { name, tags: repository.tags });
    return kind === 'manifests'
      ? sendManifest(response, repository, reference!)
      : sendBlob(request, response, repository, reference!);
  }

  function issueToken({ headers }: IncomingMessage, { searchParams }: URL): object {
    const given = /^Basic (.+)$/i.exec(headers.authorization ?? '')?.[1];
    const password =
      given &&
      Buffer.from(given, 'base64')
        .toString()
        .replace(/^[^:]*:/, '');
    if (password !== undefined && !passwords.includes(password)) throw new RegistryError('DENIED', 'denied');
    const wanted = searchParams.getAll('scope').map((scope) => scope.split(':')[1] ?? '');
    if (password === undefined && wanted.some(isPrivate))
      throw new RegistryError('UNAUTHORIZED', 'authentication required');
    return { token: password === undefined ? tokens.anonymous : tokens.login, expires_in: 300 };
  }

  function checkToken({ headers }: IncomingMessage, name: string | undefined): void {
    const given = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
    if (given === tokens.login || (given === tokens.anonymous && !isPrivate(name ?? ''))) return;
    const scope = name === undefined ? '' : `,scope="repository:${name}:pull"`;
    throw new RegistryError('UNAUTHORIZED', 'authentication required', undefined, {
      'www-authenticate': `Bearer realm="https://ghcr.io/token",service="ghcr.io"${scope}`,
    });
  }

  return (request, response) => {
    response.setHeader('docker-distribution-api-version', 'registry/2.0');
    void answer(request, response).catch((error: unknown) => {
      const { status, body, headers } =
        error instanceof RegistryError ? error : new RegistryError('UNKNOWN', 'unknown error');
      for (const [header, value] of Object.entries(headers)) response.setHeader(header, value);
      sendJson(response, body, status);
    });
  };
}

const isPrivate = (name: string): boolean => /\/private-[^/]*$/.test(name);

const nameForm = /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*$/;
const digestForm = /^sha256:[0-9a-f]{64}$/;

interface Route {
  readonly name?: string;
  readonly kind?: 'manifests' | 'blobs' | 'tags';
  readonly reference?: string;
}

/** Reads `/v2/`, `/v2/NAME/manifests/REFERENCE`, `/v2/NAME/blobs/DIGEST` and `/v2/NAME/tags/list`. */
function route(path: string): Route {
  if (/^\/v2\/?$/.test(path)) return {};
  const [, name, kind, reference] = /^\/v2\/(.+)\/(manifests|blobs|tags)\/([^/]+)$/.exec(path) ?? [];
  if (name === undefined || (kind === 'tags' && reference !== 'list'))
    throw new RegistryError('NOT_FOUND', 'page not found');
  if (!nameForm.test(name)) throw new RegistryError('NAME_INVALID', 'invalid repository name', { name });
  if (!digestForm.test(reference!) && (kind === 'blobs' || reference!.includes(':')))
    throw new RegistryError('DIGEST_INVALID', 'invalid checksum digest format', { digest: reference });
  return { name, kind: kind as Route['kind'], reference };
}

// Node itself leaves the body out when only the head was asked for
function sendJson(response: ServerResponse, value: object, status = 200): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
}

function sendManifest(response: ServerResponse, repository: Repository, reference: string): void {
  const manifest = repository.manifest(reference);
  if (!manifest) throw new RegistryError('MANIFEST_UNKNOWN', 'manifest unknown', { reference });
  response
    .writeHead(200, {
      ...identity(manifest.digest),
      'content-type': manifest.mediaType,
      'content-length': manifest.body.length,
    })
    .end(manifest.body);
}

function sendBlob(request: IncomingMessage, response: ServerResponse, repository: Repository, digest: string): void {
  const blob = repository.blob(digest);
  if (!blob) throw new RegistryError('BLOB_UNKNOWN', 'blob unknown to registry', { digest });
  // a pull that was cut goes on where it was
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const start = Number(first ?? 0);
  const end = Math.min(last ? Number(last) : Infinity, blob.size - 1);
  const headers = { ...identity(digest), 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes' };
  if (first !== undefined && start > end) {
    response.writeHead(416, { ...headers, 'content-range': `bytes */${blob.size}` }).end();
    return;
  }
  response.writeHead(first === undefined ? 200 : 206, {
    ...headers,
    'content-length': end - start + 1,
    ...(first !== undefined && { 'content-range': `bytes ${start}-${end}/${blob.size}` }),
  });
  if (request.method === 'HEAD') response.end();
  else send(blob, start, end, response);
}

function send(blob: Blob, start: number, end: number, response: ServerResponse): void {
  if ('body' in blob) response.end(blob.body.subarray(start, end + 1));
  // who goes in the middle needs no word
  else pipeline(createReadStream(blob.file, { start, end }), response, () => undefined);
}

const identity = (digest: string) => ({ 'docker-content-digest': digest, etag: `"${digest}"` });
