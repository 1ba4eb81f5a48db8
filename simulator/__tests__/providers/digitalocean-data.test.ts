import { Vendors } from './vendors';

jest.setTimeout(60_000);

test('the data sources of DigitalOcean tell what the vendor knows', async () => {
  const vendors = await new Vendors().start();
  try {
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2HqGRRMzXTTGUQjsxzO7uGvRkJdiBSHHhOJPk7wG2N somebody';
    vendors.write(
      {
        'digitalocean_vpc.v': { name: 'v', region: 'fra1' },
        'digitalocean_ssh_key.k': { name: 'k', public_key: key },
        'digitalocean_droplet.d': {
          name: 'd',
          image: 'debian-12-x64',
          region: 'fra1',
          size: 's-1vcpu-1gb',
          vpc_uuid: '${digitalocean_vpc.v.id}',
          tags: ['t'],
        },
        'digitalocean_volume.v': { name: 'vol', region: 'fra1', size: 5 },
        'digitalocean_reserved_ip.r': { region: 'fra1' },
        'digitalocean_domain.d': { name: 'acme.example' },
        'digitalocean_record.r': {
          domain: '${digitalocean_domain.d.name}',
          type: 'A',
          name: 'www',
          value: '192.0.2.1',
        },
        'digitalocean_spaces_bucket.b': { name: 'acme-data', region: 'fra1' },
      },
      {
        data: {
          digitalocean_account: { it: {} },
          digitalocean_image: { debian: { slug: 'debian-12-x64' } },
          digitalocean_images: {
            debian: {
              filter: [{ key: 'distribution', values: ['Debian'] }],
              sort: [{ key: 'slug', direction: 'desc' }],
            },
          },
          digitalocean_region: { it: { slug: 'fra1' } },
          digitalocean_regions: {
            all: { filter: [{ key: 'slug', values: ['fra', 'ams3'], match_by: 'substring' }], sort: [{ key: 'slug' }] },
          },
          digitalocean_sizes: {
            small: {
              filter: [
                { key: 'memory', values: ['1024'] },
                { key: 'regions', values: ['fra1'] },
              ],
              sort: [{ key: 'price_monthly' }],
            },
          },
          digitalocean_ssh_key: { k: { name: '${digitalocean_ssh_key.k.name}' } },
          digitalocean_ssh_keys: { all: { depends_on: ['digitalocean_ssh_key.k'] } },
          digitalocean_project: { default: {} },
          digitalocean_domain: { d: { name: '${digitalocean_domain.d.name}' } },
          digitalocean_vpc: { v: { id: '${digitalocean_vpc.v.id}' }, named: { name: '${digitalocean_vpc.v.name}' } },
          digitalocean_droplet: {
            d: { name: '${digitalocean_droplet.d.name}' },
            tagged: { tag: 't', depends_on: ['digitalocean_droplet.d'] },
          },
          digitalocean_volume: { v: { name: '${digitalocean_volume.v.name}', region: 'FRA1' } },
          digitalocean_reserved_ip: { r: { ip_address: '${digitalocean_reserved_ip.r.ip_address}' } },
          digitalocean_record: {
            r: { domain: '${digitalocean_domain.d.name}', name: '${digitalocean_record.r.name}' },
          },
          digitalocean_tag: { t: { name: 't', depends_on: ['digitalocean_droplet.d'] } },
          digitalocean_spaces_bucket: { b: { name: '${digitalocean_spaces_bucket.b.name}', region: 'fra1' } },
        },
        output: {
          told: {
            value: {
              account: '${data.digitalocean_account.it.status}',
              image: '${data.digitalocean_image.debian.distribution}',
              images: '${data.digitalocean_images.debian.images[0].slug}',
              region: '${contains(data.digitalocean_region.it.features, "backups")}',
              regions: '${join(",", data.digitalocean_regions.all.regions[*].slug)}',
              size: '${data.digitalocean_sizes.small.sizes[0].slug}',
              key: '${data.digitalocean_ssh_key.k.fingerprint == digitalocean_ssh_key.k.fingerprint}',
              keys: '${length(data.digitalocean_ssh_keys.all.ssh_keys)}',
              project: '${data.digitalocean_project.default.is_default}',
              domain: '${data.digitalocean_domain.d.urn}',
              vpc: '${data.digitalocean_vpc.v.ip_range == data.digitalocean_vpc.named.ip_range}',
              droplet: '${data.digitalocean_droplet.d.id == data.digitalocean_droplet.tagged.id}',
              image_of_droplet: '${data.digitalocean_droplet.d.image}',
              volume: '${data.digitalocean_volume.v.size}',
              reserved_ip: '${data.digitalocean_reserved_ip.r.urn == digitalocean_reserved_ip.r.urn}',
              tag: '${data.digitalocean_tag.t.droplets_count}',
              record: '${data.digitalocean_record.r.data}',
              bucket: '${data.digitalocean_spaces_bucket.b.endpoint}',
            },
          },
        },
      },
    );
    await vendors.workspace.apply();
    expect(JSON.parse(await vendors.workspace.ok('output', '-json', 'told'))).toEqual({
      account: 'active',
      image: 'Debian',
      images: expect.stringMatching(/^debian-/),
      region: true,
      regions: 'ams3,fra1',
      size: 's-1vcpu-1gb',
      key: true,
      keys: 1,
      project: true,
      domain: 'do:domain:acme.example',
      vpc: true,
      droplet: true,
      image_of_droplet: 'debian-12-x64',
      volume: 5,
      reserved_ip: true,
      tag: 1,
      record: '192.0.2.1',
      bucket: 'fra1.digitaloceanspaces.com',
    });

    vendors.write(
      {},
      {
        data: {
          digitalocean_vpc: { none: { name: 'nothing' } },
          digitalocean_droplet: { both: { name: 'd', tag: 't' } },
        },
      },
    );
    const { output } = await vendors.workspace.run('plan');
    expect(output.replace(/\s+/g, ' ')).toContain(
      '"name": only one of `id,name,tag` can be specified, but `name,tag` were specified.',
    );
    vendors.write({}, { data: { digitalocean_vpc: { none: { name: 'nothing' } } } });
    expect((await vendors.workspace.run('plan')).output).toContain('Error: no VPCs found with name: nothing');
  } finally {
    await vendors.close();
  }
});
