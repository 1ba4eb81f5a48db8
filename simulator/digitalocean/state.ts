import type { Database } from './database';
import type { Rule } from './firewall-rule';

export type Table<T> = Record<string, T>;

export interface Action {
  id: number;
  type: string;
  resource_type: 'droplet' | 'volume' | 'reserved_ip' | 'database' | 'firewall' | 'image';
  /** Ids of volumes and addresses are no numbers, so answers show `resource_id` only for machines. */
  resource: string;
  /** The machine that is busy while this action runs. */
  droplet?: number;
  region?: string;
  params: Record<string, unknown>;
  started_at: string;
  completed_at: string | null;
  /** Wall-clock milliseconds after which the action is done. */
  due: number;
}

export interface BackupPolicy {
  plan: 'daily' | 'weekly';
  weekday?: string;
  hour: number;
}

export interface Droplet {
  id: number;
  name: string;
  region: string;
  size: string;
  image: string;
  status: 'new' | 'active' | 'off';
  memory: number;
  vcpus: number;
  disk: number;
  tags: string[];
  vpc: string;
  ssh_keys: number[];
  user_data: string;
  backups: boolean;
  backup_policy?: BackupPolicy;
  ipv6: boolean;
  monitoring: boolean;
  agent: boolean;
  public_ip: string;
  private_ip: string;
  created_at: string;
}

export interface Vpc {
  id: string;
  name: string;
  description: string;
  region: string;
  ip_range: string;
  default: boolean;
  created_at: string;
}

export interface Firewall {
  id: string;
  name: string;
  inbound_rules: Rule[];
  outbound_rules: Rule[];
  droplet_ids: number[];
  tags: string[];
  created_at: string;
}

export interface ReservedIp {
  ip: string;
  region: string;
  droplet: number | null;
}

export interface Volume {
  id: string;
  name: string;
  description: string;
  region: string;
  size_gigabytes: number;
  filesystem_type: string;
  filesystem_label: string;
  tags: string[];
  droplet: number | null;
  created_at: string;
}

export interface DomainRecord {
  id: number;
  type: string;
  name: string;
  data: string;
  priority: number | null;
  port: number | null;
  ttl: number;
  weight: number | null;
  flags: number | null;
  tag: string | null;
}

export interface Domain {
  name: string;
  ttl: number;
  records: Table<DomainRecord>;
}

export interface Project {
  id: string;
  name: string;
  description: string;
  purpose: string;
  /** Empty when none was chosen. */
  environment: 'Development' | 'Staging' | 'Production' | '';
  is_default: boolean;
  created_at: string;
  updated_at: string;
}

export interface SshKey {
  id: number;
  name: string;
  fingerprint: string;
  public_key: string;
}

export type Permission = 'read' | 'readwrite' | 'fullaccess' | '';

export interface StoredSpacesKey {
  name: string;
  access_key: string;
  secret_key: string;
  grants: { bucket: string; permission: Permission }[];
  created_at: string;
}

export interface Notifications {
  email: string[];
  slack: { channel: string; url: string }[];
}

export interface AlertPolicy {
  uuid: string;
  type: string;
  description: string;
  compare: 'GreaterThan' | 'LessThan';
  value: number;
  window: '5m' | '10m' | '30m' | '1h';
  entities: string[];
  tags: string[];
  alerts: Notifications;
  enabled: boolean;
}

export interface UptimeAlert {
  id: string;
  name: string;
  type: string;
  threshold: number;
  comparison?: string;
  notifications: Notifications;
  period: string;
}

export interface UptimeCheck {
  id: string;
  name: string;
  type: 'ping' | 'http' | 'https';
  target: string;
  regions: string[] | null;
  enabled: boolean;
  alerts: Table<UptimeAlert>;
}

/** An image of the account's own. */
export interface PrivateImage {
  id: number;
  type: 'snapshot' | 'custom';
  name: string;
  distribution: string;
  description: string;
  /** The machine that a snapshot was taken of. */
  droplet?: number;
  regions: string[];
  tags: string[];
  min_disk_size: number;
  size_gigabytes: number;
  status: 'NEW' | 'available' | 'deleted';
  created_at: string;
}

export interface VolumeSnapshot {
  id: string;
  volume: string;
  name: string;
  regions: string[];
  tags: string[];
  min_disk_size: number;
  size_gigabytes: number;
  filesystem_type: string;
  filesystem_label: string;
  created_at: string;
}

/** Everything the simulated DigitalOcean account holds, as plain JSON. */
export interface State {
  /** How many of each kind were ever made: ids come from it, so the same run makes the same ids. */
  counters: Record<string, number>;
  droplets: Table<Droplet>;
  actions: Table<Action>;
  vpcs: Table<Vpc>;
  firewalls: Table<Firewall>;
  reserved_ips: Table<ReservedIp>;
  volumes: Table<Volume>;
  domains: Table<Domain>;
  tags: Table<{ name: string }>;
  projects: Table<Project>;
  /** Which project holds a resource, by the resource's urn. */
  assignments: Table<{ project: string; assigned_at: string }>;
  ssh_keys: Table<SshKey>;
  spaces_keys: Table<StoredSpacesKey>;
  alerts: Table<AlertPolicy>;
  uptime_checks: Table<UptimeCheck>;
  databases: Table<Database>;
  images: Table<PrivateImage>;
  volume_snapshots: Table<VolumeSnapshot>;
}

export const emptyState = (): State => ({
  counters: {},
  droplets: {},
  actions: {},
  vpcs: {},
  firewalls: {},
  reserved_ips: {},
  volumes: {},
  domains: {},
  tags: {},
  projects: {},
  assignments: {},
  ssh_keys: {},
  spaces_keys: {},
  alerts: {},
  uptime_checks: {},
  databases: {},
  images: {},
  volume_snapshots: {},
});
