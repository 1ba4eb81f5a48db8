import { S3Error } from './error';

/** Spaces knows files and listings that are private, and such that everybody may read. */
const acls = [
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
] as const;
export type Acl = (typeof acls)[number];

/** The canned ACL that a header names; private when there is no such header. */
export function cannedAcl(header: string | undefined): Acl {
  const acl = acls.find((name) => name === (header ?? 'private'));
  if (!acl) throw new S3Error('InvalidArgument', `x-amz-acl: got "${header}"; allowed are ${acls.join(', ')}.`);
  return acl;
}

export function everybodyMay(acl: Acl, what: 'READ' | 'WRITE'): boolean {
  return acl === 'public-read-write' || (acl === 'public-read' && what === 'READ');
}
