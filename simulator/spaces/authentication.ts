import { S3Error } from './error';
import type { KeyOf, Sender, SignedMessage } from './sender';
import { authenticateV2 } from './signature-v2';
import { authenticateV4 } from './signature-v4';

/** Finds out who sent a request; one that bears no signature comes from nobody in particular. */
export function authenticate(message: SignedMessage, keyOf: KeyOf, now: Date): Sender {
  const sender = authenticateV4(message, keyOf, now) ?? authenticateV2(message, keyOf, now);
  if (sender) return sender;
  if (message.header('authorization') !== undefined) {
    throw new S3Error('InvalidRequest', 'The authorization mechanism is not supported here: use AWS4-HMAC-SHA256.');
  }
  return { payload: message.header('x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD' };
}
