import type { Cloud } from './cloud';
import { page, type Api } from './http';

/** A region as answers show it. */
export function renderRegion({ regions, sizes }: Cloud, slug: string) {
  const available = regions.isOpen(slug);
  return {
    name: regions.name(slug),
    slug,
    features: ['backups', 'ipv6', 'metadata', 'install_agent', 'storage', 'image_transfer'],
    available,
    sizes: available ? sizes.all.map((size) => size.slug) : [],
  };
}

/** What can be bought. */
export function mountCatalogue(api: Api, cloud: Cloud): void {
  api.get('/v2/regions', (call) =>
    page(
      call,
      'regions',
      cloud.regions.slugs.map((slug) => renderRegion(cloud, slug)),
    ),
  );
  api.get('/v2/sizes', (call) => page(call, 'sizes', cloud.sizes.all));
}
