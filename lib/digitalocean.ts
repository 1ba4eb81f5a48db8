/** A droplet as DigitalOcean's API tells it, as far as anybody here asks. */
export interface Droplet {
  readonly id: number;
  readonly volume_ids: readonly string[];
  readonly networks: { readonly v4: readonly { readonly ip_address: string; readonly type: string }[] };
}

/** Droplets of one name: one, and two while a machine follows another. Asked with the token that Terraform's provider has, too. */
export async function dropletsNamed(
  name: string,
  {
    DIGITALOCEAN_API_URL: api = 'https://api.digitalocean.com',
    DIGITALOCEAN_TOKEN: token,
    DIGITALOCEAN_ACCESS_TOKEN: alias,
  }: NodeJS.ProcessEnv,
): Promise<readonly Droplet[]> {
  const bearer = token || alias;
  if (!bearer)
    throw new Error(
      'DIGITALOCEAN_TOKEN is not set: a token that may read droplets (scope "droplet:read") tells the machine\'s address',
    );
  const url = `${api}/v2/droplets?name=${encodeURIComponent(name)}`;
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${bearer}` },
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
  return ((await response.json()) as { droplets: readonly Droplet[] }).droplets;
}

/** Whether there is another droplet of this name than the one with this id; nothing when it cannot be told. */
export const hasAnother = (name: string, id: string, env: NodeJS.ProcessEnv): Promise<boolean | undefined> =>
  dropletsNamed(name, env)
    .then((droplets) => droplets.some((droplet) => String(droplet.id) !== id))
    .catch(() => undefined);
