import { page, type Api } from './http';
import { isOpen, regionNames, regionSlugs, type RegionSlug } from './regions';
import { sizes } from './sizes';

/** A region as answers show it. */
export function renderRegion(slug: string) {
  return {
    name: regionNames[slug as RegionSlug],
    slug,
    features: ['backups', 'ipv6', 'metadata', 'install_agent', 'storage', 'image_transfer'],
    available: isOpen(slug),
    sizes: isOpen(slug) ? sizes.map((size) => size.slug) : [],
  };
}

/** What can be bought: the same for every account. */
export function mountCatalogue(api: Api): void {
  api.get('/v2/regions', (call) => page(call, 'regions', regionSlugs.map(renderRegion)));
  api.get('/v2/sizes', (call) => page(call, 'sizes', sizes));
}
