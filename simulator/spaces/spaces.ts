import { createHash } from 'node:crypto';
import type { Service } from '../service';
import { BucketStore } from './bucket-store';
import type { Bucket } from './bucket';
import type { ConditionalWrites } from './call';
import type { SpacesKey } from './key';
import { createListener } from './listener';
import type { Content } from './version';

export interface SpacesOptions {
  /** Where buckets and objects are kept on disk; in memory when absent. */
  folder?: string;
  /** The key with this access key id, if the account has one: keys are made by the DigitalOcean API, another service. */
  keyOf(accessKey: string): SpacesKey | undefined;
  /**
   * The access keys that have a `read` or `readwrite` grant for a bucket. Spaces allows a bucket either such keys or
   * a policy: PutBucketPolicy is refused where there are some. That none is made for a bucket with a policy is up to
   * the service that makes keys (`bucket(name).settings.policy` tells).
   */
  limitedKeys?(bucket: string): readonly string[];
  /**
   * What becomes of conditional writes; honoured when absent. Terraform's lock file stands on them, and no vendor's page
   * promises them for Spaces: the other two show what a lock is worth then.
   */
  conditionalWrites?: ConditionalWrites;
  /** The time of the simulated cloud; that of this machine when absent. Signatures are held against it. */
  now?(): Date;
}

/** A bucket as a status page shows it. */
export interface BucketSummary {
  readonly name: string;
  readonly region: string;
  /** An ISO time. */
  readonly created: string;
  /** How many objects a plain listing shows. */
  readonly objects: number;
  /** What they and their old versions take. */
  readonly bytes: number;
  readonly versioning: 'Enabled' | 'Suspended' | 'Off';
}

/** The current version of an object. */
export interface StoredObject {
  readonly bytes: Buffer;
  /** Without quotes. */
  readonly etag: string;
  readonly modified: string;
  readonly content: Content;
}

/** The simulated Spaces, and a way past HTTP and all rights to look at it and to change it behind Terraform's back. */
export interface Spaces extends Service {
  readonly name: 'spaces';
  buckets(): BucketSummary[];
  /** The bucket with its settings and versions, to look at. */
  bucket(name: string): Bucket | undefined;
  createBucket(name: string, region?: string): void;
  /** The keys of the objects, in order. */
  keys(bucket: string): string[];
  get(bucket: string, key: string): Promise<StoredObject | undefined>;
  /** Replaces the object whatever is there. Headers such as `content-type` go by lower-case name. */
  put(bucket: string, key: string, bytes: Buffer | string, headers?: Record<string, string>): Promise<void>;
  delete(bucket: string, key: string): void;
}

/** Throws when the folder holds something that cannot be read back. */
export function createSpaces(options: SpacesOptions): Spaces {
  const now = () => options.now?.() ?? new Date();
  const store = new BucketStore(options.folder);
  return {
    name: 'spaces',
    listener: createListener({
      store,
      now,
      keyOf: (id) => options.keyOf(id),
      behaviour: {
        limitedKeys: (bucket) => options.limitedKeys?.(bucket) ?? [],
        conditionalWrites: options.conditionalWrites ?? 'honoured',
        keyOf: (id) => options.keyOf(id),
      },
    }),
    buckets: () => store.list().map(summarize),
    bucket: (name) => store.get(name),
    createBucket: (name, region = 'fra1') =>
      void store.create({ name, region, created: now().toISOString(), acl: 'private' }),
    keys: (bucket) =>
      existing(store, bucket)
        .objects.names()
        .filter((key) => existing(store, bucket).current(key)),
    async get(bucket, key) {
      const version = existing(store, bucket).current(key);
      if (!version) return undefined;
      const chunks = (await store.blobs.read(version.blobs).toArray()) as Buffer[];
      return { bytes: Buffer.concat(chunks), etag: version.etag, modified: version.modified, content: version.content };
    },
    async put(bucket, key, bytes, headers = {}) {
      const data = Buffer.from(bytes);
      const writer = await store.blobs.writer();
      await writer.write(data);
      const blob = await writer.finish();
      const etag = createHash('md5').update(data).digest('hex');
      const content = { headers, metadata: {} };
      existing(store, bucket).write(key, {
        etag,
        size: blob.size,
        blobs: [blob],
        modified: now().toISOString(),
        acl: 'private',
        content,
      });
    },
    delete: (bucket, key) => void existing(store, bucket).delete(key, now()),
  };
}

function existing(store: BucketStore, name: string): Bucket {
  const bucket = store.get(name);
  if (bucket) return bucket;
  const names = store.list().map(({ settings }) => settings.name);
  throw new Error(`The simulated Spaces has no bucket "${name}"; it has: ${names.join(', ') || 'none'}.`);
}

function summarize(bucket: Bucket): BucketSummary {
  const { name, region, created, versioning = 'Off' } = bucket.settings;
  let count = 0;
  let bytes = 0;
  for (const { key, versions } of bucket.objects.values()) {
    if (bucket.current(key)) count++;
    for (const { size } of versions) bytes += size;
  }
  return { name, region, created, objects: count, bytes, versioning };
}
