import { createDigitalOcean, type DigitalOcean, type DigitalOceanOptions } from '../../digitalocean';
import { serve, type Served } from '../vendor';

export interface Account extends Served {
  digitalocean: DigitalOcean;
  /** A machine that is up. */
  droplet(fields?: Record<string, unknown>): Promise<{ id: number; [field: string]: unknown }>;
  vpc(fields?: Record<string, unknown>): Promise<{ id: string; [field: string]: unknown }>;
}

/** A served account whose actions are done by the next call. */
export async function openAccount(options: DigitalOceanOptions = {}): Promise<Account> {
  const digitalocean = createDigitalOcean({ actionMs: 0, ...options });
  const served = await serve(digitalocean, 'digitalocean');
  return {
    ...served,
    digitalocean,
    async droplet(fields = {}) {
      const request = { name: 'web-1', region: 'fra1', size: 's-1vcpu-1gb', image: 'debian-13-x64', ...fields };
      const { droplet } = await served.expect(202, 'POST', '/v2/droplets', request);
      return (await served.expect(200, 'GET', `/v2/droplets/${droplet.id}`)).droplet;
    },
    async vpc(fields = {}) {
      return (
        await served.expect(201, 'POST', '/v2/vpcs', {
          name: 'net',
          region: 'fra1',
          ip_range: '10.20.0.0/20',
          ...fields,
        })
      ).vpc;
    },
  };
}
