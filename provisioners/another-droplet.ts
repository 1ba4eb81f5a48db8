import { DigitalOcean } from '../lib/digitalocean';

/** Whether there is a droplet of this name with another id; `undefined` when it cannot be told. */
export async function hasAnotherDroplet(
  name: string,
  id: string,
  env: NodeJS.ProcessEnv,
): Promise<boolean | undefined> {
  try {
    const client = new DigitalOcean(env, 'a token that may read droplets (scope "droplet:read") is needed');
    return (await client.droplets(name)).some((droplet) => String(droplet.id) !== id);
  } catch {
    return undefined;
  }
}
