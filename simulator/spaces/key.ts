/** A Spaces access key, as the DigitalOcean API makes them. */
export interface SpacesKey {
  readonly accessKey: string;
  readonly secretKey: string;
  /** A `fullaccess` grant is for the whole account and has the bucket ''. */
  readonly grants: readonly Grant[];
}

export interface Grant {
  readonly bucket: string;
  readonly permission: Permission;
}

export type Permission = 'read' | 'readwrite' | 'fullaccess';

/** What an operation asks of a key: `configure` is all that makes, removes or sets up a bucket. */
export type Need = 'read' | 'write' | 'configure';

export function hasFullAccess(key: SpacesKey | undefined): boolean {
  return key?.grants.some(({ permission }) => permission === 'fullaccess') ?? false;
}

/** Whether the key's grants allow this; a bucket policy or an ACL may allow it still. */
export function grantsAllow(key: SpacesKey | undefined, bucket: string, need: Need): boolean {
  if (!key) return false;
  if (hasFullAccess(key)) return true;
  if (need === 'configure') return false;
  return key.grants.some((grant) => grant.bucket === bucket && (need === 'read' || grant.permission === 'readwrite'));
}
