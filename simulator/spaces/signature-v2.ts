import { createHmac } from 'node:crypto';
import { S3Error } from './error';
import { expectNear, findKey } from './sender';
import type { KeyOf, Sender, SignedMessage } from './sender';

/** The query parameters that are part of what is asked for, and so of the signature. */
const signedParameters = new Set([
  'acl',
  'cors',
  'delete',
  'lifecycle',
  'location',
  'logging',
  'notification',
  'partNumber',
  'policy',
  'requestPayment',
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versionId',
  'versioning',
  'versions',
  'website',
]);

/**
 * AWS Signature Version 2, which Spaces still takes and old clients still use: `aws s3 presign` of AWS CLI 1 does.
 * Undefined when a request bears none.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
 */
export function authenticateV2(message: SignedMessage, keyOf: KeyOf, now: Date): Sender | undefined {
  const authorization = /^AWS ([^:]+):(.+)$/.exec(message.header('authorization') ?? '');
  if (authorization) {
    const date = message.header('x-amz-date') ?? message.header('date') ?? '';
    expectNear(new Date(date), now);
    const signedDate = message.header('x-amz-date') === undefined ? date : '';
    return verify(message, authorization[1]!, authorization[2]!, signedDate, keyOf);
  }
  const accessKey = message.query.get('AWSAccessKeyId');
  const signature = message.query.get('Signature');
  const expires = message.query.get('Expires');
  if (accessKey === null || signature === null || expires === null) return undefined;
  if (!(Number(expires) * 1000 >= now.getTime())) throw new S3Error('AccessDenied', 'Request has expired.');
  return verify(message, accessKey, signature, expires, keyOf);
}

function verify(message: SignedMessage, accessKey: string, signature: string, date: string, keyOf: KeyOf): Sender {
  const key = findKey(accessKey, keyOf);
  const headers = message.headerNames.filter((name) => name.startsWith('x-amz-')).sort();
  const signed = [
    message.method,
    message.header('content-md5') ?? '',
    message.header('content-type') ?? '',
    date,
    ...headers.map((name) => `${name}:${(message.header(name) ?? '').trim()}`),
    resourceOf(message),
  ].join('\n');
  if (createHmac('sha1', key.secretKey).update(signed).digest('base64') !== signature) {
    throw new S3Error(
      'SignatureDoesNotMatch',
      `The signature of this request is not the one that the secret of key "${accessKey}" gives. ` +
        `The text to sign was: ${JSON.stringify(signed)}`,
    );
  }
  return { key, payload: message.header('x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD' };
}

/** The bucket always comes first in it, also where the host names it. */
function resourceOf({ path, bucketOfHost, query }: SignedMessage): string {
  const named = [...query].filter(([name]) => signedParameters.has(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  const parameters = named.map(([name, value]) => (value === '' ? name : `${name}=${value}`)).join('&');
  return (bucketOfHost ? `/${bucketOfHost}` : '') + path + (parameters && `?${parameters}`);
}
