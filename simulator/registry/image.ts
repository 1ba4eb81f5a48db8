import { createHash } from 'node:crypto';
import type { Architecture } from './architecture';
import type { Blob } from './blob';
import type { Layer } from './layer';

/** What an image says of the containers that are made of it, in the words of the image specification. */
export interface ImageConfig {
  readonly User?: string;
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly WorkingDir?: string;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Labels?: Readonly<Record<string, string>>;
}

export interface Manifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly body: Buffer;
}

/** What a tag is. */
export interface Image {
  /** The digest that the tag stands for. */
  readonly digest: string;
  /** The tag's own, and those that it names. */
  readonly manifests: readonly Manifest[];
  readonly blobs: readonly Blob[];
}

export interface ImageContents {
  readonly architecture: Architecture;
  readonly layers: readonly Layer[];
  readonly config: ImageConfig;
}

const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

// no clock: an image is the same whenever it is made
const created = '2026-01-01T00:00:00Z';

/** An image for one architecture. */
export function createImage({ architecture, layers, config }: ImageContents): Image {
  const configuration = blobOf({
    created,
    architecture,
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: layers.map(({ contents }) => contents) },
    history: layers.map(() => ({ created, created_by: 'digitalocean-simulator' })),
  });
  const manifest = manifestOf({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: { mediaType: mediaTypes.config, digest: configuration.digest, size: configuration.size },
    layers: layers.map(({ digest, size }) => ({ mediaType: mediaTypes.layer, digest, size })),
  });
  return { digest: manifest.digest, manifests: [manifest], blobs: [configuration, ...layers] };
}

/** An image that lists what it is there for, as `docker buildx build --push` makes it: who runs on none of these is told so. */
export function createImageIndex(contents: readonly ImageContents[]): Image {
  const images = contents.map((each) => ({ architecture: each.architecture, image: createImage(each) }));
  const index = manifestOf({
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: images.map(
      ({
        architecture,
        image: {
          manifests: [manifest],
        },
      }) => ({
        mediaType: manifest!.mediaType,
        digest: manifest!.digest,
        size: manifest!.body.length,
        platform: { architecture, os: 'linux' },
      }),
    ),
  });
  return {
    digest: index.digest,
    manifests: [index, ...images.flatMap(({ image }) => image.manifests)],
    blobs: images.flatMap(({ image }) => image.blobs),
  };
}

const digestOf = (body: Buffer): string => `sha256:${createHash('sha256').update(body).digest('hex')}`;

function blobOf(value: object): Blob & { readonly body: Buffer } {
  const body = Buffer.from(JSON.stringify(value));
  return { digest: digestOf(body), size: body.length, body };
}

function manifestOf<T extends { readonly mediaType: string }>(value: T): Manifest {
  const body = Buffer.from(JSON.stringify(value));
  return { digest: digestOf(body), mediaType: value.mediaType, body };
}
