export { buildLoad } from './go-program';
export { createRegistry, registryHosts } from './registry';
export type { RegistryOptions } from './registry';
export { serviceTags } from './service-tags';
export { buildStandInImages } from './stand-in-images';
export type { StandInImages, StandInOptions } from './stand-in-images';
