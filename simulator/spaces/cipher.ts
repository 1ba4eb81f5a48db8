import { createHash } from 'node:crypto';
import { S3Error } from './error';

const name = (of: string, field: string) => `x-amz-${of}server-side-encryption-customer-${field}`;

/**
 * The MD5 of the key that a client encrypts an object with (SSE-C), which is all that Spaces keeps of a key. What is
 * simulated is who gets the object back: its bytes are kept as they came.
 * https://docs.digitalocean.com/products/spaces/reference/s3-compatibility/
 */
export function cipherOf(
  header: (field: string) => string | undefined,
  of: '' | 'copy-source-' = '',
): string | undefined {
  const [algorithm, key, md5] = ['algorithm', 'key', 'key-md5'].map((field) => header(name(of, field)));
  if (algorithm === undefined && key === undefined && md5 === undefined) return undefined;
  if (algorithm !== 'AES256')
    throw new S3Error(
      'InvalidEncryptionAlgorithmError',
      `${name(of, 'algorithm')}: got "${algorithm ?? ''}"; only AES256 is allowed.`,
    );
  const bytes = Buffer.from(key ?? '', 'base64');
  if (bytes.length !== 32)
    throw new S3Error('InvalidArgument', `${name(of, 'key')} must be the base64 of 32 bytes, got ${bytes.length}.`);
  if (createHash('md5').update(bytes).digest('base64') !== md5)
    throw new S3Error('InvalidArgument', `${name(of, 'key-md5')} is not the MD5 of the key.`);
  return md5;
}

/** Throws unless a request brings the key that the object was stored with. */
export function expectCipher(stored: string | undefined, given: string | undefined): void {
  if (stored === given) return;
  if (stored === undefined)
    throw new S3Error('InvalidRequest', 'The object is not encrypted with a key of the client: send none.');
  if (given === undefined)
    throw new S3Error('InvalidRequest', 'The object is encrypted with a key of the client: send that key.');
  throw new S3Error('AccessDenied', 'The object is encrypted with another key of the client.');
}

/** What answers say of it. */
export const cipherHeaders = (md5: string | undefined): Record<string, string> =>
  md5 === undefined ? {} : { [name('', 'algorithm')]: 'AES256', [name('', 'key-md5')]: md5 };
