import type { Cloud } from './cloud';
import type { PrivateImage } from './state';

/** The vendor's own images. A slug's `id` never changes here; the vendor's does with each rebuild. */
interface BaseImage {
  id: number;
  name: string;
  distribution: string;
  slug: string;
}

const base = (id: number, slug: string, name: string, distribution: string): BaseImage => ({
  id: 187_000_000 + id,
  slug,
  name,
  distribution,
});

/** What a machine is made from: the releases that are supported, and those before them that are still listed. */
const images: BaseImage[] = [
  base(13, 'debian-13-x64', '13 x64', 'Debian'),
  base(12, 'debian-12-x64', '12 x64', 'Debian'),
  base(11, 'debian-11-x64', '11 x64', 'Debian'),
  base(20, 'ubuntu-20-04-x64', '20.04 (LTS) x64', 'Ubuntu'),
  base(22, 'ubuntu-22-04-x64', '22.04 (LTS) x64', 'Ubuntu'),
  base(24, 'ubuntu-24-04-x64', '24.04 (LTS) x64', 'Ubuntu'),
  base(25, 'ubuntu-25-04-x64', '25.04 x64', 'Ubuntu'),
  base(8, 'rockylinux-8-x64', '8 x64', 'Rocky Linux'),
  base(9, 'rockylinux-9-x64', '9 x64', 'Rocky Linux'),
  base(30, 'centos-stream-9-x64', '9 Stream x64', 'CentOS'),
  base(42, 'fedora-42-x64', '42 x64', 'Fedora'),
];

export type Image = BaseImage | PrivateImage;

export const isPrivate = (image: Image): image is PrivateImage => !('slug' in image);

export const baseImages = images as readonly Image[];

/** The account's own, without those that are deleted. */
export const privateImages = (cloud: Cloud): PrivateImage[] =>
  Object.values(cloud.state.images).filter(({ status }) => status !== 'deleted');

/** A machine that was made of an image since deleted still tells what it was. */
export const findImage = (cloud: Cloud, idOrSlug: string | number, deleted = false): Image | undefined =>
  [...images, ...(deleted ? Object.values(cloud.state.images) : privateImages(cloud))].find(
    (image) => image.id === Number(idOrSlug) || ('slug' in image && image.slug === idOrSlug),
  );

/** How a machine keeps what it was made of. */
export const imageKey = (image: Image): string => (isPrivate(image) ? String(image.id) : image.slug);

export function renderImage(cloud: Cloud, image: Image) {
  if (isPrivate(image)) {
    const { droplet: _droplet, ...shown } = image;
    return { slug: null, public: false, ...shown };
  }
  const { id, name, distribution, slug } = image;
  return {
    id,
    name,
    distribution,
    slug,
    type: 'base',
    public: true,
    regions: [...cloud.regions.open],
    created_at: '2026-01-01T00:00:00Z',
    min_disk_size: 7,
    size_gigabytes: 0.5,
    description: `${distribution} ${name}`,
    tags: [],
    status: 'available',
  };
}
