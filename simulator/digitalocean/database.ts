export interface DatabaseUser {
  name: string;
  role: 'primary' | 'normal';
  password: string;
  settings?: Record<string, unknown>;
  /** Of MySQL. */
  mysql_settings?: { auth_plugin: string };
}

export interface DatabasePool {
  name: string;
  mode: string;
  size: number;
  db: string;
  /** Left out: whoever connects, by that user's own name. */
  user?: string;
}

export interface DatabaseRule {
  uuid: string;
  type: 'droplet' | 'k8s' | 'ip_addr' | 'tag' | 'app';
  value: string;
  created_at: string;
  description?: string;
}

export interface DatabaseTopic {
  name: string;
  partitions: number;
  replication_factor: number;
  config: Record<string, unknown>;
}

export interface DatabaseReplica {
  id: string;
  name: string;
  region: string;
  size: string;
  vpc: string;
  tags: string[];
  storage_size_mib: number;
  created_at: string;
}

/** A managed database cluster, as it is kept. */
export interface Database {
  id: string;
  name: string;
  engine: 'pg' | 'mysql' | 'valkey' | 'mongodb' | 'kafka' | 'opensearch';
  version: string;
  num_nodes: number;
  size: string;
  region: string;
  storage_size_mib: number;
  status: 'creating' | 'online' | 'resizing' | 'migrating';
  vpc: string;
  tags: string[];
  users: DatabaseUser[];
  dbs: string[];
  pools: DatabasePool[];
  rules: DatabaseRule[];
  config: Record<string, unknown>;
  eviction_policy: string;
  /** Of MySQL. */
  sql_mode: string;
  /** Of Kafka. */
  topics?: Record<string, DatabaseTopic>;
  replicas?: Record<string, DatabaseReplica>;
  maintenance: { day: string; hour: string };
  created_at: string;
}
