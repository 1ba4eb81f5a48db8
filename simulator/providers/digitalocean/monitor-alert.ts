import { fractionAtLeast, oneOf } from '../../terraform/check';
import { type Values } from '../../terraform/value';
import { resource } from './define';
import { notificationBody, notificationFacts, notificationValues } from './notifications';
import { sameTags, tag } from './rules';

const droplet = [
  'cpu',
  'memory_utilization_percent',
  'disk_utilization_percent',
  'public_outbound_bandwidth',
  'public_inbound_bandwidth',
  'private_outbound_bandwidth',
  'private_inbound_bandwidth',
  'disk_read',
  'disk_write',
  'load_1',
  'load_5',
  'load_15',
];
const balancer = [
  'avg_cpu_utilization_percent',
  'connection_utilization_percent',
  'droplet_health',
  'tls_connections_per_second_utilization_percent',
  'increase_in_http_error_rate_percentage_4xx',
  'increase_in_http_error_rate_percentage_5xx',
  'increase_in_http_error_rate_count_4xx',
  'increase_in_http_error_rate_count_5xx',
  'high_http_request_response_time',
  'high_http_request_response_time_50p',
  'high_http_request_response_time_95p',
  'high_http_request_response_time_99p',
];
const types = [
  ...droplet.map((name) => `v1/insights/droplet/${name}`),
  ...balancer.map((name) => `v1/insights/lbaas/${name}`),
  'v1/dbaas/alerts/load_15_alerts',
  'v1/dbaas/alerts/memory_utilization_alerts',
  'v1/dbaas/alerts/disk_utilization_alerts',
  'v1/dbaas/alerts/cpu_alerts',
];

const { check, suppress } = notificationFacts('alerts');

export const monitorAlert = resource('monitor-alert', {
  defaults: { enabled: true },
  check: {
    ...check,
    type: oneOf(...types),
    compare: oneOf('GreaterThan', 'LessThan'),
    value: fractionAtLeast(0),
    window: oneOf('5m', '10m', '30m', '1h'),
  },
  each: { tags: tag },
  suppress: { ...suppress, tags: sameTags },

  async create(api, v) {
    const answer = await api.post('/v2/monitoring/alerts', body(v), 'Error creating Alert Policy');
    return { id: answer.policy.uuid };
  },
  async read(api, s) {
    const answer = await api.find(`/v2/monitoring/alerts/${s.id}`, 'Error retrieving Alert Policy');
    if (!answer) return null;
    const { type, description, compare, value, window, entities, tags, alerts, enabled } = answer.policy;
    return {
      type,
      description,
      compare,
      window,
      enabled,
      // The client keeps it in 32 bits: 0.1 comes back as 0.10000000149011612, and every plan wants to change it.
      value: Math.fround(value),
      entities: entities ?? [],
      tags: tags ?? [],
      alerts: notificationValues(alerts),
    };
  },
  async update(api, v) {
    await api.put(`/v2/monitoring/alerts/${v.id}`, body(v), 'Error updating monitoring alert');
  },
  async delete(api, s) {
    await api.delete(`/v2/monitoring/alerts/${s.id}`, 'Error deleting monitoring alert');
  },
});

const body = (v: Values) => ({
  type: v.type,
  description: v.description,
  compare: v.compare,
  value: v.value,
  window: v.window,
  entities: v.entities ?? [],
  tags: v.tags ?? [],
  alerts: notificationBody(v.alerts),
  enabled: v.enabled,
});
