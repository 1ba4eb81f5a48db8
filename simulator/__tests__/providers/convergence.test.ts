import { Vendors } from './vendors';

jest.setTimeout(60_000);

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2HqGRRMzXTTGUQjsxzO7uGvRkJdiBSHHhOJPk7wG2N';
const repository = 'website';
/** Something of every vendor, and what hangs together. */
const chain: Record<string, object> = {
  'digitalocean_ssh_key.k': { name: 'k', public_key: key },
  'digitalocean_vpc.v': { name: 'v', region: 'fra1' },
  'digitalocean_droplet.d': {
    name: 'd',
    image: 'debian-12-x64',
    region: 'fra1',
    size: 's-1vcpu-1gb',
    vpc_uuid: '${digitalocean_vpc.v.id}',
    ssh_keys: ['${digitalocean_ssh_key.k.id}'],
  },
  'digitalocean_volume.v': { name: 'v', region: 'fra1', size: 1 },
  'digitalocean_volume_attachment.a': {
    droplet_id: '${digitalocean_droplet.d.id}',
    volume_id: '${digitalocean_volume.v.id}',
  },
  'digitalocean_reserved_ip.r': { region: 'fra1' },
  'digitalocean_reserved_ip_assignment.r': {
    droplet_id: '${digitalocean_droplet.d.id}',
    ip_address: '${digitalocean_reserved_ip.r.ip_address}',
    depends_on: ['digitalocean_volume_attachment.a'],
  },
  'digitalocean_firewall.f': {
    name: 'fw',
    droplet_ids: ['${digitalocean_droplet.d.id}'],
    inbound_rule: { protocol: 'tcp', port_range: '443', source_addresses: ['::/0'] },
  },
  'digitalocean_spaces_bucket.b': { name: 'acme-data', region: 'fra1', versioning: { enabled: true } },
  'digitalocean_spaces_bucket_object.o': {
    bucket: '${digitalocean_spaces_bucket.b.name}',
    region: 'fra1',
    key: 'k',
    content: 'x',
  },
  'github_repository_environment.e': { repository, environment: 'e' },
  'github_actions_environment_secret.s': {
    repository,
    environment: '${github_repository_environment.e.environment}',
    secret_name: 'S',
    plaintext_value: 'x',
  },
};

/** Calls that a deploy makes, in some order. */
test.each([
  ['a key was made and not read', 'GET', /^\/v2\/account\/keys\//],
  ['a machine was not made', 'POST', /^\/v2\/droplets$/],
  ['a machine was made and not seen to its end', 'GET', /^\/v2\/droplets\//],
  ['a volume was not attached', 'POST', /^\/v2\/volumes\/.*actions$/],
  ['an attachment was not seen to its end', 'GET', /^\/v2\/actions\//],
  ['an address was not seen to move', 'GET', /^\/v2\/reserved_ips\/.*actions/],
  ['a bucket was made and not set up', 'PUT', /^\/\?versioning/],
  ['an object was not written', 'PUT', /^\/k$/],
  ['an environment was made and not read', 'GET', /environments\/e$/],
  ['a secret was not written', 'PUT', /secrets\/S$/],
])(
  'when %s (%s %s fails once), the next apply finishes the work and there is one of each',
  async (_, wanted, pattern) => {
    const vendors = await new Vendors().start({ retries: 0 });
    try {
      vendors.write(chain, { provider: { github: { owner: 'acme' } } });
      let failed = false;
      vendors.fault = ({ method, path }) => {
        if (failed || method !== wanted || !pattern.test(path)) return undefined;
        failed = true;
        return { status: 500, body: { id: 'server_error', message: 'Server Error' } };
      };
      expect((await vendors.workspace.run('apply', '-auto-approve')).code).toBe(1);
      await vendors.workspace.apply();
      expect(await vendors.workspace.plan()).toEqual({});
      const {
        droplets,
        volumes,
        vpcs,
        firewalls,
        ssh_keys: keys,
        reserved_ips: addresses,
      } = vendors.digitalocean.state;
      const tables = { droplets, volumes, firewalls, keys, addresses, buckets: vendors.spaces.buckets() };
      const counts = Object.fromEntries(
        Object.entries(tables).map(([name, table]) => [name, Object.keys(table).length]),
      );
      expect(counts).toEqual({ droplets: 1, volumes: 1, firewalls: 1, keys: 1, addresses: 1, buckets: 1 });
      expect(Object.values(vpcs).filter((vpc) => vpc.name === 'v')).toHaveLength(1);
    } finally {
      await vendors.close();
    }
  },
);
