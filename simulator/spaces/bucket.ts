import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Document } from '../document';
import type { Acl } from './canned-acl';
import type { Blob, BlobStore } from './blob-store';
import type { Upload } from './upload';
import { Records } from './records';
import type { Tags } from './tags';
import { currentOf, withVersion } from './version';
import type { History, Version, Versioning } from './version';

/** What a bucket is set to. Configurations are kept as they were sent, since that is what Spaces answers with. */
export interface BucketSettings {
  readonly name: string;
  readonly region: string;
  /** An ISO time. */
  readonly created: string;
  acl: Acl;
  /** Absent until it is first set; it can only be suspended after that, as in S3. */
  versioning?: Versioning;
  lifecycle?: string;
  cors?: string;
  policy?: string;
  logging?: string;
  website?: string;
  tags?: Tags;
}

/** A version about to be written: the bucket gives it its id. */
export type NewVersion = Omit<Version, 'id'>;

/**
 * The objects of one bucket. Every change is one synchronous step, from looking at the current version to writing its
 * successor, so of two conditional writes one sees the other: that is all the atomicity there is to a single process.
 */
export class Bucket {
  readonly objects: Records<History>;
  readonly uploads: Records<Upload>;

  constructor(
    private readonly document: Document<BucketSettings>,
    private readonly blobs: BlobStore,
    folder?: string,
  ) {
    this.objects = new Records(({ key }) => key, folder && join(folder, 'objects'));
    this.uploads = new Records(({ id }) => id, folder && join(folder, 'uploads'));
    this.endCompletedUploads();
  }

  get settings(): Readonly<BucketSettings> {
    return this.document.data;
  }

  set(change: Partial<Omit<BucketSettings, 'name' | 'region' | 'created'>>): void {
    Object.assign(this.document.data, change);
    this.document.save();
  }

  current(key: string): Version | undefined {
    return currentOf(this.objects.get(key));
  }

  version(key: string, id: string): Version | undefined {
    return this.objects.get(key)?.versions.find((version) => version.id === id);
  }

  /** Makes this the current version. `check` sees the one it replaces and may throw: then nothing is changed. */
  write(key: string, next: NewVersion, check?: (current: Version | undefined) => void): Version {
    check?.(this.current(key));
    const version = { ...next, id: this.settings.versioning === 'Enabled' ? newVersionId() : 'null' };
    this.push(key, version);
    return version;
  }

  /** Deletes as a DELETE without a version id does: a marker where versions are kept, and for good elsewhere. */
  delete(key: string, now: Date): Version | undefined {
    const { versioning } = this.settings;
    if (!versioning) {
      this.deleteVersion(key, 'null');
      return undefined;
    }
    const marker: Version = {
      id: versioning === 'Enabled' ? newVersionId() : 'null',
      marker: true,
      modified: now.toISOString(),
      etag: '',
      size: 0,
      blobs: [],
      content: { headers: {}, metadata: {} },
      acl: 'private',
    };
    this.push(key, marker);
    return marker;
  }

  /** Deletes one version for good; the next older one becomes current. */
  deleteVersion(key: string, id: string): Version | undefined {
    const history = this.objects.get(key);
    const version = history?.versions.find((each) => each.id === id);
    if (!history || !version) return undefined;
    this.replace(
      key,
      history,
      history.versions.filter((each) => each !== version),
      [version],
    );
    return version;
  }

  /** Changes what can be changed of a version that is written. */
  change(key: string, version: Version, to: Partial<Pick<Version, 'acl' | 'tags'>>): void {
    Object.assign(version, to);
    this.objects.save(key, this.objects.get(key)!);
  }

  /** Every blob that an object or an upload refers to. */
  *everyBlob(): Generator<Blob> {
    for (const { versions } of this.objects.values()) for (const { blobs } of versions) yield* blobs;
    for (const { parts } of this.uploads.values()) for (const { blob } of Object.values(parts)) yield blob;
  }

  /** A process killed right after it made an object of an upload leaves the upload: ending that must not take the bytes. */
  private endCompletedUploads(): void {
    const ids = (blobs: readonly Blob[]) => blobs.map(({ id }) => id);
    for (const { id, key, parts } of this.uploads.values()) {
      const kept = new Set(this.objects.get(key)?.versions.flatMap(({ blobs }) => ids(blobs)));
      if (ids(Object.values(parts).map(({ blob }) => blob)).some((blob) => kept.has(blob))) this.uploads.delete(id);
    }
  }

  private push(key: string, version: Version): void {
    const history = this.objects.get(key) ?? { key, versions: [] };
    const { versions, gone } = withVersion(history.versions, version);
    this.replace(key, history, versions, gone);
  }

  private replace(key: string, history: History, versions: Version[], gone: readonly Version[]): void {
    history.versions = versions;
    if (versions.length > 0) this.objects.save(key, history);
    else this.objects.delete(key);
    // The bytes go last: a process killed in between leaves bytes without a name, never a name without bytes.
    for (const { blobs } of gone) this.blobs.remove(blobs);
  }
}

/** Spaces' version ids are opaque texts of 32 characters. */
function newVersionId(): string {
  return randomBytes(24).toString('base64url').replaceAll('-', '.');
}
