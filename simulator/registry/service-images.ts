import { otherArchitecture, ownArchitecture } from './architecture';
import type { Say } from './go-program';
import { createImage, createImageIndex, type Image } from './image';
import { createLayer } from './layer';
import { probeLayer, serviceLayer } from './program-layers';

/** What the image of each tag has beside its version: how the service in it goes (service/main.go). */
const behaviours: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ...Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`v${index + 1}`, {}])),
  crash: { CRASH: 'config: DATABASE_URL is not set' },
  unhealthy: { NEVER_HEALTHY: 'migrations pending: relation "assets" does not exist' },
  slow: { HEALTHY_AFTER_MS: '8000' },
};

/** The tag of an image that is there for another architecture only. */
const foreignTag = 'arm64';

/** Every tag that a service's repository has. */
export const serviceTags: readonly string[] = [...Object.keys(behaviours), foreignTag];

/** The stand-ins for a product's own images, by tag. They depend on nothing but the tag. */
export async function buildServiceImages(say?: Say): Promise<Record<string, Image>> {
  const architecture = ownArchitecture();
  const layers = await Promise.all([probeLayer(['sh', 'wget', 'curl'], say), serviceLayer(say)]);
  const images = Object.entries(behaviours).map(
    ([tag, variables]) => [tag, createImage({ architecture, layers, config: config(tag, variables) })] as const,
  );
  return { ...Object.fromEntries(images), [foreignTag]: await foreignImage() };
}

/** Nobody here can start it, so nothing is compiled for it. */
async function foreignImage(): Promise<Image> {
  const architecture = otherArchitecture();
  const layer = await createLayer({ service: { text: `a program for ${architecture} would be here\n` } });
  return createImageIndex([{ architecture, layers: [layer], config: config(foreignTag, {}) }]);
}

const config = (tag: string, variables: Readonly<Record<string, string>>) => ({
  User: '65532',
  Env: [
    'PATH=/usr/local/bin:/usr/bin:/bin',
    ...Object.entries({ VERSION: tag, ...variables }).map(([name, value]) => `${name}=${value}`),
  ],
  Entrypoint: ['/service'],
  WorkingDir: '/',
});
