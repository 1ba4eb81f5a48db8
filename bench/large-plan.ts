/** A plan as `terraform show -json` writes it, with this many changes: what a fleet of small things would bring, and nothing that a policy forbids. */
export function largePlan(changes: number, tag: string): string {
  const kept = {
    address: 'digitalocean_tag.tag',
    ...managed('digitalocean_tag', 'tag'),
    change: change(['no-op'], { name: tag }, { name: tag }),
  };
  const entries = Array.from({ length: changes }, (_, index) => entry(index));
  const values = (side: 'before' | 'after') => ({
    root_module: {
      resources: entries.flatMap(({ address, mode, type, name, change: given }) =>
        given[side] === null
          ? []
          : [{ address, mode, type, name, schema_version: 1, values: given[side], sensitive_values: {} }],
      ),
    },
  });
  return JSON.stringify({
    format_version: '1.2',
    terraform_version: '1.11.4',
    timestamp: '2026-11-21T12:00:00Z',
    errored: false,
    planned_values: values('after'),
    resource_changes: [kept, ...entries],
    prior_state: { format_version: '1.0', terraform_version: '1.11.4', values: values('before') },
    configuration: {
      root_module: {
        resources: entries.map(({ address, mode, type, name }, index) => ({
          address,
          mode,
          type,
          name,
          provider_config_key: 'digitalocean',
          schema_version: 1,
          expressions: {
            name: { constant_value: name },
            value: { constant_value: index },
            tags: { references: ['digitalocean_tag.tag.name', 'digitalocean_tag.tag'] },
          },
        })),
      },
    },
  });
}

const managed = (type: string, name: string) => ({
  mode: 'managed',
  type,
  name,
  provider_name: 'registry.terraform.io/digitalocean/digitalocean',
});

const change = (actions: readonly string[], before: object | null, after: object | null) => ({
  actions,
  before,
  after,
  after_unknown: {},
  before_sensitive: before === null ? false : { key: true },
  after_sensitive: after === null ? false : { key: true },
});

const types = [
  'digitalocean_record',
  'digitalocean_monitor_alert',
  'github_actions_environment_variable',
  'digitalocean_firewall',
  'acme_gadget',
] as const;

function entry(index: number) {
  const type = types[index % types.length]!;
  const name = `${type.split('_').at(-1)!}-${index}`;
  const attributes = (value: number): object => ({
    id: `${index}`,
    name,
    value,
    ttl: 300,
    description: `one of many, and this is number ${index}`,
    key: `secret-${index}`,
    tags: ['fleet', `group-${index % 40}`],
    rules: Array.from({ length: 4 }, (_, rule) => ({
      protocol: 'tcp',
      port_range: String(8000 + rule),
      source_addresses: ['203.0.113.7/32', `198.51.100.${(value + rule) % 250}/32`],
    })),
  });
  const [before, after] = [attributes(index), attributes(index + 1)];
  const given = [
    change(['update'], before, after),
    change(['create'], null, after),
    change(['delete'], before, null),
    change(['delete', 'create'], before, after),
  ][index % 4]!;
  return { address: `${type}.${name}`, ...managed(type, name), change: given };
}
