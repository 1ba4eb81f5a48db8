import { S3Error } from './error';
import type { SpacesKey } from './key';

/** The parts of a request that a signature covers. */
export interface SignedMessage {
  readonly method: string;
  readonly host: string;
  /** The bucket, when the host names it and the path does not. */
  readonly bucketOfHost?: string;
  /** Percent-encoded, as sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  header(name: string): string | undefined;
  readonly headerNames: readonly string[];
}

/** Who sent a request, and what he says of its body. */
export interface Sender {
  /** Absent when the request is not signed at all. */
  readonly key?: SpacesKey;
  /** The hex SHA-256 of the body, or one of the words UNSIGNED-PAYLOAD, STREAMING-…. */
  readonly payload: string;
  /** Signs what follows in a body of signed chunks. */
  readonly chain?: ChunkChain;
}

/** The chain of signatures of a chunked body: each covers the one before it, the first that of the headers. */
export interface ChunkChain {
  next(kind: 'PAYLOAD' | 'TRAILER', ...hashes: string[]): string;
}

export type KeyOf = (accessKey: string) => SpacesKey | undefined;

/** How far clocks may differ: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export const quarterHour = 15 * 60 * 1000;

export function expectNear(signedAt: Date, now: Date): void {
  const time = signedAt.getTime();
  if (Number.isNaN(time)) throw new S3Error('AccessDenied', 'A signed request needs an x-amz-date or a Date header.');
  if (Math.abs(time - now.getTime()) <= quarterHour) return;
  throw new S3Error('RequestTimeTooSkewed', `Signed at ${signedAt.toISOString()}; here it is ${now.toISOString()}.`);
}

export function findKey(accessKey: string, keyOf: KeyOf): SpacesKey {
  const key = keyOf(accessKey);
  if (!key) throw new S3Error('InvalidAccessKeyId', `There is no access key "${accessKey}" in this account.`);
  return key;
}
