import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { authorize } from './access';
import { readAddress } from './address';
import type { Address } from './address';
import { authenticate } from './authentication';
import type { BucketStore } from './bucket-store';
import { Call, headerOf, newRequestId } from './call';
import type { Answer, Behaviour } from './call';
import { corsHeaders, preflight } from './cors';
import { S3Error } from './error';
import { hasFullAccess } from './key';
import type { SpacesKey } from './key';
import { findOperation } from './operations';
import { renderXml } from './xml';

export interface ListenerOptions {
  readonly store: BucketStore;
  readonly keyOf: (accessKey: string) => SpacesKey | undefined;
  readonly behaviour: Behaviour;
  readonly now: () => Date;
}

/** Answers S3 over HTTP. */
export function createListener(options: ListenerOptions): RequestListener {
  return (request, response) => void respond(request, response, options);
}

async function respond(request: IncomingMessage, response: ServerResponse, options: ListenerOptions): Promise<void> {
  const now = options.now();
  let address: Address | undefined;
  let answer: Answer;
  let cors = {};
  try {
    address = readAddress(request.url ?? '/', request.headers.host ?? '');
    const rules = address.bucket ? options.store.get(address.bucket)?.settings.cors : undefined;
    cors = corsHeaders(rules, request.method!, (name) => headerOf(request, name));
    answer = await answerOf(request, address, options, now, rules);
  } catch (error) {
    answer = refusal(error, address, request);
  }
  const headers = { ...cors, ...answer.headers, 'x-amz-request-id': newRequestId(now, address?.region) };
  // A client may hang up in the middle of an object: there is nobody left to tell then.
  await send(request, response, { ...answer, headers }).catch(() => response.destroy());
}

async function answerOf(
  request: IncomingMessage,
  address: Address,
  { store, keyOf, behaviour }: ListenerOptions,
  now: Date,
  cors?: string,
): Promise<Answer> {
  const header = (name: string) => headerOf(request, name);
  const { bucket, key, query } = address;
  const method = request.method!;
  if (method === 'OPTIONS') return preflight(cors, header);
  const on = key !== undefined ? 'object' : bucket !== undefined ? 'bucket' : 'account';
  const headerNames = Object.keys(request.headersDistinct);
  const sender = authenticate({ ...address, method, header, headerNames }, keyOf, now);
  const operation = findOperation(method, on, query, header('x-amz-copy-source') !== undefined);
  const call = new Call(request, address, sender, store, now, behaviour);
  const { action, need } = operation;
  if (bucket === undefined) {
    if (!sender.key) throw new S3Error('AccessDenied', 'Only a key of the account can list its buckets.');
  } else if (action === 's3:CreateBucket') {
    if (!hasFullAccess(sender.key))
      throw new S3Error('AccessDenied', 'Only a key with full access can create buckets.');
  } else if (action === 's3:PutBucketPolicy' && hasFullAccess(sender.key) && !store.get(bucket)) {
    // The code that Spaces has for this one, and that the DigitalOcean provider looks for.
    throw new S3Error('NoSuchKey', `There is no bucket "${bucket}".`);
  } else if (!operation.judges) {
    authorize(call, { action, need, bucket, key, versionId: query.get('versionId') ?? undefined });
  }
  return operation.run(call);
}

function refusal(error: unknown, address: Address | undefined, request: IncomingMessage): Answer {
  const known =
    error instanceof S3Error ? error : new S3Error('InternalError', `The simulated Spaces failed: ${String(error)}`);
  const body = renderXml(
    'Error',
    {
      Code: known.code,
      Message: known.message,
      BucketName: address?.bucket,
      Key: address?.key,
      Resource: request.url,
    },
    '',
  );
  return { status: known.status, headers: { 'content-type': 'application/xml', ...known.headers }, body };
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers = {}, body }: Answer,
): Promise<void> {
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value);
  response.statusCode = status;
  if (typeof body === 'string') response.setHeader('content-length', Buffer.byteLength(body));
  if (request.method === 'HEAD' || body === undefined || typeof body === 'string') {
    response.end(request.method === 'HEAD' ? undefined : body);
    return;
  }
  await pipeline(body, response);
}
