import { z } from 'zod';
import { unprocessable } from './api-error';
import type { Cloud } from './cloud';
import { body, page, type Api, type Call } from './http';
import { notifications } from './notifications';
import type { UptimeAlert, UptimeCheck } from './state';

const REGIONS = ['us_east', 'us_west', 'eu_west', 'se_asia'];

const checkRequest = z.object({
  name: z.string().min(1, 'name is required'),
  type: z.enum(['ping', 'http', 'https'], 'type must be one of ping, http, https'),
  target: z.string().min(1, 'target is required'),
  regions: z
    .array(z.string().refine((region) => REGIONS.includes(region), `regions must be of ${REGIONS.join(', ')}`))
    .nullish(),
  enabled: z.boolean().default(true),
});

const alertRequest = z.object({
  name: z.string().min(1, 'name is required'),
  type: z.enum(
    ['latency', 'down', 'down_global', 'ssl_expiry'],
    'type must be one of latency, down, down_global, ssl_expiry',
  ),
  threshold: z.number().int().default(0),
  comparison: z.enum(['greater_than', 'less_than', '']).optional(),
  notifications,
  period: z.enum(['2m', '3m', '5m', '10m', '15m', '30m', '1h'], 'period must be one of 2m, 3m, 5m, 10m, 15m, 30m, 1h'),
});

export function mountUptimeChecks(api: Api, cloud: Cloud): void {
  const checks = cloud.state.uptime_checks;
  const wanted = (call: Call) => cloud.find(checks, call.req.param('check')!);
  const wantedAlert = (call: Call) => cloud.find(wanted(call).alerts, call.req.param('alert')!);
  const render = ({ alerts: _alerts, ...check }: UptimeCheck) => ({ ...check, regions: check.regions ?? [] });
  /** Providers send `comparison: ""` for alerts that compare nothing, such as "down": the answer leaves it out. */
  const renderAlert = ({ comparison, ...alert }: UptimeAlert) => ({ ...alert, ...(comparison && { comparison }) });

  async function readCheck(call: Call) {
    const given = await body(call, checkRequest);
    const scheme = /^([a-z]+):\/\//.exec(given.target)?.[1];
    if (given.type !== 'ping' && scheme !== given.type)
      throw unprocessable(`target must begin with ${given.type}:// for a check of type ${given.type}`);
    return { ...given, regions: given.regions ?? null };
  }

  async function readAlert(call: Call) {
    const given = await body(call, alertRequest);
    const compares = given.type === 'latency' || given.type === 'ssl_expiry';
    if (compares && !given.comparison) throw unprocessable(`comparison is required for an alert of type ${given.type}`);
    return given;
  }

  api.get('/v2/uptime/checks', (call) => page(call, 'checks', Object.values(checks).map(render)));

  api.post('/v2/uptime/checks', async (call) => {
    const given = await readCheck(call);
    const id = cloud.uuid('uptime_check');
    checks[id] = { id, ...given, alerts: {} };
    return call.json({ check: render(checks[id]) }, 201);
  });

  api.get('/v2/uptime/checks/:check', (call) => call.json({ check: render(wanted(call)) }));

  api.put('/v2/uptime/checks/:check', async (call) => {
    const check = wanted(call);
    return call.json({ check: render(Object.assign(check, await readCheck(call))) });
  });

  api.delete('/v2/uptime/checks/:check', (call) => {
    delete checks[wanted(call).id];
    return call.body(null, 204);
  });

  api.get('/v2/uptime/checks/:check/state', (call) => {
    const up = {
      status: wanted(call).enabled ? 'UP' : 'CHECKING',
      status_changed_at: cloud.now(),
      thirty_day_uptime_percentage: 100,
    };
    return call.json({ state: { regions: { us_east: up, eu_west: up } } });
  });

  api.get('/v2/uptime/checks/:check/alerts', (call) =>
    page(call, 'alerts', Object.values(wanted(call).alerts).map(renderAlert)),
  );

  api.post('/v2/uptime/checks/:check/alerts', async (call) => {
    const { alerts } = wanted(call);
    const given = await readAlert(call);
    const id = cloud.uuid('uptime_alert');
    alerts[id] = { id, ...given };
    return call.json({ alert: renderAlert(alerts[id]) }, 201);
  });

  api.get('/v2/uptime/checks/:check/alerts/:alert', (call) => call.json({ alert: renderAlert(wantedAlert(call)) }));

  api.put('/v2/uptime/checks/:check/alerts/:alert', async (call) => {
    const alert = wantedAlert(call);
    return call.json({ alert: renderAlert(Object.assign(alert, await readAlert(call))) });
  });

  api.delete('/v2/uptime/checks/:check/alerts/:alert', (call) => {
    delete wanted(call).alerts[wantedAlert(call).id];
    return call.body(null, 204);
  });
}
