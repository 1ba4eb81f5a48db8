import { setTimeout as sleep } from 'node:timers/promises';
import { type BootedProduct } from './booted-product';
import { apiOf } from '../__tests__/machines/rehearsed-api';
import type { Load } from './booted-product';
import { loadWhile, type Pressure } from './rollout-load';

const folder = '/root/control';
const port = 8080;

/**
 * The negative control: the same image on the same machine beside the product, replaced by `docker compose up -d`. A proof that
 * sees no request fail here would see none anywhere.
 */
export class ComposeControl {
  private readonly url: string;

  private constructor(private readonly product: BootedProduct) {
    this.url = `http://${product.domain}:${port}/`;
  }

  /** Installs compose from the mirror, starts the first version and opens its port in the account's firewall. */
  static async start(product: BootedProduct, tag: string): Promise<ComposeControl> {
    await product.on(
      'DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends docker-compose',
    );
    await product.on(
      [
        `mkdir -p ${folder}`,
        `cat >${folder}/compose.yaml <<'END'`,
        'services:',
        '  web:',
        '    image: $IMAGE',
        `    environment: { PORT: "${port}" }`,
        `    ports: ["${port}:${port}"]`,
        'END',
      ].join('\n'),
    );
    const { call } = apiOf(product.cloud);
    const firewall = Object.values(product.cloud.digitalocean.state.firewalls).find(({ name }) =>
      name.includes('staging'),
    )!;
    await call('POST', `firewalls/${firewall.id}/rules`, {
      inbound_rules: [{ protocol: 'tcp', ports: String(port), sources: { addresses: ['0.0.0.0/0'] } }],
    });
    await product.cloud.fleet!.followed();
    const control = new ComposeControl(product);
    await control.up(tag);
    await product.until('the control answers', async () =>
      (await product.get('/', { scheme: 'http', host: `${product.domain}:${port}` })).body.endsWith(` ${tag}\n`),
    );
    return control;
  }

  /** Goes from version to version while visitors ask. */
  async replace(tags: readonly string[], pressure: Pressure): Promise<Load> {
    const { load } = await loadWhile(this.product, this.url, pressure, async () => {
      for (const tag of tags) {
        await sleep(2_000);
        await this.up(tag);
      }
      await sleep(2_000);
    });
    return load;
  }

  private async up(tag: string): Promise<void> {
    await this.product.on(`cd ${folder} && IMAGE=${await this.product.image('web', tag)} docker compose up --detach`);
  }
}
