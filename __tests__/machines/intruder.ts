import type { BootedProduct } from '../../bench/booted-product';

/** Somebody who has broken into a service: what its container lets them do, with a busybox of their own. */
export class Intruder {
  constructor(
    private readonly product: BootedProduct,
    private readonly service: string,
  ) {}

  /** Runs a command in the service's container; its code and all that it says. */
  async run(command: string): Promise<{ code: number; output: string }> {
    const id = await this.product.on(`docker ps --quiet --filter name=berth_${this.service} | head -n 1`);
    const { code, output } = await this.product.machine.run([
      'docker',
      'exec',
      id,
      '/.berth/busybox',
      'sh',
      '-c',
      command,
    ]);
    return { code, output: output.trim() };
  }

  /** What answers at a port, as far as this container gets: 'open' or 'closed'. */
  async port(address: string, port: number): Promise<'open' | 'closed'> {
    return (
      await this.run(`/.berth/busybox timeout 3 /.berth/busybox nc -w 2 ${address} ${port} </dev/null >/dev/null 2>&1`)
    ).code === 0
      ? 'open'
      : 'closed';
  }

  /** The service's own way to Redis, found in its environment. */
  async redis(...lines: readonly string[]): Promise<string[]> {
    const url = await this.product.on(
      `docker service inspect berth_${this.service} --format '{{json .Spec.TaskTemplate.ContainerSpec.Env}}' | jq -r '.[] | select(startswith("REDIS_URL="))[10:]'`,
    );
    const { output } = await this.product.machine.run([
      'sh',
      '-c',
      `printf '%s\\n' "$@" | redis-cli --no-auth-warning -u "$0"`,
      url.replace('@redis:', '@127.0.0.1:'),
      ...lines,
    ]);
    return output.trim().split('\n').filter(Boolean);
  }
}

/** Droplets find their user-data at this address; a machine of the rehearsal has its own without. */
export const metadata = '169.254.169.254';

/** Puts somebody at that address who hands out user-data, beside the machine, as DigitalOcean does. */
export async function serveMetadata(product: BootedProduct, content: string): Promise<void> {
  await product.on(
    [
      'ip netns add metadata',
      'ip link add metadata type veth peer name eth0 netns metadata',
      'ip address add 169.254.169.1/24 dev metadata',
      'ip link set metadata up',
      `ip -n metadata address add ${metadata}/24 dev eth0`,
      'ip -n metadata link set eth0 up',
      'ip -n metadata route add default via 169.254.169.1',
      `mkdir -p /run/user-data && echo '${content}' >/run/user-data/index.html`,
      'systemd-run --quiet --unit=metadata ip netns exec metadata busybox httpd -f -p 80 -h /run/user-data',
    ].join(' && '),
  );
}
