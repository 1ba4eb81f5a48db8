import { oneOf } from '../../terraform/check';
import { type Values } from '../../terraform/value';
import { parts } from '../define';
import { nullIfEmpty } from '../go';
import { resource } from './define';
import { notificationBody, notificationFacts, notificationValues } from './notifications';

const checkBody = ({ name, type, target, regions, enabled }: Values) => ({
  name,
  type,
  target,
  regions: nullIfEmpty(regions),
  enabled,
});

export const uptimeCheck = resource('uptime-check', {
  forceNew: ['id'],
  defaults: { enabled: true, type: 'https' },
  check: { type: oneOf('ping', 'http', 'https') },

  async create(api, v) {
    const answer = await api.post('/v2/uptime/checks', checkBody(v), 'Error creating Check');
    return { id: answer.check.id };
  },
  async read(api, s) {
    const answer = await api.find(`/v2/uptime/checks/${s.id}`, 'Error retrieving check');
    if (!answer) return null;
    const { name, target, enabled, regions, type } = answer.check;
    return { name, target, enabled, regions: regions ?? [], type };
  },
  async update(api, v) {
    await api.put(`/v2/uptime/checks/${v.id}`, checkBody(v), 'Error updating check');
  },
  async delete(api, s) {
    await api.delete(`/v2/uptime/checks/${s.id}`, 'Error deleting uptime check');
  },
});

const alertBody = (v: Values) => {
  const { email, slack } = notificationBody(v.notifications);
  return {
    name: v.name,
    type: v.type,
    threshold: v.threshold ?? 0,
    comparison: v.comparison ?? '',
    notifications: { email, slack },
    period: v.period ?? '',
  };
};

export const uptimeAlert = resource('uptime-alert', {
  ...notificationFacts('notifications'),
  check: {
    ...notificationFacts('notifications').check,
    type: oneOf('latency', 'down', 'down_global', 'ssl_expiry'),
    comparison: oneOf('greater_than', 'less_than'),
    period: oneOf('2m', '3m', '5m', '10m', '15m', '30m', '1h'),
  },

  async create(api, v) {
    const answer = await api.post(`/v2/uptime/checks/${v.check_id}/alerts`, alertBody(v), 'Error creating Alert');
    return { id: answer.alert.id };
  },
  async read(api, s) {
    const answer = await api.find(`/v2/uptime/checks/${s.check_id}/alerts/${s.id}`, 'Error retrieving Alert');
    if (!answer) return null;
    const { name, type, threshold, notifications, comparison, period } = answer.alert;
    return {
      name,
      type,
      threshold: threshold ?? 0,
      comparison: comparison ?? '',
      period,
      notifications: notificationValues(notifications),
    };
  },
  async update(api, v) {
    // Another check's id changes only the path: the alert is looked for where it is not, and the answer is 404.
    await api.put(`/v2/uptime/checks/${v.check_id}/alerts/${v.id}`, alertBody(v), 'Error updating alert');
  },
  async delete(api, s) {
    await api.delete(`/v2/uptime/checks/${s.check_id}/alerts/${s.id}`, 'Error deleting uptime alert');
  },
  importId(id) {
    const [check, alert] = parts(
      id,
      ',',
      'must use the IDs of the check and the alert joined with a comma (e.g. `check_id,alert_id`)',
    );
    return { id: alert, check_id: check };
  },
});
