import type { Acl } from './canned-acl';
import type { Blob } from './blob-store';
import type { Checksum, ChecksumAlgorithm } from './checksum';
import type { Tags } from './tags';
import type { Content } from './version';

/** A multipart upload that was begun and neither completed nor aborted. */
export interface Upload {
  readonly id: string;
  readonly key: string;
  /** An ISO time. */
  readonly initiated: string;
  readonly content: Content;
  readonly acl: Acl;
  readonly tags?: Tags;
  /** The MD5 of the client's key: every part comes with it. */
  readonly cipher?: string;
  /** The algorithm that the client announced for the whole. */
  readonly algorithm?: ChecksumAlgorithm;
  readonly wholeChecksum?: boolean;
  /** By part number. */
  readonly parts: Record<number, Part>;
}

export interface Part {
  readonly blob: Blob;
  /** The MD5 in hex. */
  readonly etag: string;
  readonly modified: string;
  readonly checksum?: Checksum;
}
