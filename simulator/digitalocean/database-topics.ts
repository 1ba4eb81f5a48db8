import { z } from 'zod';
import { conflict, notFound, unprocessable } from './api-error';
import type { Cloud } from './cloud';
import type { Database, DatabaseTopic } from './database';
import { body, type Api, type Call } from './http';

/** Kafka's longest and largest, as the vendor's description writes it: JSON's numbers here end before 64 bits do. */
const most = 2 ** 63;
/** The settings that the vendor's description gives a topic. */
const DEFAULTS = {
  cleanup_policy: 'delete',
  compression_type: 'producer',
  delete_retention_ms: 86_400_000,
  file_delete_delay_ms: 60_000,
  flush_messages: most,
  flush_ms: most,
  index_interval_bytes: 4_096,
  max_compaction_lag_ms: most,
  max_message_bytes: 1_048_588,
  message_down_conversion_enable: true,
  message_format_version: '3.0-IV1',
  message_timestamp_difference_max_ms: most,
  message_timestamp_type: 'create_time',
  min_cleanable_dirty_ratio: 0.5,
  min_compaction_lag_ms: 0,
  min_insync_replicas: 1,
  preallocate: false,
  retention_bytes: -1,
  retention_ms: 604_800_000,
  segment_bytes: 209_715_200,
  segment_index_bytes: 10_485_760,
  segment_jitter_ms: 0,
  segment_ms: 604_800_000,
};

const changes = z.object({
  partition_count: z.number().int().min(3, 'invalid partition_count: it must be at least 3').max(2048).optional(),
  replication_factor: z.number().int().min(2, 'invalid replication_factor: it must be at least 2').optional(),
  config: z.record(z.string(), z.unknown()).nullish(),
});
const request = changes.extend({ name: z.string().regex(/^[a-zA-Z0-9._-]{1,249}$/, 'invalid topic name') });

/** Topics of a Kafka cluster. Nothing is ever written to one. */
export function mountDatabaseTopics(api: Api, cloud: Cloud): void {
  function kafka(call: Call): Database & { topics: Record<string, DatabaseTopic> } {
    const database = cloud.find(cloud.state.databases, call.req.param('cluster')!);
    if (database.engine !== 'kafka') throw notFound();
    if (database.status === 'creating') throw unprocessable('cluster is not ready: it is still being created');
    database.topics ??= {};
    return database as Database & { topics: Record<string, DatabaseTopic> };
  }

  const topic = (call: Call) => cloud.find(kafka(call).topics, call.req.param('topic')!);
  const render = ({ partitions, ...rest }: DatabaseTopic, nodes: number) => ({
    ...rest,
    state: 'active',
    partitions: Array.from({ length: partitions }, (_, id) => ({
      id,
      size: 0,
      in_sync_replicas: Math.min(rest.replication_factor, nodes),
      earliest_offset: 0,
      consumer_groups: null,
    })),
  });

  function refuseTooMany(database: Database, replicas: number | undefined): void {
    if (replicas !== undefined && replicas > database.num_nodes)
      throw unprocessable(`invalid replication_factor: the cluster has ${database.num_nodes} nodes`);
  }

  api.get('/v2/databases/:cluster/topics', (call) =>
    call.json({
      topics: Object.values(kafka(call).topics).map(({ name, replication_factor, partitions }) => ({
        name,
        state: 'active',
        replication_factor,
        partition_count: partitions,
      })),
    }),
  );

  api.post('/v2/databases/:cluster/topics', async (call) => {
    const database = kafka(call);
    const { name, partition_count: partitions = 3, replication_factor = 2, config } = await body(call, request);
    refuseTooMany(database, replication_factor);
    if (Object.hasOwn(database.topics, name)) throw conflict('topic already exists');
    database.topics[name] = { name, partitions, replication_factor, config: { ...DEFAULTS, ...config } };
    return call.json({ topic: render(database.topics[name], database.num_nodes) }, 201);
  });

  api.get('/v2/databases/:cluster/topics/:topic', (call) =>
    call.json({ topic: render(topic(call), kafka(call).num_nodes) }),
  );

  api.put('/v2/databases/:cluster/topics/:topic', async (call) => {
    const found = topic(call);
    const given = await body(call, changes);
    refuseTooMany(kafka(call), given.replication_factor);
    if ((given.partition_count ?? found.partitions) < found.partitions)
      throw unprocessable('invalid partition_count: it cannot become smaller');
    found.partitions = given.partition_count ?? found.partitions;
    found.replication_factor = given.replication_factor ?? found.replication_factor;
    Object.assign(found.config, given.config);
    return call.json({ topic: render(found, kafka(call).num_nodes) });
  });

  api.delete('/v2/databases/:cluster/topics/:topic', (call) => {
    delete kafka(call).topics[topic(call).name];
    return call.body(null, 204);
  });
}
