import { buildCaddyImage } from './caddy-image';
import type { Say } from './go-program';
import type { Image } from './image';
import { createRepository, type Repository } from './repository';
import { buildServiceImages } from './service-images';

/** Every image that a rehearsal's machines can pull. */
export interface StandInImages {
  /** What a name stands for at ghcr.io or at Docker Hub; nothing when there is no such repository. */
  repository(host: string, name: string): Repository | undefined;
  /** The digest of a service's tag, the same in each repository and after each start. */
  digestOf(tag: string): string;
}

export interface StandInOptions {
  /** An authority, in PEM, that the images' own clients trust beside the world's. */
  readonly certificate: string;
  readonly say?: Say;
}

const caddyTags = ['2', '2.10', '2.10.2', 'latest'];

/** Builds what is not kept from an earlier time: some seconds of Go's compiler, and two packages of Debian. */
export async function buildStandInImages({ certificate, say }: StandInOptions): Promise<StandInImages> {
  const [services, caddy] = await Promise.all([buildServiceImages(say), buildCaddyImage(certificate, say)]);
  return standInImages(services, { 'library/caddy': Object.fromEntries(caddyTags.map((tag) => [tag, caddy])) });
}

/** Any repository at ghcr.io has a service's images; Docker Hub has a few by name. */
export function standInImages(services: Readonly<Record<string, Image>>, hub: Readonly<Record<string, Readonly<Record<string, Image>>>>): StandInImages {
  const everyService = createRepository(services);
  const byName = new Map(Object.entries(hub).map(([name, images]) => [name, createRepository(images)]));
  return {
    repository: (host, name) => host === 'ghcr.io' ? everyService : byName.get(name),
    digestOf(tag) {
      const image = services[tag];
      if (!image) throw new Error(`there is no stand-in image with the tag "${tag}": there are ${Object.keys(services).join(', ')}`);
      return image.digest;
    },
  };
}
