import type { Blob } from './blob';
import type { Image, Manifest } from './image';

/** What is behind one repository's name: images by tag, and everything in them by digest. */
export interface Repository {
  readonly tags: readonly string[];
  /** By tag or by digest. */
  manifest(reference: string): Manifest | undefined;
  blob(digest: string): Blob | undefined;
}

export function createRepository(images: Readonly<Record<string, Image>>): Repository {
  const all = Object.values(images);
  const manifests = new Map(all.flatMap((image) => image.manifests.map((manifest) => [manifest.digest, manifest])));
  const blobs = new Map(all.flatMap((image) => image.blobs.map((blob) => [blob.digest, blob])));
  const digests = new Map(Object.entries(images).map(([tag, { digest }]) => [tag, digest]));
  return {
    tags: [...digests.keys()].sort(),
    manifest: (reference) => manifests.get(digests.get(reference) ?? reference),
    blob: (digest) => blobs.get(digest),
  };
}
