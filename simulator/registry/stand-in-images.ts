import { buildCaddyImage, caddyRelease } from './caddy-image';
import type { Say } from './go-program';
import type { Image } from './image';
import { createRepository, type Repository } from './repository';
import { buildServiceImages } from './service-images';
import { buildTraefikImage } from './traefik-image';

/** A repository at ghcr.io, and its tags: all of them when absent. */
export interface NamedImages {
  readonly name: string;
  readonly tags?: readonly string[] | undefined;
}

/** Every image that machines can pull. */
export interface StandInImages {
  /** What a name stands for at ghcr.io or at Docker Hub; nothing when there is no such repository. */
  repository(host: string, name: string): Promise<Repository | undefined>;
  /** The digest of a service's tag, the same in each repository and after each start. */
  digestOf(tag: string): string;
}

export interface StandInOptions {
  /** An authority, in PEM, that the images' own clients trust beside the world's. */
  readonly certificate: string;
  /** What there is at ghcr.io; every name when absent. */
  readonly named?: readonly NamedImages[] | undefined;
  readonly say?: Say;
}

const caddyTags = ['2', '2.10', caddyRelease.version.slice(1), 'latest'];
const traefikTags = ['v3', 'v3.6', 'v3.6.12', 'latest'];

type Tagged = Readonly<Record<string, Image>>;
const tagged = (tags: readonly string[], image: Image): Tagged => Object.fromEntries(tags.map((tag) => [tag, image]));

/** Builds what is not kept from an earlier time: some seconds of Go's compiler for the services, about two minutes for Caddy. Traefik takes longer, and waits until somebody asks for it. */
export async function buildStandInImages({ certificate, named, say }: StandInOptions): Promise<StandInImages> {
  const [services, caddy] = await Promise.all([buildServiceImages(say), buildCaddyImage(certificate, say)]);
  const hub = {
    'library/caddy': () => Promise.resolve(tagged(caddyTags, caddy)),
    'library/traefik': async () => tagged(traefikTags, await buildTraefikImage(certificate, say)),
  };
  return standInImages(services, hub, named);
}

/** The repositories at ghcr.io that are named, or any, have a service's images; Docker Hub has a few by name. */
export function standInImages(
  services: Readonly<Record<string, Image>>,
  hub: Readonly<Record<string, () => Promise<Tagged>>>,
  named?: readonly NamedImages[],
): StandInImages {
  const everyService = createRepository(services);
  const atGhcr = named && new Map(named.map(({ name, tags }) => [name, tags ? only(services, tags) : everyService]));
  const byName = new Map<string, Promise<Repository>>();
  return {
    repository: (host, name) => {
      if (host === 'ghcr.io') return Promise.resolve(atGhcr ? atGhcr.get(name) : everyService);
      if (!Object.hasOwn(hub, name)) return Promise.resolve(undefined);
      const built = byName.get(name) ?? hub[name]!().then(createRepository);
      byName.set(name, built);
      return built;
    },
    digestOf(tag) {
      const image = services[tag];
      if (!image)
        throw new Error(
          `there is no stand-in image with the tag "${tag}": there are ${Object.keys(services).join(', ')}`,
        );
      return image.digest;
    },
  };
}

const only = (services: Tagged, tags: readonly string[]): Repository =>
  createRepository(Object.fromEntries(Object.entries(services).filter(([tag]) => tags.includes(tag))));
