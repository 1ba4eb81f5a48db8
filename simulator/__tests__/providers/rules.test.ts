import { outcome, problems, stateOf } from './direct';

const droplet = { name: 'web', image: 'debian-12-x64', region: 'fra1', size: 's-1vcpu-1gb' };
const volume = { name: 'data', region: 'fra1', size: 10 };
const rule = { protocol: 'tcp', port_range: '22', source_addresses: ['::/0'] };
const firewall = { name: 'web', inbound_rule: [rule] };
const alert = {
  description: 'cpu',
  type: 'v1/insights/droplet/cpu',
  compare: 'GreaterThan',
  value: 1,
  window: '5m',
  alerts: [{ email: ['a@b.c'] }],
};
const uptimeAlert = { name: 'a', check_id: 'c', type: 'down', period: '2m', notifications: [{ email: ['a@b.c'] }] };
const bucket = { name: 'acme-data', region: 'fra1' };
const secret = { repository: 'r', secret_name: 'TOKEN', plaintext_value: 'x' };
const ruleset = { repository: 'r', name: 'n', target: 'branch', enforcement: 'active', rules: [{ deletion: true }] };
const tagged =
  'tags may contain lowercase letters, numbers, colons, dashes, and underscores; there is a limit of 255 characters per tag';

test.each<[string, object, string[]]>([
  ['digitalocean_droplet', { ...droplet, name: '' }, ['name: name must not be empty, got ']],
  ['digitalocean_droplet', { ...droplet, tags: ['a b'] }, [`tags: ${tagged}`]],
  ['digitalocean_droplet', { ...droplet, ssh_keys: [''] }, ['ssh_keys: ssh_keys.0 must not be empty, got ']],
  [
    'digitalocean_droplet',
    { ...droplet, backup_policy: [{ plan: 'weekly', weekday: 'Sun', hour: 21 }] },
    [
      'backup_policy: Missing required argument | "backup_policy": all of `backup_policy,backups` must be specified',
      'backup_policy.0.hour: expected backup_policy.0.hour to be in the range (0 - 20), got 21',
      'backup_policy.0.weekday: expected backup_policy.0.weekday to be one of [SUN MON TUE WED THU FRI SAT], got Sun',
    ],
  ],
  ['digitalocean_volume', { ...volume, size: 0 }, ['size: expected size to be at least (1), got 0']],
  [
    'digitalocean_volume',
    { ...volume, initial_filesystem_type: 'ntfs' },
    ['initial_filesystem_type: expected initial_filesystem_type to be one of [ext4 xfs], got ntfs'],
  ],
  [
    'digitalocean_volume',
    { ...volume, filesystem_type: 'ext4', initial_filesystem_type: 'ext4' },
    [
      '(warning) filesystem_type: Argument is deprecated | This functionality has been replaced by `initial_filesystem_type`.',
      'filesystem_type: Conflicting configuration arguments | "filesystem_type": conflicts with initial_filesystem_type',
    ],
  ],
  [
    'digitalocean_volume_attachment',
    { droplet_id: 0, volume_id: 'v' },
    ['droplet_id: droplet_id must not be zero, got 0'],
  ],
  [
    'digitalocean_vpc',
    { name: 'v', region: 'fra1', ip_range: 'UPPER' },
    ['ip_range: expected "ip_range" to be a valid IPv4 Value, got UPPER: invalid CIDR address: UPPER'],
  ],
  ['digitalocean_vpc', { name: 'v', region: 'fra1', ip_range: '10.0.0.5/20' }, []],
  ['digitalocean_tag', { name: 'UPPER' }, []],
  ['digitalocean_tag', { name: 'a.b' }, [`name: ${tagged}`]],
  [
    'digitalocean_reserved_ip',
    { region: 'fra1', ip_address: 'x' },
    ['ip_address: expected ip_address to contain a valid IPv4 address, got: x'],
  ],
  [
    'digitalocean_firewall',
    { name: 'f', inbound_rule: [{ ...rule, protocol: 'TCP' }] },
    ['inbound_rule: expected inbound_rule.0.protocol to be one of [tcp udp icmp], got TCP'],
  ],
  [
    'digitalocean_record',
    { domain: 'd', type: 'PTR', name: 'n', value: 'v' },
    ['type: expected type to be one of [A AAAA CAA CNAME MX NS TXT SRV SOA], got PTR'],
  ],
  ['digitalocean_project', { name: '' }, ['name: name must not be empty, got ']],
  ['digitalocean_project', { name: 'p', environment: 'PRODUCTION' }, []],
  [
    'digitalocean_project',
    { name: 'p', environment: 'test' },
    ['environment: expected environment to be one of [development staging production], got test'],
  ],
  [
    'digitalocean_monitor_alert',
    { ...alert, value: -1 },
    ['value: expected value to be at least (0.000000), got -1.000000'],
  ],
  [
    'digitalocean_monitor_alert',
    { ...alert, window: '2m' },
    ['window: expected window to be one of [5m 10m 30m 1h], got 2m'],
  ],
  [
    'digitalocean_uptime_alert',
    { ...uptimeAlert, period: '4m' },
    ['period: expected period to be one of [2m 3m 5m 10m 15m 30m 1h], got 4m'],
  ],
  [
    'digitalocean_uptime_alert',
    { ...uptimeAlert, notifications: [{ slack: [{ channel: '', url: 'u' }] }] },
    ['notifications.0.slack.0.channel: expected "notifications.0.slack.0.channel" to not be an empty string, got '],
  ],
  ['digitalocean_spaces_bucket', { name: 'A_b..', region: 'FRA1', acl: 'whatever' }, []],
  [
    'digitalocean_spaces_bucket',
    { name: 'b', region: 'mars' },
    ['region: expected region to be one of [ams3 atl1 blr1 fra1 lon1 nyc3 sfo2 sfo3 sgp1 syd1 tor1], got mars'],
  ],
  [
    'digitalocean_spaces_bucket',
    { ...bucket, lifecycle_rule: [{ enabled: true, prefix: '/tmp', noncurrent_version_expiration: [{ days: 0 }] }] },
    [
      '(warning) lifecycle_rule.0.prefix: lifecycle_rule.0.prefix begins with `/`. In most cases, this should be excluded.',
      'lifecycle_rule.0.noncurrent_version_expiration: expected lifecycle_rule.0.noncurrent_version_expiration.0.days to be at least (1), got 0',
    ],
  ],
  [
    'digitalocean_spaces_bucket_policy',
    { bucket: 'b', region: 'fra1', policy: 'x' },
    ['policy: "policy" contains an invalid JSON: invalid character \'x\' looking for beginning of value'],
  ],
  ['digitalocean_spaces_key', { name: 'k', grant: [{ bucket: 'b', permission: 'admin' }] }, []],
  [
    'digitalocean_spaces_bucket_object',
    { bucket: 'b', region: 'fra1', key: 'k', content: 'a', content_base64: 'YQ==' },
    [
      'content: Conflicting configuration arguments | "content": conflicts with content_base64',
      'content_base64: Conflicting configuration arguments | "content_base64": conflicts with content',
    ],
  ],
  [
    'digitalocean_database_connection_pool',
    { cluster_id: 'c', name: 'ab', mode: 'x', size: 0, db_name: 'd' },
    [
      'db_name: ',
      'mode: expected mode to be one of [session transaction statement], got x',
      'name: expected length of name to be in the range (3 - 63), got ab',
      'size: size must not be zero, got 0',
    ].slice(1),
  ],
  [
    'github_actions_secret',
    { ...secret, secret_name: '1x' },
    [
      'secret_name: Error | secret names can only contain alphanumeric characters or underscores and must not start with a number',
    ],
  ],
  [
    'github_actions_variable',
    { repository: 'r', variable_name: 'github_x', value: '' },
    ['variable_name: Error | secret names must not start with the GITHUB_ prefix'],
  ],
  ['github_actions_secret', { repository: 'r', secret_name: 'X', encrypted_value: 'not base64' }, []],
  [
    'github_actions_environment_secret',
    { repository: 'r', environment: 'e', secret_name: 'X', encrypted_value: 'UPPER' },
    ['encrypted_value: expected "encrypted_value" to be a base64 string, got UPPER'],
  ],
  [
    'github_repository_environment',
    { repository: 'r', environment: 'e', wait_timer: 43201 },
    ['wait_timer: expected wait_timer to be in the range (0 - 43200), got 43201'],
  ],
  [
    'github_repository_ruleset',
    { ...ruleset, target: 'all' },
    ['target: expected target to be one of ["branch" "push" "tag"], got all'],
  ],
  [
    'github_repository_ruleset',
    { ...ruleset, rules: [{ update_allows_fetch_and_merge: true }] },
    [
      'rules.0.update_allows_fetch_and_merge: Missing required argument | "rules.0.update_allows_fetch_and_merge": all of `rules.0.update,rules.0.update_allows_fetch_and_merge` must be specified',
    ],
  ],
])('%s %j is judged before anything is called', async (type, config, expected) => {
  expect((await problems(type, config)).sort()).toEqual([...expected].sort());
});

test.each<[string, object, object, string]>([
  ['digitalocean_droplet', droplet, {}, 'none'],
  ['digitalocean_droplet', droplet, { image: 'ubuntu-24-04-x64' }, 'replace image'],
  ['digitalocean_droplet', droplet, { region: 'FRA1' }, 'none'],
  ['digitalocean_droplet', droplet, { region: 'ams3' }, 'replace region'],
  ['digitalocean_droplet', droplet, { size: 's-1vcpu-2gb' }, 'update'],
  ['digitalocean_droplet', droplet, { name: 'other' }, 'update'],
  ['digitalocean_droplet', droplet, { ssh_keys: ['1'] }, 'replace ssh_keys'],
  ['digitalocean_droplet', { ...droplet, ssh_keys: ['1', '2'] }, { ssh_keys: ['2', '1'] }, 'none'],
  ['digitalocean_droplet', { ...droplet, user_data: 'a' }, { user_data: 'a' }, 'none'],
  ['digitalocean_droplet', { ...droplet, user_data: 'a' }, { user_data: 'b' }, 'replace user_data'],
  ['digitalocean_droplet', droplet, { monitoring: true }, 'replace monitoring'],
  ['digitalocean_droplet', droplet, { droplet_agent: true }, 'replace droplet_agent'],
  ['digitalocean_droplet', { ...droplet, vpc_uuid: 'a' }, { vpc_uuid: 'b' }, 'replace vpc_uuid'],
  ['digitalocean_droplet', { ...droplet, vpc_uuid: 'a' }, { vpc_uuid: null }, 'none'],
  ['digitalocean_droplet', droplet, { backups: true }, 'update'],
  ['digitalocean_droplet', droplet, { ipv6: true }, 'update'],
  ['digitalocean_droplet', { ...droplet, ipv6: true }, { ipv6: false }, 'replace ipv6'],
  ['digitalocean_droplet', { ...droplet, tags: ['web'] }, { tags: ['WEB'] }, 'none'],
  ['digitalocean_droplet', { ...droplet, tags: ['web'] }, { tags: null }, 'update'],
  ['digitalocean_droplet', droplet, { graceful_shutdown: true }, 'update'],
  ['digitalocean_volume', volume, { size: 11 }, 'update'],
  ['digitalocean_volume', volume, { size: 9 }, 'error volumes `size` can only be expanded and not shrunk'],
  ['digitalocean_volume', volume, { size: 9, name: 'x' }, 'error volumes `size` can only be expanded and not shrunk'],
  ['digitalocean_volume', volume, { name: 'x' }, 'replace name'],
  ['digitalocean_volume', volume, { description: 'x' }, 'replace description'],
  ['digitalocean_volume', volume, { initial_filesystem_type: 'xfs' }, 'replace initial_filesystem_type'],
  ['digitalocean_volume', volume, { tags: ['x'] }, 'update'],
  [
    'digitalocean_vpc',
    { name: 'v', region: 'fra1', ip_range: '10.0.0.0/24' },
    { ip_range: '10.0.1.0/24' },
    'replace ip_range',
  ],
  ['digitalocean_vpc', { name: 'v', region: 'fra1' }, { name: 'w', description: 'd' }, 'update'],
  ['digitalocean_ssh_key', { name: 'k', public_key: 'ssh-ed25519 A' }, { public_key: 'ssh-ed25519 A\n' }, 'none'],
  [
    'digitalocean_ssh_key',
    { name: 'k', public_key: 'ssh-ed25519 A' },
    { public_key: 'ssh-ed25519 B' },
    'replace public_key',
  ],
  ['digitalocean_volume_attachment', { droplet_id: 1, volume_id: 'v' }, { droplet_id: 2 }, 'replace droplet_id'],
  ['digitalocean_reserved_ip', { region: 'fra1' }, { droplet_id: 1 }, 'update'],
  [
    'digitalocean_reserved_ip_assignment',
    { droplet_id: 1, ip_address: '1.2.3.4' },
    { ip_address: '1.2.3.5' },
    'replace ip_address',
  ],
  ['digitalocean_firewall', firewall, { inbound_rule: [{ ...rule, source_tags: [] }] }, 'none'],
  ['digitalocean_firewall', firewall, { inbound_rule: [{ ...rule, port_range: '80' }] }, 'update'],
  ['digitalocean_firewall', firewall, { inbound_rule: [] }, 'error At least one rule must be specified'],
  [
    'digitalocean_firewall',
    firewall,
    { outbound_rule: [{ protocol: 'udp' }] },
    'error `port_range` of outbound rules is required if protocol is `tcp` or `udp`',
  ],
  [
    'digitalocean_record',
    { domain: 'd.example', type: 'A', name: '@', value: '1.2.3.4' },
    { name: 'd.example.' },
    'none',
  ],
  [
    'digitalocean_record',
    { domain: 'd.example', type: 'A', name: 'www', value: '1.2.3.4' },
    { name: 'www.d.example.' },
    'none',
  ],
  [
    'digitalocean_record',
    { domain: 'd.example', type: 'A', name: 'www', value: '1.2.3.4' },
    { type: 'TXT' },
    'replace type',
  ],
  [
    'digitalocean_record',
    { domain: 'd.example', type: 'CNAME', name: 'www', value: '@' },
    { value: 'd.example.' },
    'none',
  ],
  [
    'digitalocean_record',
    { domain: 'd.example', type: 'A', name: '@', value: '1.2.3.4' },
    { type: 'MX' },
    'error `priority` is required for when type is `MX`',
  ],
  ['digitalocean_project', { name: 'p', environment: 'Production' }, { environment: 'production' }, 'none'],
  ['digitalocean_project', { name: 'p', resources: ['do:droplet:1'] }, { resources: null }, 'none'],
  ['digitalocean_monitor_alert', { ...alert, value: Math.fround(0.1) }, { value: 0.1 }, 'update'],
  ['digitalocean_uptime_alert', uptimeAlert, { check_id: 'other' }, 'update'],
  ['digitalocean_spaces_bucket', bucket, { name: 'other' }, 'update'],
  ['digitalocean_spaces_bucket', bucket, { region: 'FRA1' }, 'none'],
  ['digitalocean_spaces_bucket', bucket, { region: 'ams3' }, 'replace region'],
  ['digitalocean_spaces_bucket', { ...bucket, versioning: [{ enabled: true }] }, { versioning: [] }, 'none'],
  ['digitalocean_spaces_bucket', bucket, { region: null }, 'replace region'],
  [
    'digitalocean_spaces_bucket_policy',
    { bucket: 'b', region: 'fra1', policy: '{"a":1,"b":2}' },
    { policy: '{ "b": 2, "a": 1 }' },
    'none',
  ],
  [
    'digitalocean_database_cluster',
    { name: 'c', engine: 'pg', version: '16', size: 's', region: 'fra1', node_count: 1 },
    { version: '17' },
    'update',
  ],
  [
    'digitalocean_database_cluster',
    { name: 'c', engine: 'valkey', version: '8', size: 's', region: 'fra1', node_count: 1 },
    { name: 'd' },
    'replace name',
  ],
  ['github_actions_secret', secret, { plaintext_value: 'y' }, 'replace plaintext_value'],
  ['github_actions_secret', secret, { destroy_on_drift: false }, 'replace destroy_on_drift'],
  ['github_actions_variable', { repository: 'r', variable_name: 'N', value: 'v' }, { repository: 's' }, 'update'],
  [
    'github_actions_variable',
    { repository: 'r', variable_name: 'N', value: 'v' },
    { variable_name: 'M' },
    'replace variable_name',
  ],
  ['github_repository_environment', { repository: 'r', environment: 'e' }, { environment: 'f' }, 'replace environment'],
  ['github_repository_environment', { repository: 'r', environment: 'e' }, { wait_timer: 5 }, 'update'],
  [
    'github_repository_environment_deployment_policy',
    { repository: 'r', environment: 'e', branch_pattern: 'a' },
    { branch_pattern: 'b' },
    'update',
  ],
  [
    'github_repository_environment_deployment_policy',
    { repository: 'r', environment: 'e', branch_pattern: 'a' },
    { branch_pattern: null, tag_pattern: 'a' },
    'replace branch_pattern,tag_pattern',
  ],
  [
    'github_repository_deploy_key',
    { repository: 'r', title: 't', key: 'ssh-ed25519 A' },
    { key: 'ssh-ed25519 A comment' },
    'none',
  ],
  ['github_repository_ruleset', ruleset, { repository: 's' }, 'update'],
])('%s %j with %j: %s', async (type, config, difference, expected) => {
  const result = await outcome(type, await stateOf(type, config), { ...config, ...difference });
  expect([result.kind, ...(result.because.length > 0 ? [result.because.join()] : [])].join(' ')).toBe(expected);
});

test('a machine that gets an IPv6 address learns it after the apply, and other computed values stay', async () => {
  const state = { ...(await stateOf('digitalocean_droplet', droplet)), ipv6_address: '', ipv4_address: '192.0.2.1' };
  const { planned } = await outcome('digitalocean_droplet', state, { ...droplet, ipv6: true });
  expect([planned.ipv6_address.constructor.name, planned.ipv4_address]).toEqual(['Unknown', '192.0.2.1']);
});
