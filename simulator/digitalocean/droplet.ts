import { createHash } from 'node:crypto';
import { renderRegion } from './catalogue';
import { gateway, netmask, parseRange } from './cidr';
import type { Cloud } from './cloud';
import { findImage, renderImage } from './image';
import { snapshotsOfDroplet } from './snapshots';
import type { BackupPolicy, Droplet } from './state';

/** Addresses from the documentation ranges first (RFC 5737), then from the benchmarking range (RFC 2544): none is anybody's. */
export function publicAddress(kind: 'droplet' | 'reserved_ip', count: number): string {
  const [first, then] = kind === 'droplet' ? ['203.0.113', '198.18'] : ['198.51.100', '198.19'];
  return count < 255 ? `${first}.${count}` : `${then}.${(count >> 8) & 255}.${count & 255}`;
}

/** An address of the documentation range for IPv6 (RFC 3849). */
const ipv6Address = (id: number) =>
  `2001:db8::${createHash('sha256').update(String(id)).digest('hex').slice(0, 4)}:${(id % 65536).toString(16)}`;

function features(droplet: Droplet): string[] {
  return [
    droplet.backups && 'backups',
    droplet.ipv6 && 'ipv6',
    droplet.monitoring && 'monitoring',
    droplet.agent && 'droplet_agent',
    'private_networking',
  ].filter((feature) => feature !== false);
}

const WINDOW_HOURS = 4;
const DAY = 86_400_000;

/** The next time the policy's window opens, seen from now. */
function nextBackupWindow(policy: BackupPolicy, now: string) {
  const start = new Date(now);
  start.setUTCHours(policy.hour, 0, 0, 0);
  const weekday =
    policy.plan === 'weekly'
      ? ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'].indexOf(policy.weekday ?? 'SUN')
      : undefined;
  while (start <= new Date(now) || (weekday !== undefined && start.getUTCDay() !== weekday))
    start.setTime(start.getTime() + DAY);
  const end = new Date(start.getTime() + WINDOW_HOURS * 3_600_000);
  return { start: start.toISOString(), end: end.toISOString() };
}

export const DEFAULT_BACKUPS: BackupPolicy = { plan: 'weekly', weekday: 'SUN', hour: 0 };

/** The policy as answers show it: the window and the retention follow from the plan. */
export const renderPolicy = (policy: BackupPolicy) => ({
  ...policy,
  window_length_hours: WINDOW_HOURS,
  retention_period_days: policy.plan === 'daily' ? 7 : 28,
});

export const nextBackup = (droplet: Droplet, now: string) =>
  droplet.backups ? nextBackupWindow(droplet.backup_policy ?? DEFAULT_BACKUPS, now) : null;

export function renderDroplet(cloud: Cloud, droplet: Droplet) {
  const { volumes, reserved_ips: reserved, vpcs } = cloud.state;
  const { regions: _regions, ...size } = cloud.sizes.find(droplet.size)!;
  const range = parseRange(vpcs[droplet.vpc].ip_range)!;
  const address = (ip: string) => ({
    ip_address: ip,
    netmask: '255.255.255.0',
    gateway: ip.replace(/\d+$/, '1'),
    type: 'public',
  });
  return {
    id: droplet.id,
    name: droplet.name,
    memory: droplet.memory,
    vcpus: droplet.vcpus,
    disk: droplet.disk,
    disk_info: [{ type: 'local', size: { amount: droplet.disk, unit: 'gib' } }],
    locked: cloud.isBusy(droplet.id),
    status: droplet.status,
    kernel: null,
    created_at: droplet.created_at,
    features: features(droplet),
    backup_ids: [],
    next_backup_window: nextBackup(droplet, cloud.now()),
    snapshot_ids: snapshotsOfDroplet(cloud, droplet.id).map(({ id }) => id),
    image: renderImage(cloud, findImage(cloud, droplet.image, true)!),
    volume_ids: Object.values(volumes)
      .filter((volume) => volume.droplet === droplet.id)
      .map((volume) => volume.id),
    size: { ...size, regions: _regions },
    size_slug: droplet.size,
    networks: {
      v4: [
        { ip_address: droplet.private_ip, netmask: netmask(range), gateway: gateway(range), type: 'private' },
        address(droplet.public_ip),
        ...Object.values(reserved)
          .filter((ip) => ip.droplet === droplet.id)
          .map(({ ip }) => address(ip)),
      ],
      v6: droplet.ipv6
        ? [{ ip_address: ipv6Address(droplet.id), netmask: 64, gateway: '2001:db8::1', type: 'public' }]
        : [],
    },
    region: renderRegion(cloud, droplet.region),
    tags: droplet.tags,
    vpc_uuid: droplet.vpc,
  };
}

/** A destroyed machine leaves its volumes and its address behind, detached; firewalls forget it. */
export function destroyDroplet(cloud: Cloud, droplet: Droplet): void {
  const { state } = cloud;
  for (const volume of Object.values(state.volumes)) if (volume.droplet === droplet.id) volume.droplet = null;
  for (const ip of Object.values(state.reserved_ips)) if (ip.droplet === droplet.id) ip.droplet = null;
  for (const firewall of Object.values(state.firewalls))
    firewall.droplet_ids = firewall.droplet_ids.filter((id) => id !== droplet.id);
  delete state.assignments[`do:droplet:${droplet.id}`];
  delete state.droplets[droplet.id];
}
