import { MonitorAlert } from '@cdktf/provider-digitalocean/lib/monitor-alert';
import { Construct } from 'constructs';

export interface MachineAlertsProps {
  /** Watches whatever carries this tag, so that a new machine is watched too. */
  readonly tag: string;
  readonly environment: string;
  readonly email: readonly string[];
  /** Whole percents: the provider keeps them in 32 bits, and 0.1 would differ in every plan. */
  readonly cpu: number;
  readonly memory: number;
  readonly disk: number;
}

/** Mail when the machine runs short of processor, memory or disk for five minutes. */
export class MachineAlerts extends Construct {
  constructor(scope: Construct, id: string, { tag, environment, email, cpu, memory, disk }: MachineAlertsProps) {
    super(scope, id);
    const above = (alertId: string, type: string, what: string, value: number) =>
      new MonitorAlert(this, alertId, {
        type: `v1/insights/droplet/${type}`,
        description: `${environment}: ${what} above ${value} %`,
        compare: 'GreaterThan',
        value,
        window: '5m',
        enabled: true,
        tags: [tag],
        alerts: { email: [...email] },
      });
    above('cpu', 'cpu', 'processor', cpu);
    above('memory', 'memory_utilization_percent', 'memory', memory);
    above('disk', 'disk_utilization_percent', 'disk', disk);
  }
}
