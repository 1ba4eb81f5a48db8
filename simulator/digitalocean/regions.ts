import { unprocessable } from './api-error';

export interface Region {
  readonly slug: string;
  readonly name: string;
}

/** The vendor's own. */
const vendorRegions: readonly Region[] = [
  { slug: 'ams2', name: 'Amsterdam 2' },
  { slug: 'ams3', name: 'Amsterdam 3' },
  { slug: 'blr1', name: 'Bangalore 1' },
  { slug: 'fra1', name: 'Frankfurt 1' },
  { slug: 'lon1', name: 'London 1' },
  { slug: 'nyc1', name: 'New York 1' },
  { slug: 'nyc2', name: 'New York 2' },
  { slug: 'nyc3', name: 'New York 3' },
  { slug: 'sfo1', name: 'San Francisco 1' },
  { slug: 'sfo2', name: 'San Francisco 2' },
  { slug: 'sfo3', name: 'San Francisco 3' },
  { slug: 'sgp1', name: 'Singapore 1' },
  { slug: 'syd1', name: 'Sydney 1' },
  { slug: 'tor1', name: 'Toronto 1' },
];

/** Full data centers: existing droplets stay, new ones are refused. */
const closed: readonly string[] = ['ams2', 'nyc2', 'sfo1'];

/** The regions of one simulated account: the vendor's, and those that its seed adds. */
export class Regions {
  private readonly names: ReadonlyMap<string, string>;
  readonly slugs: readonly string[];
  /** Those in which something new can be created. */
  readonly open: readonly string[];

  constructor(added: readonly Region[] = []) {
    this.names = new Map([...vendorRegions, ...added].map(({ slug, name }) => [slug, name]));
    this.slugs = [...this.names.keys()];
    this.open = this.slugs.filter((slug) => !closed.includes(slug));
  }

  name(slug: string): string | undefined {
    return this.names.get(slug);
  }

  isOpen(slug: string): boolean {
    return this.open.includes(slug);
  }

  /** The slug, or an error with this message. Slugs in upper case are refused: providers lower them before they send. */
  require(slug: string, message: string): string {
    if (!this.isOpen(slug)) throw unprocessable(message);
    return slug;
  }
}
