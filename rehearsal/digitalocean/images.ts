import { notFound } from './api-error';
import { page, type Api } from './http';
import { isOpen, regionSlugs } from './regions';

export interface Image {
  id: number;
  name: string;
  distribution: string;
  slug: string;
}

/** What a machine is made from. A slug's `id` never changes here; the vendor's does with each rebuild. */
const images: Image[] = [
  { id: 187_000_013, slug: 'debian-13-x64', name: '13 x64', distribution: 'Debian' },
  { id: 187_000_012, slug: 'debian-12-x64', name: '12 x64', distribution: 'Debian' },
  { id: 187_000_022, slug: 'ubuntu-22-04-x64', name: '22.04 (LTS) x64', distribution: 'Ubuntu' },
  { id: 187_000_024, slug: 'ubuntu-24-04-x64', name: '24.04 (LTS) x64', distribution: 'Ubuntu' },
  { id: 187_000_009, slug: 'rockylinux-9-x64', name: '9 x64', distribution: 'Rocky Linux' },
];

export const findImage = (idOrSlug: string | number): Image | undefined =>
  images.find((image) => image.slug === idOrSlug || image.id === Number(idOrSlug));

export const renderImage = ({ id, name, distribution, slug }: Image) => ({
  id,
  name,
  distribution,
  slug,
  type: 'base',
  public: true,
  regions: regionSlugs.filter(isOpen),
  created_at: '2026-01-01T00:00:00Z',
  min_disk_size: 7,
  size_gigabytes: 0.5,
  description: `${distribution} ${name}`,
  tags: [],
  status: 'available',
});

export function mountImages(api: Api): void {
  api.get('/v2/images', (call) => {
    const type = call.req.query('type');
    const own = call.req.query('private') === 'true' || type === 'application';
    return page(call, 'images', own ? [] : images.map(renderImage));
  });
  api.get('/v2/images/:image', (call) => {
    const image = findImage(call.req.param('image'));
    if (!image) throw notFound();
    return call.json({ image: renderImage(image) });
  });
}
