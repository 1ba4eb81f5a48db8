import { unknown } from '../../terraform/value';
import { outcome } from './direct';

/**
 * What the published providers plan and, to the letter, the stand-ins too, since the older provider kit does so. What remains
 * different is listed in simulator/README.md.
 */
const everybody = ['0.0.0.0/0', '::/0'];
const none = { source_tags: [], source_droplet_ids: [], source_kubernetes_ids: [], source_load_balancer_uids: [] };

test('lists that a firewall rule leaves out are empty, and so are the ports of icmp', async () => {
  const { planned } = await outcome('digitalocean_firewall', null, {
    name: 'fw',
    inbound_rule: [
      { protocol: 'icmp', source_addresses: everybody },
      { protocol: 'tcp', port_range: '22', source_addresses: everybody },
    ],
  });
  expect(planned.inbound_rule).toEqual([
    { protocol: 'icmp', port_range: '', source_addresses: everybody, ...none },
    { protocol: 'tcp', port_range: '22', source_addresses: everybody, ...none },
  ]);
});

test.each([
  ['digitalocean_project_resources', { project: 'p' }, 'resources', ['do:volume:1']],
  ['digitalocean_droplet', { name: 'web', image: 'debian-13-x64', size: 's-1vcpu-1gb' }, 'ssh_keys', ['1']],
])('%s: a set with an unknown part is unknown as a whole', async (type, config, name, known) => {
  expect((await outcome(type, null, { ...config, [name]: known })).planned[name]).toEqual(known);
  expect((await outcome(type, null, { ...config, [name]: [...known, unknown] })).planned[name]).toEqual(unknown);
});

test('a list with an unknown part keeps what is known of it', async () => {
  const config = { name: 'u', type: 'down', check_id: 'c', notifications: [{ email: ['a@example.com', unknown] }] };
  expect((await outcome('digitalocean_uptime_alert', null, config)).planned.notifications[0].email).toEqual([
    'a@example.com',
    unknown,
  ]);
});

test('the date that an expiration leaves out is empty; numbers and switches are not set', async () => {
  const rule = { enabled: true, expiration: [{ days: 30 }] };
  const { planned } = await outcome('digitalocean_spaces_bucket', null, {
    name: 'b',
    region: 'fra1',
    lifecycle_rule: [rule],
  });
  expect(planned.lifecycle_rule[0].expiration).toEqual([{ date: '', days: 30, expired_object_delete_marker: null }]);
});

test('an empty set of reviewers is none, and stays empty where there were some', async () => {
  const config = { repository: 'r', environment: 'e', reviewers: [{ teams: [21], users: [] }] };
  expect((await outcome('github_repository_environment', null, config)).planned.reviewers).toEqual([
    { teams: [21], users: null },
  ]);
  const state = {
    ...config,
    id: 'r:e',
    wait_timer: 0,
    can_admins_bypass: true,
    prevent_self_review: false,
    deployment_branch_policy: [],
    reviewers: [{ teams: [21], users: [11] }],
  };
  expect((await outcome('github_repository_environment', state, config)).planned.reviewers).toEqual([
    { teams: [21], users: [] },
  ]);
});
