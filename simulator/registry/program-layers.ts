import { basename } from 'node:path';
import { buildProgram, type Say } from './go-program';
import { keptLayer } from './kept-layer';
import type { Layer } from './layer';

/** The service, as the only thing in its image that a product's own image has too. */
export async function serviceLayer(say?: Say): Promise<Layer> {
  const file = await buildProgram('service', say);
  return keptLayer('service', { service: { file } }, basename(file));
}

/** What of a shell a health check needs, under the names that the image which is stood in for has. */
export async function probeLayer(names: readonly ('sh' | 'wget' | 'curl')[], say?: Say): Promise<Layer> {
  const file = await buildProgram('probe', say);
  const links = Object.fromEntries(names.map((name) => [`bin/${name}`, { link: 'probe' }]));
  return keptLayer('probe', { 'bin/probe': { file }, ...links }, basename(file));
}
