/**
 * Whether DigitalOcean has another droplet of this name than the one with this id; nothing when it cannot be told. Asked with
 * the token of whoever deploys, which Terraform's provider has, too.
 */
export async function hasAnother({ DIGITALOCEAN_API_URL: url = 'https://api.digitalocean.com', DIGITALOCEAN_TOKEN: token, DIGITALOCEAN_ACCESS_TOKEN: alias }: NodeJS.ProcessEnv, name: string, id: string): Promise<boolean | undefined> {
  try {
    const response = await fetch(`${url}/v2/droplets?name=${encodeURIComponent(name)}`, { headers: { authorization: `Bearer ${token ?? alias}` }, signal: AbortSignal.timeout(10_000) });
    if (!response.ok) return undefined;
    const { droplets } = await response.json() as { droplets: readonly { readonly id: number }[] };
    return droplets.some((droplet) => String(droplet.id) !== id);
  } catch {
    return undefined;
  }
}
