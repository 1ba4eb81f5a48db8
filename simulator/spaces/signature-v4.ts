import { createHash, createHmac } from 'node:crypto';
import { S3Error } from './error';
import type { SpacesKey } from './key';
import { expectNear, findKey, quarterHour } from './sender';
import type { ChunkChain, KeyOf, Sender, SignedMessage } from './sender';

interface Claim {
  readonly accessKey: string;
  readonly scope: string;
  readonly day: string;
  readonly region: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** YYYYMMDD'T'HHMMSS'Z' */
  readonly time: string;
}

const algorithm = 'AWS4-HMAC-SHA256';
const week = 7 * 24 * 60 * 60;

/**
 * AWS Signature Version 4, in the `Authorization` header or in a presigned URL; undefined when a request has neither.
 * The region of the scope may be any: Spaces' clients sign for `us-east-1` or for the slug.
 */
export function authenticateV4(message: SignedMessage, keyOf: KeyOf, now: Date): Sender | undefined {
  const authorization = message.header('authorization');
  if (authorization?.startsWith(`${algorithm} `)) return byHeader(message, authorization, keyOf, now);
  if (authorization !== undefined) return undefined;
  return message.query.has('X-Amz-Signature') || message.query.has('X-Amz-Algorithm')
    ? byUrl(message, keyOf, now)
    : undefined;
}

function byHeader(message: SignedMessage, authorization: string, keyOf: KeyOf, now: Date): Sender {
  const fields = new Map(
    authorization
      .slice(algorithm.length + 1)
      .split(',')
      .map((field) => {
        const [name = '', ...value] = field.trim().split('=');
        return [name, value.join('=')] as const;
      }),
  );
  const header = message.header('x-amz-date') ?? message.header('date') ?? '';
  const signedAt = timeOf(header) ?? new Date(header);
  expectNear(signedAt, now);
  const claim = claimOf((name) => fields.get(name), stamp(signedAt), 'AuthorizationHeaderMalformed');
  const unsigned = message.headerNames.filter(
    (name) => name.startsWith('x-amz-') && !claim.signedHeaders.includes(name),
  );
  if (unsigned.length > 0)
    throw new S3Error('AccessDenied', `There are headers that were not signed: ${unsigned.join(', ')}.`);
  const payload = message.header('x-amz-content-sha256');
  if (!payload) throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256.');
  const key = findKey(claim.accessKey, keyOf);
  const signing = verify(message, claim, key, message.query, payload);
  return { key, payload, chain: chainFrom(claim, signing) };
}

function byUrl(message: SignedMessage, keyOf: KeyOf, now: Date): Sender {
  const query = message.query;
  const param = (name: string) => query.get(`X-Amz-${name}`) ?? undefined;
  const malformed = (what: string) => new S3Error('AuthorizationQueryParametersError', what);
  if (param('Algorithm') !== algorithm) throw malformed(`X-Amz-Algorithm must be ${algorithm}.`);
  const time = param('Date') ?? '';
  const claim = claimOf(param, time, 'AuthorizationQueryParametersError');
  const signedAt = timeOf(time);
  if (!signedAt) throw malformed('X-Amz-Date must look like 20260131T235959Z.');
  const expires = Number(param('Expires'));
  if (!Number.isInteger(expires) || expires < 1 || expires > week)
    throw malformed('X-Amz-Expires must be 1 to 604800 seconds.');
  const age = now.getTime() - signedAt.getTime();
  if (age < -quarterHour) throw new S3Error('AccessDenied', 'Request is not valid yet.');
  if (age > expires * 1000) throw new S3Error('AccessDenied', 'Request has expired.');
  const key = findKey(claim.accessKey, keyOf);
  const signed = new URLSearchParams([...query].filter(([name]) => name !== 'X-Amz-Signature'));
  const payload = param('Content-Sha256') ?? message.header('x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD';
  verify(message, claim, key, signed, payload);
  return { key, payload };
}

function claimOf(
  field: (name: string) => string | undefined,
  time: string,
  code: 'AuthorizationHeaderMalformed' | 'AuthorizationQueryParametersError',
): Claim {
  const [credential, signedHeaders, signature] = ['Credential', 'SignedHeaders', 'Signature'].map(field);
  if (!credential || !signedHeaders || !signature) {
    throw new S3Error(code, 'Credential, SignedHeaders and Signature are all needed.');
  }
  const parts = credential.split('/');
  const [accessKey = '', day = '', region = '', service, end] = parts;
  if (parts.length !== 5 || !/^\d{8}$/.test(day) || service !== 's3' || end !== 'aws4_request') {
    throw new S3Error(code, `The credential "${credential}" must look like KEY/YYYYMMDD/REGION/s3/aws4_request.`);
  }
  if (day !== time.slice(0, 8))
    throw new S3Error(code, `The credential's day ${day} is not that of the request's time ${time}.`);
  const names = signedHeaders.split(';');
  if (!names.includes('host')) throw new S3Error(code, 'The host header must be signed.');
  return { accessKey, scope: parts.slice(1).join('/'), day, region, signedHeaders: names, signature, time };
}

/** Throws unless the signature is right; gives the signing key for the chunks that follow. */
function verify(message: SignedMessage, claim: Claim, key: SpacesKey, query: URLSearchParams, payload: string): Buffer {
  const canonical = [
    message.method,
    canonicalPath(message.path),
    canonicalQuery(query),
    ...claim.signedHeaders.map(
      (name) => `${name}:${canonicalHeader(name === 'host' ? message.host : message.header(name))}`,
    ),
    '',
    claim.signedHeaders.join(';'),
    payload,
  ].join('\n');
  const signing = signingKey(key.secretKey, claim.day, claim.region);
  const expected = hmac(signing, [algorithm, claim.time, claim.scope, sha256(canonical)].join('\n')).toString('hex');
  if (expected === claim.signature) return signing;
  throw new S3Error(
    'SignatureDoesNotMatch',
    `The signature of this request is not the one that the secret of key "${claim.accessKey}" gives: check the secret, ` +
      `and that nothing on the way changed the request. The canonical request was: ${JSON.stringify(canonical)}`,
  );
}

/** The key that a secret gives for one day and region. */
export const signingKey = (secret: string, day: string, region: string): Buffer =>
  [day, region, 's3', 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${secret}`) as Buffer;

function chainFrom(claim: Claim, signing: Buffer): ChunkChain {
  let previous = claim.signature;
  return {
    next(kind, ...hashes) {
      previous = hmac(
        signing,
        [`${algorithm}-${kind}`, claim.time, claim.scope, previous, ...hashes].join('\n'),
      ).toString('hex');
      return previous;
    },
  };
}

/** Clients differ in what they escape in a path, but sign it as RFC 3986 has it. */
function canonicalPath(path: string): string {
  return path
    .split('/')
    .map((part) => encode(decodeURIComponent(part)))
    .join('/');
}

function canonicalQuery(query: URLSearchParams): string {
  const pairs = [...query].map(([name, value]) => [encode(name), encode(value)] as const);
  // By name and then value: sorting the joined text would put `a-b=` before `a=`.
  pairs.sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1));
  return pairs.map((pair) => pair.join('=')).join('&');
}

/** RFC 3986: all but letters, digits and -._~ */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function canonicalHeader(value = ''): string {
  // Node reads headers as Latin-1; clients that put other letters in them sign UTF-8.
  return Buffer.from(value, 'latin1').toString('utf8').trim().replace(/ +/g, ' ');
}

function timeOf(stamped: string): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamped);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function stamp(date: Date): string {
  return date.toISOString().replace(/[-:]|\.\d+/g, '');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

export function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex');
}
