import { everybodyMay } from './canned-acl';
import type { Call } from './call';
import { S3Error } from './error';
import { grantsAllow, hasFullAccess } from './key';
import type { Need } from './key';
import { judge } from './policy';

/** What is asked for, where. */
export interface Wish {
  /** In a policy's words, for instance `s3:GetObject`. */
  readonly action: string;
  readonly need: Need;
  readonly bucket: string;
  readonly key?: string;
  readonly versionId?: string;
}

/** Throws AccessDenied unless a grant of the key, the bucket's policy or an ACL allows it, and no policy denies it. */
export function authorize(call: Call, wish: Wish): void {
  const { key } = call.sender;
  const granted = grantsAllow(key, wish.bucket, wish.need);
  // A limited key learns nothing of buckets that it has no grant for, not even that there is none.
  if (key && !granted && !call.store.get(wish.bucket)) throw denied(wish, key.accessKey);
  const { policy } = call.bucketNamed(wish.bucket).settings;
  const resource = wish.key === undefined ? wish.bucket : `${wish.bucket}/${wish.key}`;
  const sourceIp = call.request.socket.remoteAddress ?? '';
  const verdict = judge(policy, wish.bucket, { action: wish.action, resource, sourceIp });
  if (verdict === 'Deny' && !(hasFullAccess(key) && mayRepair(wish))) {
    throw new S3Error('AccessDenied', `The policy of bucket "${wish.bucket}" denies ${wish.action} on ${resource}.`);
  }
  if (granted || verdict === 'Allow' || isPublic(call, wish)) return;
  throw denied(wish, key?.accessKey);
}

/** The account's owner can always take a policy away that locks everybody out. */
function mayRepair({ action }: Wish): boolean {
  return /^s3:(Get|Put|Delete)BucketPolicy$/.test(action);
}

/** A public object can be read, a public bucket listed: neither follows from the other. */
function isPublic(call: Call, { action, bucket: name, key, versionId }: Wish): boolean {
  const bucket = call.bucketNamed(name);
  if (action === 's3:ListBucket') return everybodyMay(bucket.settings.acl, 'READ');
  if (action === 's3:PutObject' || action === 's3:DeleteObject') return everybodyMay(bucket.settings.acl, 'WRITE');
  if (!/^s3:GetObject(Version)?$/.test(action) || key === undefined) return false;
  const version = versionId === undefined ? bucket.current(key) : bucket.version(key, versionId);
  return version !== undefined && everybodyMay(version.acl, 'READ');
}

function denied({ action, bucket }: Wish, accessKey?: string): S3Error {
  const who = accessKey ? `The key "${accessKey}"` : 'A request without a signature';
  return new S3Error(
    'AccessDenied',
    `${who} is not allowed ${action} on bucket "${bucket}": use one that has a grant for it.`,
  );
}
