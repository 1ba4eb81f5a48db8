import { z } from 'zod';
import { conflict, unprocessable } from './api-error';
import type { Cloud } from './cloud';
import type { Database, DatabaseReplica } from './database';
import { renderConnections } from './database-cluster';
import { databaseSizes } from './database-engines';
import { body, listOf, optionalText, type Api, type Call } from './http';
import { useTags } from './tags';
import { defaultVpc } from './vpcs';

const request = z.object({
  name: z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{2,62}$/,
      'invalid replica name: 3 to 63 lower case letters, digits and dashes, beginning with a letter',
    ),
  region: optionalText,
  size: optionalText,
  private_network_uuid: optionalText,
  tags: listOf(z.string()),
  storage_size_mib: z.coerce.number().optional(),
});

/** Copies of a cluster to read from, in its own region or another. */
export function mountDatabaseReplicas(api: Api, cloud: Cloud): void {
  const { vpcs } = cloud.state;
  const cluster = (call: Call): Database => cloud.find(cloud.state.databases, call.req.param('cluster')!);
  const wanted = (call: Call): DatabaseReplica =>
    cloud.find((cluster(call).replicas ??= {}), call.req.param('replica')!);
  const render = (database: Database, { vpc, ...replica }: DatabaseReplica) => ({
    ...replica,
    status: 'online',
    private_network_uuid: vpc,
    ...renderConnections({ ...database, id: replica.id, name: replica.name }),
  });

  api.get('/v2/databases/:cluster/replicas', (call) => {
    const database = cluster(call);
    return call.json({ replicas: Object.values(database.replicas ?? {}).map((replica) => render(database, replica)) });
  });

  api.post('/v2/databases/:cluster/replicas', async (call) => {
    const database = cluster(call);
    if (database.engine !== 'pg' && database.engine !== 'mysql')
      throw unprocessable(`${database.engine} has no replicas`);
    if (database.status === 'creating') throw unprocessable('cluster is not ready: it is still being created');
    const given = await body(call, request);
    const size = given.size ?? database.size;
    if (!databaseSizes[size]) throw unprocessable(`invalid size: ${size}`);
    const region = cloud.regions.require(given.region ?? database.region, `invalid region: ${given.region}`);
    const vpc = given.private_network_uuid === undefined ? defaultVpc(cloud, region) : vpcs[given.private_network_uuid];
    if (vpc?.region !== region) throw unprocessable(`invalid private_network_uuid: it must be a VPC in ${region}`);
    const replicas = (database.replicas ??= {});
    if (Object.hasOwn(replicas, given.name)) throw conflict('replica already exists');
    replicas[given.name] = {
      id: cloud.uuid('database_replica'),
      name: given.name,
      region,
      size,
      vpc: vpc.id,
      tags: useTags(cloud, given.tags),
      storage_size_mib: given.storage_size_mib ?? Math.max(databaseSizes[size], database.storage_size_mib),
      created_at: cloud.now(),
    };
    return call.json({ replica: render(database, replicas[given.name]) }, 201);
  });

  api.get('/v2/databases/:cluster/replicas/:replica', (call) =>
    call.json({ replica: render(cluster(call), wanted(call)) }),
  );

  api.delete('/v2/databases/:cluster/replicas/:replica', (call) => {
    delete cluster(call).replicas![wanted(call).name];
    return call.body(null, 204);
  });
}
