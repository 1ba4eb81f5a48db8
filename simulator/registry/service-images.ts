import { otherArchitecture, ownArchitecture } from './architecture';
import type { Say } from './go-program';
import { createImage, createImageIndex, type Image } from './image';
import { createLayer } from './layer';
import { probeLayer, serviceLayer } from './program-layers';
import { behaviours, foreignTag } from './service-tags';

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
