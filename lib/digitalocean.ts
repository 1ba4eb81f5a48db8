import * as z from 'zod';
import { truncate } from './truncate';

const dropletSchema = z.object({
  id: z.int(),
  volume_ids: z.array(z.string()),
  networks: z.object({ v4: z.array(z.object({ ip_address: z.string(), type: z.string() })) }),
});
const tagSchema = z.object({ name: z.string(), resources: z.object({ count: z.int() }) });
const sizeSchema = z.object({
  slug: z.string(),
  vcpus: z.int(),
  memory: z.int(),
  disk: z.int(),
  price_monthly: z.number(),
  available: z.boolean(),
});

/** What is used of the API's resources. */
export type Droplet = z.infer<typeof dropletSchema>;
export type Tag = z.infer<typeof tagSchema>;
export type Size = z.infer<typeof sizeSchema>;

const meta = z.object({ meta: z.object({ total: z.int() }).optional() });
const perPage = 200;

/** DigitalOcean's API, with the variables that Terraform's provider reads too. */
export class DigitalOcean {
  readonly api: string;
  private readonly token: string;

  /** `purpose` says what the token is needed for, with the scope that it takes. */
  constructor(
    {
      DIGITALOCEAN_API_URL: api = 'https://api.digitalocean.com',
      DIGITALOCEAN_TOKEN: token,
      DIGITALOCEAN_ACCESS_TOKEN: alias,
    }: NodeJS.ProcessEnv,
    private readonly purpose: string,
  ) {
    this.api = api;
    const bearer = token || alias;
    if (!bearer) throw new Error(`DIGITALOCEAN_TOKEN is not set: ${purpose}`);
    this.token = bearer;
  }

  /** Droplets of one name: one, and two while a machine replaces another. */
  droplets(name: string): Promise<Droplet[]> {
    return this.all(`droplets?name=${encodeURIComponent(name)}`, 'droplets', dropletSchema);
  }

  tags(): Promise<Tag[]> {
    return this.all('tags', 'tags', tagSchema);
  }

  sizes(): Promise<Size[]> {
    return this.all('sizes', 'sizes', sizeSchema);
  }

  /** Every page of a list. */
  private async all<T extends z.ZodType>(path: string, field: string, schema: T): Promise<z.infer<T>[]> {
    const found: z.infer<T>[] = [];
    for (let number = 1; ; number++) {
      const answer = await this.get(`${path}${path.includes('?') ? '&' : '?'}per_page=${perPage}&page=${number}`);
      const items = z.object({ [field]: z.array(schema) }).parse(answer)[field] as z.infer<T>[];
      found.push(...items);
      if (items.length === 0 || found.length >= (meta.parse(answer).meta?.total ?? 0)) return found;
    }
  }

  private async get(path: string): Promise<unknown> {
    const url = `${this.api}/v2/${path}`;
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${this.token}` },
      signal: AbortSignal.timeout(10_000),
    });
    if (response.ok) return response.json();
    const where = url.split('?')[0]!;
    const said = truncate((await response.text()).trim(), 200);
    throw new Error(
      `${where} answered ${response.status}: ${said}${refused(response.status) ? ` (${this.purpose})` : ''}`,
    );
  }
}

const refused = (status: number): boolean => status === 401 || status === 403;
