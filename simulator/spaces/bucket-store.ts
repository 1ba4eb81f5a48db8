import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Document } from '../document';
import { BlobStore } from './blob-store';
import { Bucket } from './bucket';
import type { BucketSettings } from './bucket';
import { S3Error } from './error';

/** https://docs.digitalocean.com/products/spaces/details/limits/ */
const mostBuckets = 100;
/** The names are parts of host names, hence no capitals; and of a certificate's `*.fra1.…`, hence no dots. */
const bucketName = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

/** All buckets of the account. Their names are one namespace for all regions, as at DigitalOcean. */
export class BucketStore {
  readonly blobs: BlobStore;
  private readonly buckets = new Map<string, Bucket>();

  /** Brings back what the folder holds, and removes the bytes that a killed process left without a name. */
  constructor(private readonly folder?: string) {
    this.blobs = new BlobStore(folder && join(folder, 'blobs'));
    if (!folder) return;
    mkdirSync(join(folder, 'buckets'), { recursive: true });
    for (const name of readdirSync(join(folder, 'buckets'))) {
      const home = join(folder, 'buckets', name);
      const file = join(home, 'bucket.json');
      // The settings are the first thing written and the first removed: without them there is no bucket.
      if (!existsSync(file)) rmSync(home, { recursive: true, force: true });
      else this.buckets.set(name, new Bucket(new Document({} as BucketSettings, file), this.blobs, home));
    }
    const kept = this.list().flatMap((bucket) => [...bucket.everyBlob()].map(({ id }) => id));
    this.blobs.sweep(new Set(kept));
  }

  get(name: string): Bucket | undefined {
    return this.buckets.get(name);
  }

  /** In the order of their names. */
  list(): Bucket[] {
    return [...this.buckets.values()].sort((a, b) => (a.settings.name < b.settings.name ? -1 : 1));
  }

  create(settings: BucketSettings): Bucket {
    const { name } = settings;
    if (!bucketName.test(name)) {
      throw new S3Error(
        'InvalidBucketName',
        `The bucket name "${name}" is not valid: use 3 to 63 lower-case letters, digits and dashes, with no dash at the ends.`,
      );
    }
    if (this.buckets.has(name)) throw new S3Error('BucketAlreadyOwnedByYou', `You own a bucket "${name}" already.`);
    if (this.buckets.size >= mostBuckets) throw new S3Error('TooManyBuckets');
    const home = this.folder && join(this.folder, 'buckets', name);
    const document = new Document(settings, home && join(home, 'bucket.json'));
    document.save();
    const bucket = new Bucket(document, this.blobs, home);
    this.buckets.set(name, bucket);
    return bucket;
  }

  /** Refused as long as there is an object, an old version or a delete marker. Begun uploads go with the bucket. */
  delete(bucket: Bucket): void {
    const { name } = bucket.settings;
    if (bucket.objects.size > 0) {
      throw new S3Error(
        'BucketNotEmpty',
        `The bucket "${name}" still has objects, old versions or delete markers: delete them first.`,
      );
    }
    const uploaded = [...bucket.everyBlob()];
    this.buckets.delete(name);
    if (this.folder) {
      const home = join(this.folder, 'buckets', name);
      rmSync(join(home, 'bucket.json'), { force: true });
      rmSync(home, { recursive: true, force: true });
    }
    this.blobs.remove(uploaded);
  }
}
