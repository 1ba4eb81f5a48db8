import type { Acl } from './canned-acl';
import type { Blob } from './blob-store';
import type { Checksum } from './checksum';
import type { Tags } from './tags';

/** One version of an object. The newest one, unless it is a delete marker, is what a plain GET gives. */
export interface Version {
  /** `null` when it was written while the bucket kept no versions. */
  readonly id: string;
  /** An ISO time. */
  readonly modified: string;
  readonly marker?: true;
  /** Without quotes. */
  readonly etag: string;
  readonly size: number;
  readonly blobs: readonly Blob[];
  readonly content: Content;
  readonly checksum?: Checksum;
  acl: Acl;
  tags?: Tags;
  /** The MD5 of the client's key, when the object is encrypted with one. */
  readonly cipher?: string;
}

/** What a client says of an object beside its bytes. */
export interface Content {
  /** Content-Type, Cache-Control and their like, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The x-amz-meta-… headers, without that prefix. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** All that a bucket knows of a key. */
export interface History {
  readonly key: string;
  /** The newest first. */
  versions: Version[];
}

export type Versioning = 'Enabled' | 'Suspended';

/** The object that a plain GET gives. */
export function currentOf(history: History | undefined): Version | undefined {
  const newest = history?.versions[0];
  return newest?.marker ? undefined : newest;
}

/**
 * The versions after one more was written or deleted, and those that are gone by that. Only a bucket with versioning
 * enabled adds; otherwise the one version `null` is replaced, and older numbered versions stay.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/AddingObjectstoVersionSuspendedBuckets.html
 */
export function withVersion(versions: readonly Version[], next: Version): { versions: Version[]; gone: Version[] } {
  const gone = next.id === 'null' ? versions.filter(({ id }) => id === 'null') : [];
  return { versions: [next, ...versions.filter((version) => !gone.includes(version))], gone };
}
