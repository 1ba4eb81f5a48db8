import { loadavg } from 'node:os';
import type { BootedProduct } from './booted-product';
import { apiOf } from '../__tests__/machines/rehearsed-api';
import { onHost } from '../simulator/machines/host-command';
import { plainUserData } from './plain-machine';

/** One boot, in seconds since the droplet was asked for. */
export interface Boot {
  /** cloud-init comes to the packages: the machine is up. */
  readonly packages: number;
  /** They are installed. */
  readonly installed: number;
  /** The site answers over HTTPS. */
  readonly site: number;
  /** The API and the CMS answer as well. */
  readonly all: number;
  /** Of this host, when the droplet was asked for. */
  readonly load: number;
}

export interface BootsReport {
  readonly ours: readonly Boot[];
  readonly plain: readonly Boot[];
}

/** Boots the product's machine anew, ours and plain in turn, so that what disturbs this host disturbs both. */
export async function measureBoots(
  product: BootedProduct,
  runs: number,
  during: <T>(title: string, work: () => Promise<T>) => Promise<T>,
): Promise<BootsReport> {
  const { droplets, volumes } = product.cloud.digitalocean.state;
  const [droplet] = Object.values(droplets);
  const digest = (await product.cloud.images!).digestOf('v1');
  const replacement = new Replacement(product, droplet!, Object.values(volumes)[0]!);
  const userData = {
    ours: droplet!.user_data,
    plain: plainUserData({
      userData: droplet!.user_data,
      domain: product.domain,
      volume: Object.values(volumes)[0]!.name,
      image: (service) => `ghcr.io/acme/asset-archive-${service}@${digest}`,
    }),
  };
  const report: Record<keyof BootsReport, Boot[]> = { ours: [], plain: [] };
  for (let run = 1; run <= runs; run++) {
    for (const which of ['plain', 'ours'] as const)
      report[which].push(await during(`${which}, ${run} of ${runs}`, () => replacement.boot(userData[which])));
  }
  return report;
}

type Records = BootedProduct['cloud']['digitalocean']['state'];

/** Machines that follow each other on one volume and one address. What a former one left is there, its certificates too. */
class Replacement {
  private readonly api: ReturnType<typeof apiOf>;

  constructor(
    private readonly product: BootedProduct,
    private readonly first: Records['droplets'][string],
    private readonly volume: Records['volumes'][string],
  ) {
    this.api = apiOf(product.cloud);
  }

  async boot(userData: string): Promise<Boot> {
    const { product, api, first, volume } = this;
    const { droplets, reserved_ips: addresses } = product.cloud.digitalocean.state;
    for (const { id } of Object.values(droplets)) {
      await api.act(`droplets/${id}`, { type: 'power_off' });
      await api.call('DELETE', `droplets/${id}`);
    }
    await product.cloud.fleet!.followed();
    // what the former machine has left to be written is not this one's to wait for
    await onHost('sync', []);
    const load = loadavg()[0]!;
    const since = Date.now();
    const { name, region, tags, vpc } = first;
    const { droplet } = await api.call<{ droplet: { id: number } }>('POST', 'droplets', {
      name,
      region,
      size: 's-2vcpu-4gb',
      image: 'debian-13-x64',
      tags,
      vpc_uuid: vpc,
      user_data: userData,
      volumes: [volume.id],
    });
    const [site, all] = await Promise.all([
      this.answers(['/'], since),
      this.answers(['/', '/api/v1/health', '//cms'], since),
      // the record is there when it is next asked for; then it can be given the address
      this.created(droplet.id).then(() =>
        api.act(`reserved_ips/${Object.values(addresses)[0]!.ip}`, { type: 'assign', droplet_id: droplet.id }),
      ),
    ]);
    await product.on('cloud-init status --wait >/dev/null; true');
    const events = JSON.parse(await product.on('cloud-init analyze dump')) as {
      name: string;
      event_type: string;
      timestamp: number;
    }[];
    const at = (type: string): number =>
      events.find((event) => event.name.endsWith('config-package-update-upgrade-install') && event.event_type === type)!
        .timestamp -
      since / 1000;
    return { packages: at('start'), installed: at('finish'), site, all, load };
  }

  private async created(id: number): Promise<void> {
    for (let status = 'new'; status !== 'active';)
      ({
        droplet: { status },
      } = await this.api.call<{ droplet: { status: string } }>('GET', `droplets/${id}`));
  }

  /** Seconds until all of these answer with 200, asked from outside ten times a second. */
  private async answers(paths: readonly string[], since: number): Promise<number> {
    const { domain } = this.product;
    const urls = paths.map((path) => (path === '//cms' ? `https://cms.${domain}/` : `https://${domain}${path}`));
    const ask = urls.map((url) => `curl --silent --fail --max-time 2 --output /dev/null ${url}`).join(' && ');
    const { code } = await this.product.outside(['timeout', '300', 'sh', '-c', `until ${ask}; do sleep 0.1; done`]);
    if (code !== 0)
      throw new Error(
        `${urls.join(', ')} did not answer within 300 s; the machine's console says:\n${this.product.machine.console().trim().split('\n').slice(-15).join('\n')}`,
      );
    return (Date.now() - since) / 1000;
  }
}
