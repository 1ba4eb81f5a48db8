import { z } from 'zod';
import { unprocessable } from './api-error';
import type { Cloud } from './cloud';
import { body, listOf, page, type Api, type Call } from './http';
import { notifications } from './notifications';

const DROPLET = [
  'load_1',
  'load_5',
  'load_15',
  'memory_utilization_percent',
  'disk_utilization_percent',
  'cpu',
  'disk_read',
  'disk_write',
  'public_outbound_bandwidth',
  'public_inbound_bandwidth',
  'private_outbound_bandwidth',
  'private_inbound_bandwidth',
];
const LOAD_BALANCER = [
  'avg_cpu_utilization_percent',
  'connection_utilization_percent',
  'droplet_health',
  'tls_connections_per_second_utilization_percent',
  'increase_in_http_error_rate_percentage_5xx',
  'increase_in_http_error_rate_percentage_4xx',
  'increase_in_http_error_rate_count_5xx',
  'increase_in_http_error_rate_count_4xx',
  'high_http_request_response_time',
  'high_http_request_response_time_50p',
  'high_http_request_response_time_95p',
  'high_http_request_response_time_99p',
];
const DATABASE = ['load_15', 'memory_utilization', 'disk_utilization', 'cpu'];

export const alertTypes = [
  ...DROPLET.map((name) => `v1/insights/droplet/${name}`),
  ...LOAD_BALANCER.map((name) => `v1/insights/lbaas/${name}`),
  ...DATABASE.map((name) => `v1/dbaas/alerts/${name === 'cpu' ? 'cpu_alerts' : `${name}_alerts`}`),
];

const request = z.object({
  type: z.string().refine((type) => alertTypes.includes(type), 'type is not a known metric'),
  description: z.string(),
  compare: z.enum(['GreaterThan', 'LessThan'], 'compare must be GreaterThan or LessThan'),
  value: z.number().min(0, 'value must be at least 0'),
  window: z.enum(['5m', '10m', '30m', '1h'], 'window must be one of 5m, 10m, 30m, 1h'),
  entities: listOf(z.string()),
  tags: listOf(z.string()),
  alerts: notifications,
  enabled: z
    .boolean()
    .nullish()
    .transform((given) => given ?? true),
});

export function mountAlertPolicies(api: Api, cloud: Cloud): void {
  const { alerts } = cloud.state;
  const wanted = (call: Call) => cloud.find(alerts, call.req.param('alert')!);

  async function read(call: Call) {
    const policy = await body(call, request);
    const stranger =
      policy.type.startsWith('v1/insights/droplet/') && policy.entities.find((id) => !cloud.state.droplets[id]);
    if (stranger) throw unprocessable(`entities: droplet ${stranger} was not found`);
    // Values are kept as 32 bit floats, which is why 0.1 is never clean in a plan.
    return { ...policy, value: Math.fround(policy.value) };
  }

  api.get('/v2/monitoring/alerts', (call) => page(call, 'policies', Object.values(alerts)));

  api.post('/v2/monitoring/alerts', async (call) => {
    const policy = await read(call);
    const uuid = cloud.uuid('alert');
    alerts[uuid] = { uuid, ...policy };
    return call.json({ policy: alerts[uuid] });
  });

  api.get('/v2/monitoring/alerts/:alert', (call) => call.json({ policy: wanted(call) }));

  api.put('/v2/monitoring/alerts/:alert', async (call) => {
    const policy = wanted(call);
    return call.json({ policy: Object.assign(policy, await read(call)) });
  });

  api.delete('/v2/monitoring/alerts/:alert', (call) => {
    delete alerts[wanted(call).uuid];
    return call.body(null, 204);
  });
}
